using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Control.Http;

/// <summary>One member of one pool, with what the operator and the health checks say of it.</summary>
public sealed record MemberReport
{
    public required string Pool { get; init; }

    /// <summary>Its address or hostname.</summary>
    public required string Target { get; init; }

    public string? Site { get; init; }

    public required int Weight { get; init; }

    /// <summary>The operator's word.</summary>
    public required AdminState AdminState { get; init; }

    /// <summary>Why the operator forced the state, if so.</summary>
    public string? AdminReason { get; init; }

    /// <summary>When a forced state ends by itself; null is never.</summary>
    public DateTimeOffset? AdminUntil { get; init; }

    /// <summary>The monitor that checks it; null when nothing does, and then it counts as up.</summary>
    public string? Monitor { get; init; }

    /// <summary>The word of the health checks.</summary>
    public required HealthState Health { get; init; }

    /// <summary>Since when <see cref="Health"/> has been what it is; null before the first verdict.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What the last probe found, in words: <c>200 in 1.2 ms</c>, <c>connection refused</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>What of the state is not up or down alone: degraded, held down, kept by the circuit breaker; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>When it was last probed.</summary>
    public DateTimeOffset? ProbedAt { get; init; }

    /// <summary>What each vantage point says; empty where this server judges alone.</summary>
    public ImmutableArray<VoteStatus> Votes { get; init; } = [];

    /// <summary>What it takes for the votes to be a verdict, in words; null where this server judges alone.</summary>
    public string? UpWhen { get; init; }

    /// <summary>The latest attempts from here, newest first.</summary>
    public ImmutableArray<AttemptStatus> Attempts { get; init; } = [];

    /// <summary>The latest changes of the verdict, newest first.</summary>
    public ImmutableArray<HistoryEntry> History { get; init; } = [];

    /// <summary>How much of the time it was up; null before the first verdict.</summary>
    public UptimeStatus? Uptime { get; init; }
}
