using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>What the clients that a server observed would do, worked out by asking their queries again.</summary>
public sealed record PlannedTraffic
{
    /// <summary>Since when they were observed.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>Observed queries for names that the change may concern.</summary>
    public required double Queries { get; init; }

    /// <summary>The part of them that was asked again, 0 to 1: the largest askers.</summary>
    public required double Replayed { get; init; }

    /// <summary>The part that would get other answers, 0 to 1.</summary>
    public required double Moved { get; init; }

    /// <summary>The part that would get nothing although it gets something now, 0 to 1.</summary>
    public required double Lost { get; init; }

    /// <summary>Queries per second for these names now.</summary>
    public required double QueriesPerSecondBefore { get; init; }

    /// <summary>Expected queries per second: caches that keep answers for longer ask less.</summary>
    public required double QueriesPerSecondAfter { get; init; }

    /// <summary>By site, the largest first; <c>-</c> stands for what is in none.</summary>
    public ImmutableArray<PlannedShare> Sites { get; init; } = [];
}

/// <summary>The part of the traffic that a site gets.</summary>
/// <param name="Name">The site.</param>
/// <param name="Before">Now, 0 to 1.</param>
/// <param name="After">With the change, 0 to 1.</param>
/// <param name="Capacity">Of the site, in the operator's unit; null when it says nothing.</param>
public sealed record PlannedShare(string Name, double Before, double After, double? Capacity);
