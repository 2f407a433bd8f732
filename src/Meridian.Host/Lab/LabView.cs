using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Simulation.Results;

namespace Meridian.Host.Lab;

/// <summary>An experiment for a terminal: a line every few seconds while it runs, curves and tables at the end.</summary>
internal static class LabView
{
    /// <summary>How far back a line looks.</summary>
    public const double LookBackSeconds = 5;

    private const string Levels = " ▁▂▃▄▅▆▇█";
    private const int ChartWidth = 60;
    private const int BarWidth = 10;

    /// <summary>Where answers go now, at the authority and behind each kind of cache.</summary>
    public static string Line(LabOptions options, ImmutableArray<LabSample> last, double now, string phase)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{now,6:0} s  eu: ");
        if (last.Any(sample => sample.Stream.IsAuthority))
        {
            AppendBar(line, "authority", [.. last.Where(sample => sample.Stream.IsAuthority)]);
        }
        foreach (string kind in options.Mixes.SelectMany(mix => mix.Parts).Select(part => part.Kind.Name).Distinct())
        {
            AppendBar(line, kind, [.. last.Where(sample => !sample.Stream.IsAuthority && options.Mixes[sample.Stream.Mix].Parts[sample.Stream.Part].Kind.Name == kind)]);
        }
        int failed = last.Count(sample => !sample.Stream.IsAuthority && !sample.IsServed);
        line.Append(CultureInfo.InvariantCulture, $"failed {failed / LookBackSeconds:0.0}/s  ({phase})");
        return line.ToString();
    }

    /// <summary>The whole result.</summary>
    public static string Render(LabResult result)
    {
        StringBuilder text = new();
        LabOptions options = result.Options;
        text.Append(CultureInfo.InvariantCulture, $"\n{options.Scenario.ToString().ToLowerInvariant()}, TTL {string.Join(", ", options.Ttls)} s, weights {options.Weights.Eu}/{options.Weights.Us}, {ResultText.Count(result.Lookups)} lookups through {options.Mixes.Sum(mix => mix.Caches)} caches, {result.Unanswered} unanswered\n");
        foreach (string model in result.Models)
        {
            text.Append(CultureInfo.InvariantCulture, $"NOT REAL: {model} is built in, because the resolver is not installed; it shows what we believe, not what is\n");
        }
        if (options.Scenario == LabScenario.Herd)
        {
            AppendHerd(text, result);
            return text.ToString();
        }
        text.Append(CultureInfo.InvariantCulture, $"before the event: eu {result.EuShareBefore.Authority:0.0%} at the authority, {result.EuShareBefore.Caches:0.0%} behind the caches (configured {(double)options.Weights.Eu / Math.Max(1, options.Weights.Eu + options.Weights.Us):0.0%})\n");
        text.Append(CultureInfo.InvariantCulture, $"{(result.AnsweredAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"first changed answer after {after:0.00} s") : "the authority's answers never changed")}{(result.RevertedAfter is { } back ? $", taken back after {back:0.00} s" : "")}; requests that failed: {result.FailedPerSecond.Sum()}\n");
        foreach (LabCell cell in result.Cells)
        {
            AppendCell(text, result, cell);
        }
        text.Append("KS: the largest distance between the measured share that has moved and the simulator's, which is told when the\nauthority's answers changed; KS alone: when it has to know that too.\n");
        AppendInspections(text, result.Inspections);
        int worst = Math.Max(1, result.FailedPerSecond.DefaultIfEmpty(0).Max());
        text.Append(CultureInfo.InvariantCulture, $"\n{"failed/s",-17} {Chart([.. result.FailedPerSecond.Select(failed => (double)failed / worst)])} (at most {worst}/s)\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-17} {"event",-(ChartWidth / 2)}{$"+{options.WatchSeconds:0} s",ChartWidth / 2}\n");
        return text.ToString();
    }

    /// <summary>One line for each mix and TTL.</summary>
    public static string RenderDistances(LabResult result)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"\n{"TTL",5} {"caches",7} {"entries",8} {"50 %",7} {"95 %",7} {"KS",6} {"KS alone",9}   mix\n");
        foreach (LabCell cell in result.Cells)
        {
            text.Append(CultureInfo.InvariantCulture, $"{cell.Ttl,3} s {cell.Mix.Caches,7} {cell.Entries,8} {Seconds(cell.All.Moved[0]),7} {Seconds(cell.All.Moved[1]),7} {cell.All.Distance,6:0.000} {cell.All.BlindDistance,9:0.000}   {cell.Mix}\n");
        }
        return text.ToString();
    }

    private static void AppendCell(StringBuilder text, LabResult result, LabCell cell)
    {
        bool isOne = result.Cells.Length == 1;
        text.Append(CultureInfo.InvariantCulture, $"\n{(isOne ? "behind" : $"TTL {cell.Ttl} s"),-17} {"caches",6} {"50 %",7} {"95 %",7} {"99 %",7} {"100 %",7} {"KS",6} {"KS alone",9}   what it does\n");
        foreach (LabPopulation population in cell.Populations.Append(cell.All))
        {
            string blind = population.Blind.IsEmpty ? "–" : population.BlindDistance.ToString("0.000", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{population.Name,-17} {population.Caches,6} {Seconds(population.Moved[0]),7} {Seconds(population.Moved[1]),7} {Seconds(population.Moved[2]),7} {Seconds(population.Moved[3]),7} {population.Distance,6:0.000} {blind,9}   {population.Says}\n");
        }
        text.Append("still sent to what the event took away (measured above, predicted below)\n");
        foreach (LabPopulation population in isOne ? cell.Populations.Append(cell.All) : [cell.All])
        {
            text.Append(CultureInfo.InvariantCulture, $"{population.Name,-17} {Chart(population.Old)}\n{"",-17} {Chart(population.Predicted)}\n");
        }
    }

    private static void AppendInspections(StringBuilder text, ImmutableArray<InspectionCheck> checks)
    {
        if (checks.IsEmpty)
        {
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"\nasked by their own control tools, just after the event; seconds from the event\n{"kind",-17} {"runs out at",11} {"last old seen",13} {"first new seen",14}  {"verdict",-20} what it said\n");
        foreach (InspectionCheck check in checks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{check.Kind,-17} {check.ExpiresAt,11:0.0} {Tenths(check.LastOld),13} {Tenths(check.FirstNew),14}  {check.Verdict,-20} {check.Tool}: {check.Said}; {check.Settings}\n");
        }
    }

    private static void AppendHerd(StringBuilder text, LabResult result)
    {
        double[] seen = [.. result.Timeline.Questions.Skip(-result.Timeline.From)];
        double most = Math.Max(1, Math.Max(seen.Max(), result.PredictedQuestions.Max()));
        int ttl = result.Options.Ttls.Max();
        text.Append(CultureInfo.InvariantCulture, $"everybody came at once; jitter {result.Options.Jitter:0%}\n\nquestions per second at the authority (measured above, predicted below, at most {most:0}/s)\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-17} {Chart([.. seen.Select(value => value / most)])}\n{"",-17} {Chart([.. result.PredictedQuestions.Select(value => value / most)])}\n");
        text.Append(CultureInfo.InvariantCulture, $"{"return",8} {"measured peak",14} {"predicted",10}\n");
        for (int back = 0; (back + 1) * ttl <= seen.Length; back++)
        {
            // A return is around its TTL: half of one to either side.
            int from = Math.Max(0, (back * ttl) - (ttl / 2));
            int to = Math.Min(seen.Length, (back * ttl) + (ttl / 2));
            text.Append(CultureInfo.InvariantCulture, $"{back,8} {seen[from..to].Max(),14:0} {result.PredictedQuestions.AsSpan(from, Math.Min(to, result.PredictedQuestions.Length) - from).ToArray().Max(),10:0}\n");
        }
    }

    private static void AppendBar(StringBuilder line, string name, LabSample[] last)
    {
        LabSample[] answered = [.. last.Where(sample => sample.Address is not null)];
        double share = answered.Length == 0 ? 0 : (double)answered.Count(sample => LabPlan.Eu.Equals(sample.Address)) / answered.Length;
        int full = (int)Math.Round(share * BarWidth);
        line.Append(CultureInfo.InvariantCulture, $"{name} {new string('█', full)}{new string('·', BarWidth - full)} {share,4:0%} ");
    }

    private static string Seconds(double? seconds) => seconds is { } some ? ResultText.Span(some) : "–";

    private static string Tenths(double? seconds) => seconds is { } some ? some.ToString("0.0", CultureInfo.InvariantCulture) : "–";

    private static string Chart(ImmutableArray<double> values)
    {
        StringBuilder line = new(ChartWidth);
        for (int column = 0; column < ChartWidth && !values.IsEmpty; column++)
        {
            int first = column * values.Length / ChartWidth;
            int end = Math.Max(first + 1, (column + 1) * values.Length / ChartWidth);
            double level = values.AsSpan(first, Math.Min(end, values.Length) - first).ToArray().DefaultIfEmpty(0).Average();
            line.Append(Levels[level <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(level * (Levels.Length - 1)), 1, Levels.Length - 1)]);
        }
        return line.ToString().TrimEnd();
    }
}
