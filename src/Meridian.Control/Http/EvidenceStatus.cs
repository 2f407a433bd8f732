using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Health.Quorum;

namespace Meridian.Control.Http;

/// <summary>A vantage point.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsLocal">Whether it is this server itself.</param>
/// <param name="State">Only the votes of sighted ones count.</param>
/// <param name="Since">Since when.</param>
/// <param name="Remark">Why it does not see, or nothing.</param>
/// <param name="HeardAt">When it was last heard; null for this server, and before it joined.</param>
/// <param name="Address">From where it joined; null while it is not connected.</param>
public sealed record VantageStatus(
    string Name, bool IsLocal, VantageState State, DateTimeOffset? Since, string Remark, DateTimeOffset? HeardAt, string? Address);

/// <summary>What one vantage point says of a member.</summary>
public sealed record VoteStatus(
    string Vantage,
    VantageState Standing,
    HealthState State,
    DateTimeOffset? Since,
    string? Reason,
    DateTimeOffset? ProbedAt,
    ImmutableArray<AttemptStatus> Attempts);

/// <summary>One probe.</summary>
/// <param name="At">When it started.</param>
/// <param name="Reason">What it found, in words.</param>
/// <param name="Timings">How long each phase took, in words.</param>
/// <param name="Confirming">Whether it was one of a burst after a failure.</param>
/// <param name="Succeeded">Whether the member answered as it should.</param>
/// <param name="Milliseconds">From its start to its result.</param>
public sealed record AttemptStatus(DateTimeOffset At, string Reason, string Timings, bool Confirming, bool Succeeded, double Milliseconds);

/// <summary>One change of a verdict.</summary>
public sealed record HistoryEntry(HealthState State, DateTimeOffset At, string Cause);

/// <summary>The shares of time, 0 to 1, that a member was up.</summary>
/// <param name="Hour">Of the last hour.</param>
/// <param name="Day">Of the last 24 hours.</param>
/// <param name="Month">Of the last 30 days.</param>
/// <param name="ObservedFrom">What lies before its first verdict is not counted.</param>
public sealed record UptimeStatus(double Hour, double Day, double Month, DateTimeOffset ObservedFrom);
