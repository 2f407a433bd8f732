using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Health.Evidence;

/// <summary>Everything known of a member's health at one moment: the verdict, and the evidence for it. Immutable.</summary>
public sealed record MemberHealthReport
{
    public required MemberKey Member { get; init; }

    /// <summary>The monitor's name.</summary>
    public required string Monitor { get; init; }

    /// <summary>What is asked, such as <c>GET https://203.0.113.10:443/healthz (Host www.example.com)</c>.</summary>
    public required string Question { get; init; }

    /// <summary>Whether any certificate is accepted. To be said loudly wherever this is shown.</summary>
    public required bool SkipsVerification { get; init; }

    public required MemberVerdict Verdict { get; init; }

    public required VerdictOrigin Origin { get; init; }

    /// <summary>Since when the present state holds, over restarts; null without a verdict.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The reason of the result that brought the present state; null without a verdict.</summary>
    public string? Cause { get; init; }

    /// <summary>When a probe last said something of the member; its age is the age of the verdict.</summary>
    public DateTimeOffset? LastResultAt { get; init; }

    /// <summary>Results in a row that disagree with the verdict.</summary>
    public required int ResultsAgainst { get; init; }

    /// <summary>Results in a row that must disagree to flip it.</summary>
    public required int ResultsNeeded { get; init; }

    /// <summary>Whether it works, but slower than its monitor allows, with a reduced weight.</summary>
    public bool IsDegraded { get; init; }

    /// <summary>In words, what of the state is not up or down alone; null for nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Whether it is down, and answered nevertheless, because the circuit breaker is open.</summary>
    public bool IsWithheld { get; init; }

    /// <summary>Until when it is held down for changing its state too often; null when it is not.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>The latest 16 attempts, newest first.</summary>
    public required ImmutableArray<ProbeAttempt> Attempts { get; init; }

    /// <summary>What each vantage point says, in the order of the monitor's <c>from</c>; empty where this server judges alone.</summary>
    public ImmutableArray<VantageVote> Votes { get; init; } = [];

    /// <summary>What it takes for the votes to be a verdict; null where this server judges alone.</summary>
    public QuorumModel? VotesNeeded { get; init; }

    /// <summary>The latest changes of the verdict with their causes, newest first.</summary>
    public ImmutableArray<StateChange> History { get; init; } = [];

    /// <summary>How much of the time it was up; null before the first verdict.</summary>
    public UptimeReport? Uptime { get; init; }

    /// <summary>For a calculated monitor, the monitors that it combines; else empty.</summary>
    public ImmutableArray<CalculatedPart> Parts { get; init; } = [];

    public required bool IsProbeRunning { get; init; }

    /// <summary>Whether a burst of probes is finding out if a failure was a passing one.</summary>
    public bool IsConfirming { get; init; }

    /// <summary>When the next probe is due, in the past if it is late; null while one runs.</summary>
    public DateTimeOffset? NextProbeAt { get; init; }
}
