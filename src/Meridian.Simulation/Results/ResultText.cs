using System.Globalization;
using System.Text;

namespace Meridian.Simulation.Results;

/// <summary>A result for a terminal.</summary>
public static class ResultText
{
    private const string Levels = " ▁▂▃▄▅▆▇█";
    private const int ChartWidth = 72;
    private const int NameWidth = 24;

    /// <summary>Tables and charts of at most 110 columns.</summary>
    public static string Render(SimulationResult result)
    {
        StringBuilder text = new();
        Line(text, $"{result.Name} {result.Type}: {Count(result.Clients)} clients behind {Count(result.Resolvers)} resolvers ({Count(result.Caches)} caches), {Span(result.DurationSeconds)}, seed {result.Seed}");
        Line(text, $"authority: {Count(result.Authority.Queries)} queries, mean {result.Authority.MeanPerSecond:0.#}/s, peak {result.Authority.PeakPerSecond:0}/s at {Span(result.Authority.PeakAt)}");
        double missed = result.RequestsTotal > 0 ? result.FailedTotal / result.RequestsTotal : 0;
        Line(text, $"requests:  {Count((long)result.RequestsTotal)}, failed {Count((long)result.FailedTotal)} ({missed:0.####%})");
        if (result.Assignment is { } assignment)
        {
            Line(text, $"assigned:  {Count(assignment.Networks)} networks with {assignment.Assigned:0.0%} of the traffic, {assignment.MovedPerHour:0.0%} moved per hour; volumes estimated within {assignment.EstimateOff:0%} (median)");
        }
        text.Append('\n');
        AppendTargets(text, result);
        AppendEvents(text, result);
        AppendCharts(text, result);
        return text.ToString();
    }

    /// <summary>A number with its thousands apart.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A time from the start in the largest unit that is exact enough.</summary>
    public static string Span(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 7_200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.##} h"),
    };

    private static void AppendTargets(StringBuilder text, SimulationResult result)
    {
        const int Shown = 20;
        Line(text, $"{"target",-NameWidth} {"site",-12} {"meant",7} {"got",15} {"off by minute",14} {"largest",9}");
        foreach (TargetTraffic target in result.Targets.Take(Shown))
        {
            Line(text, $"{Cut(target.Target),-NameWidth} {target.Site,-12} {target.IntendedShare,7:0.0%} {target.Share,7:0.0%} ±{target.ShareError,6:0.0%} {target.MinuteDeviation,14:0.00%} {target.LargestDeviation,9:0.00%}");
        }
        if (result.Targets.Length > Shown)
        {
            Line(text, $"… and {result.Targets.Length - Shown} more");
        }
        text.Append('\n');
    }

    private static void AppendEvents(StringBuilder text, SimulationResult result)
    {
        foreach (EventOutcome happening in result.Events)
        {
            Line(text, $"at {Span(happening.At)}: {happening.Description}");
            Line(text, $"  answers changed after {(happening.AnsweredAfter is { } after ? Span(after) : "never: nothing changed at the authority")}");
            Line(text, $"  moved: {string.Join(", ", happening.Moved.Select(moved => string.Create(CultureInfo.InvariantCulture, $"{moved.Share:0.#%} {(moved.Seconds is { } seconds ? $"in {Span(seconds)}" : "not before the next event")}")))}");
            Line(text, $"  failed requests {Count((long)happening.FailedRequests)} ({happening.FailedShare:0.###%}), busiest second at the authority {happening.PeakQueriesPerSecond:0}/s");
        }
        if (!result.Events.IsEmpty)
        {
            text.Append('\n');
        }
    }

    private static void AppendCharts(StringBuilder text, SimulationResult result)
    {
        const int Shown = 8;
        foreach (TargetTraffic target in result.Targets.Take(Shown))
        {
            Line(text, $"{Cut(target.Target),-NameWidth} {Chart(target.Series.AsSpan(), result.Requests.AsSpan(), 1)}");
        }
        if (result.FailedTotal > 0)
        {
            Line(text, $"{"failed",-NameWidth} {Chart(result.Failed.AsSpan(), result.Requests.AsSpan(), 1)}");
        }
        double[] ones = new double[result.Authority.PerBin.Length];
        Array.Fill(ones, 1);
        Line(text, $"{"authority queries/s",-NameWidth} {Chart(result.Authority.PerBin.AsSpan(), ones, Math.Max(1e-9, result.Authority.PerBin.Max()))}");
        Line(text, $"{"",-NameWidth} {"0",-(ChartWidth / 2)}{Span(result.DurationSeconds),ChartWidth / 2}");
        Line(text, $"{"",-NameWidth} shares from 0 to 100 %; queries from 0 to {(result.Authority.PerBin.IsEmpty ? 0 : result.Authority.PerBin.Max()):0.#}/s");
    }

    private static string Chart(ReadOnlySpan<double> part, ReadOnlySpan<double> whole, double top)
    {
        StringBuilder line = new(ChartWidth);
        for (int column = 0; column < ChartWidth; column++)
        {
            int first = (int)((long)column * part.Length / ChartWidth);
            int end = Math.Max(first + 1, (int)((long)(column + 1) * part.Length / ChartWidth));
            double sum = 0;
            double all = 0;
            for (int i = first; i < Math.Min(end, part.Length); i++)
            {
                sum += part[i];
                all += whole[i];
            }
            double level = all > 0 ? sum / all / top : 0;
            // Anything at all is seen.
            int step = level <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(level * (Levels.Length - 1)), 1, Levels.Length - 1);
            line.Append(Levels[step]);
        }
        return line.ToString().TrimEnd();
    }

    private static string Cut(string name) => name.Length <= NameWidth ? name : $"{name.AsSpan(0, NameWidth - 1)}…";

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}
