using System.Collections.Frozen;
using Meridian.Engine.Health;

namespace Meridian.Health.Judging;

/// <summary>Which share of what clients ask for goes to each member, as it was observed. Immutable.</summary>
public sealed record ObservedTraffic
{
    /// <summary>A share of fewer queries is chance: at 200 it is right to about seven points of a hundred, nineteen times in twenty.</summary>
    public const int QueriesMin = 200;

    /// <summary>After this it says nothing of the present any more; it is worked out anew much more often.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>When it was worked out.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The time that was observed.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Queries for steered names within it, sampled ones counted as those that they stand for.</summary>
    public required double Queries { get; init; }

    /// <summary>The part of these queries that each member answers, 0 to 1; none for members that nobody is sent to.</summary>
    public required FrozenDictionary<MemberKey, double> Shares { get; init; }

    /// <summary>Whether it says enough of the present to judge by.</summary>
    public bool IsOfUse(DateTimeOffset now) => Queries >= QueriesMin && now - At <= MaxAge;
}
