using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Meridian.Simulation.Results;

/// <summary>A sweep for a terminal.</summary>
public static class SweepText
{
    /// <summary>One line for each value.</summary>
    public static string Render(SweepKey key, ImmutableArray<SweepRow> rows)
    {
        StringBuilder text = new();
        bool isAssigning = rows.Any(row => row.Result.Assignment is not null);
        string head = key switch
        {
            SweepKey.Ttl => "TTL",
            SweepKey.Jitter => "jitter",
            SweepKey.Skew => "skew",
            _ => "subnets",
        };
        text.Append(CultureInfo.InvariantCulture, $"{head,8} {"mean q/s",10} {"peak q/s",10} {"later peak",10} {"peak/mean",10} {"share off by minute (rms, largest)",36} {"in all",8} {"95 % moved",11} {"failed",12}{(isAssigning ? $" {"assigned",9} {"moved/h",8} {"volumes ±",9}" : "")}\n");
        foreach ((double value, SimulationResult result) in rows)
        {
            string name = key switch
            {
                SweepKey.Ttl => ResultText.Span(value),
                SweepKey.Skew => value.ToString("0.##", CultureInfo.InvariantCulture),
                _ => value.ToString("0.#%", CultureInfo.InvariantCulture),
            };
            // The share that is off most is the one that an operator would see.
            TargetTraffic? worst = result.Targets.MaxBy(target => target.MinuteDeviation);
            string moved = result.Events.IsEmpty ? "–" : result.Events[0].Moved[1].Seconds is { } seconds ? ResultText.Span(seconds) : "not yet";
            text.Append(CultureInfo.InvariantCulture, $"{name,8} {result.Authority.MeanPerSecond,10:0.0} {result.Authority.PeakPerSecond,10:0} {result.Authority.LaterPeakPerSecond,10:0} {result.Authority.LaterPeakPerSecond / Math.Max(1e-9, result.Authority.MeanPerSecond),10:0.0} {worst?.MinuteDeviation ?? 0,24:0.00%} {worst?.LargestDeviation ?? 0,11:0.00%} {Math.Abs((worst?.Share ?? 0) - (worst?.IntendedShare ?? 0)),8:0.00%} {moved,11} {ResultText.Count((long)result.FailedTotal),12}{AssignmentOf(result)}\n");
        }
        return text.ToString();
    }

    private static string AssignmentOf(SimulationResult result) => result.Assignment is { } assignment
        ? string.Create(CultureInfo.InvariantCulture, $" {assignment.Assigned,9:0.0%} {assignment.MovedPerHour,8:0.0%} {assignment.EstimateOff,9:0%}")
        : "";
}
