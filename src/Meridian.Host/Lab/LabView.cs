using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Meridian.Simulation.Results;

namespace Meridian.Host.Lab;

/// <summary>An experiment for a terminal: a line every few seconds while it runs, curves and a table at the end.</summary>
internal static class LabView
{
    private const string Levels = " ▁▂▃▄▅▆▇█";
    private const int ChartWidth = 60;
    private const double LookBack = 5;

    /// <summary>Where answers go now, at the authority and behind each kind of cache.</summary>
    public static string Line(LabOptions options, ImmutableArray<LabSample> samples, double now, string phase)
    {
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{now,6:0} s  authority {EuShare(samples, now, LabAnalysis.Authority),4:0%} eu");
        for (int i = 0; i < options.Mix.Length; i++)
        {
            line.Append(CultureInfo.InvariantCulture, $" | {options.Mix[i].Kind.Name} {EuShare(samples, now, i),4:0%}");
        }
        int failed = samples.Count(sample => sample.At > now - LookBack && sample.Population >= 0 && !sample.IsServed);
        line.Append(CultureInfo.InvariantCulture, $" | failed {failed / LookBack:0.0}/s  ({phase})");
        return line.ToString();
    }

    /// <summary>The whole result.</summary>
    public static string Render(LabResult result)
    {
        StringBuilder text = new();
        LabOptions options = result.Options;
        text.Append(CultureInfo.InvariantCulture, $"\n{options.Scenario.ToString().ToLowerInvariant()}, TTL {options.Ttl} s, weights {options.Weights.Eu}/{options.Weights.Us}, {ResultText.Count(result.Lookups)} lookups through {result.All.Caches} caches, {result.Unanswered} unanswered\n");
        text.Append(CultureInfo.InvariantCulture, $"before the event: eu {result.EuShareBefore.Authority:0.0%} at the authority, {result.EuShareBefore.Caches:0.0%} behind the caches (configured {(double)options.Weights.Eu / Math.Max(1, options.Weights.Eu + options.Weights.Us):0.0%})\n");
        text.Append(CultureInfo.InvariantCulture, $"first changed answer after {(result.AnsweredAfter is { } after ? $"{after:0.00} s" : "never")}; requests that failed: {result.FailedPerSecond.Sum()}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{"behind",-16} {"caches",6} {"50 %",7} {"95 %",7} {"99 %",7} {"100 %",7} {"KS",6}   what it does\n");
        foreach (LabPopulation population in result.Populations.Append(result.All))
        {
            string[] moved = [.. population.Moved.Select(seconds => seconds is { } some ? ResultText.Span(some) : "–")];
            text.Append(CultureInfo.InvariantCulture, $"{population.Name,-16} {population.Caches,6} {moved[0],7} {moved[1],7} {moved[2],7} {moved[3],7} {population.Distance,6:0.000}   {population.Says}\n");
        }
        text.Append("KS: the largest distance between the measured share that has moved and the simulator's.\n\nstill sent to what the event took away (measured above, predicted below)\n");
        foreach (LabPopulation population in result.Populations.Append(result.All))
        {
            text.Append(CultureInfo.InvariantCulture, $"{population.Name,-16} {Chart(population.Old)}\n{"",-16} {Chart(population.Predicted)}\n");
        }
        int worst = Math.Max(1, result.FailedPerSecond.IsEmpty ? 1 : result.FailedPerSecond.Max());
        text.Append(CultureInfo.InvariantCulture, $"{"failed/s",-16} {Chart([.. result.FailedPerSecond.Select(failed => (double)failed / worst)])} (at most {worst}/s)\n");
        text.Append(CultureInfo.InvariantCulture, $"{"",-16} {"event",-(ChartWidth / 2)}{$"+{result.FailedPerSecond.Length} s",ChartWidth / 2}\n");
        return text.ToString();
    }

    private static double EuShare(ImmutableArray<LabSample> samples, double now, int population)
    {
        LabSample[] last = [.. samples.Where(sample => sample.Population == population && sample.At > now - LookBack && sample.Address is not null)];
        return last.Length == 0 ? 0 : (double)last.Count(sample => LabPlan.Eu.Equals(sample.Address)) / last.Length;
    }

    private static string Chart(ImmutableArray<double> values)
    {
        StringBuilder line = new(ChartWidth);
        for (int column = 0; column < ChartWidth; column++)
        {
            int first = column * values.Length / ChartWidth;
            int end = Math.Max(first + 1, (column + 1) * values.Length / ChartWidth);
            double level = values.AsSpan(first, Math.Min(end, values.Length) - first).ToArray().DefaultIfEmpty(0).Average();
            line.Append(Levels[level <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(level * (Levels.Length - 1)), 1, Levels.Length - 1)]);
        }
        return line.ToString().TrimEnd();
    }
}
