using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Health.Quorum;

namespace Meridian.Health.Evidence;

/// <summary>What one vantage point says of a member, and whether it counts.</summary>
/// <param name="Vantage">Its name.</param>
/// <param name="Standing">Only the vote of a sighted one counts.</param>
/// <param name="State">Its vote; what it said last when it is not sighted.</param>
/// <param name="Since">Since when it says so.</param>
/// <param name="Cause">Why.</param>
/// <param name="LastResultAt">When a probe from there last said something; null for this server's own.</param>
/// <param name="Attempts">The latest attempts from there, newest first.</param>
public sealed record VantageVote(
    string Vantage,
    VantageState Standing,
    HealthState State,
    DateTimeOffset? Since,
    string? Cause,
    DateTimeOffset? LastResultAt,
    ImmutableArray<ProbeAttempt> Attempts)
{
    /// <summary>Whether it is this server itself.</summary>
    public bool IsLocal { get; init; }

    /// <summary>From where it joined last; null for this server, and for one that never joined.</summary>
    public string? Address { get; init; }

    public bool Counts => Standing == VantageState.Sighted && State != HealthState.Unknown;
}
