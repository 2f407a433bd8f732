using System.Collections.Immutable;

namespace Meridian.Simulation.Results;

/// <summary>What the same failure costs at each TTL, and what follows from it.</summary>
public sealed record TtlAdvice
{
    /// <summary>Parts of the traffic that the columns of the table say when they have moved.</summary>
    private const double Most = 0.95;

    public required ImmutableArray<TtlOption> Options { get; init; }

    /// <summary>
    /// The TTL beyond which less load is hardly had for a longer tail: where the curve of load over tail, both in
    /// logarithms and scaled to the same square, is farthest from the straight line between its ends.
    /// </summary>
    public required uint KneeSeconds { get; init; }

    /// <summary>The longest of the TTLs with which 95 % have moved in time; null when none does, or no time was asked for.</summary>
    public required uint? LongestInTime { get; init; }

    /// <summary>In how many seconds 95 % are to have moved; null when nobody asked.</summary>
    public required double? TargetSeconds { get; init; }

    /// <summary>The TTL that the name has now, where what it was asked for with that was observed; null where the load is assumed.</summary>
    public uint? PresentTtlSeconds { get; init; }

    /// <summary>Queries per second that were observed at <see cref="PresentTtlSeconds"/>; null where the load is assumed.</summary>
    public double? ObservedPerSecond { get; init; }

    /// <summary>Draws the conclusions from a sweep over TTLs whose first event is the failure.</summary>
    /// <param name="rows">By TTL, shortest first; at least two.</param>
    /// <param name="scale">By how much the real population is larger than the simulated one.</param>
    /// <param name="targetSeconds">In how many seconds 95 % are to have moved; null for no demand.</param>
    public static TtlAdvice Of(ImmutableArray<SweepRow> rows, double scale, double? targetSeconds)
    {
        ImmutableArray<TtlOption> options = [.. rows.Select(row => OptionOf(row, scale))];
        return new TtlAdvice
        {
            Options = options,
            KneeSeconds = KneeOf(options),
            TargetSeconds = targetSeconds,
            LongestInTime = options.LastOrDefault(option => targetSeconds is not null && option.SecondsTo(Most) <= targetSeconds)?.TtlSeconds,
        };
    }

    private static TtlOption OptionOf(SweepRow row, double scale)
    {
        EventOutcome failure = row.Result.Events[0];
        return new TtlOption(
            (uint)row.Value,
            row.Result.Authority.MeanPerSecond * scale,
            failure.AnsweredAfter,
            failure.Moved,
            failure.FailedRequests * scale);
    }

    private static uint KneeOf(ImmutableArray<TtlOption> options)
    {
        (uint Ttl, double X, double Y)[] points =
        [
            .. options.Where(option => option.SecondsTo(Most) is > 0 && option.QueriesPerSecond > 0)
                .Select(option => (option.TtlSeconds, Math.Log(option.SecondsTo(Most)!.Value), Math.Log(option.QueriesPerSecond))), // Filtered.
        ];
        if (points.Length < 3)
        {
            return options[0].TtlSeconds;
        }
        double width = points[^1].X - points[0].X;
        double height = points[0].Y - points[^1].Y;
        return points.MaxBy(point => 1 - (point.X - points[0].X) / width - (point.Y - points[^1].Y) / height).Ttl;
    }
}

/// <summary>One TTL and what it costs.</summary>
/// <param name="TtlSeconds">The TTL.</param>
/// <param name="QueriesPerSecond">Mean load at the authority.</param>
/// <param name="AnsweredAfter">Seconds from the failure to the changed answer: the health checks' part, whatever the TTL.</param>
/// <param name="Moved">How long it took shares of the traffic to follow, from the failure.</param>
/// <param name="FailedRequests">Requests that the failure cost until the end of the run.</param>
public sealed record TtlOption(
    uint TtlSeconds, double QueriesPerSecond, double? AnsweredAfter, ImmutableArray<MovedShare> Moved, double FailedRequests)
{
    /// <summary>When a share had moved; null when it had not by the end of the run.</summary>
    public double? SecondsTo(double share)
    {
        foreach (MovedShare moved in Moved)
        {
            if (moved.Share == share)
            {
                return moved.Seconds;
            }
        }
        return null;
    }
}
