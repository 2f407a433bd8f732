using System.Collections.Immutable;

namespace Meridian.Health.Notifying;

/// <summary>Something that a person may want to know. One per event, however many vantage points saw it.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Subject">To what: a monitor and target, a vantage point, the circuit breaker.</param>
/// <param name="At">When.</param>
/// <param name="Cause">Why, in words, with the votes where several places vote.</param>
/// <param name="Action">What became of answers: taken out, kept, nothing.</param>
/// <param name="Members">Whom it concerns, as pool/target; may be empty.</param>
public sealed record HealthEvent(
    HealthEventKind Kind, string Subject, DateTimeOffset At, string Cause, string Action, ImmutableArray<string> Members)
{
    /// <summary>Whether it ends what an earlier event began.</summary>
    public bool IsEnd => Kind is HealthEventKind.MemberUp or HealthEventKind.BreakerClosed or HealthEventKind.VantageSighted
        or HealthEventKind.FailedBack or HealthEventKind.NameResolved;

    /// <summary>What the beginning and the end of one trouble have in common.</summary>
    public string Incident => Kind switch
    {
        HealthEventKind.MemberUp or HealthEventKind.MemberDown or HealthEventKind.MemberWithheld => $"member {Subject}",
        HealthEventKind.BreakerOpened or HealthEventKind.BreakerClosed => "circuit breaker",
        HealthEventKind.NobodySees => "vantage points",
        HealthEventKind.NameUnresolved or HealthEventKind.NameResolved => $"name {Subject}",
        HealthEventKind.FailbackWaits or HealthEventKind.FailedBack => $"pool {Subject}",
        HealthEventKind.PrewarmFailed => $"standby {Subject}",
        _ => $"vantage point {Subject}",
    };
}

/// <summary>What happened.</summary>
public enum HealthEventKind : byte
{
    MemberUp,
    MemberDown,

    /// <summary>A member is down and stays in answers, because the circuit breaker is open.</summary>
    MemberWithheld,
    BreakerOpened,
    BreakerClosed,

    /// <summary>A vantage point went blind, silent or away.</summary>
    VantageLost,
    VantageSighted,

    /// <summary>No vantage point sees: all verdicts stand.</summary>
    NobodySees,

    /// <summary>A pool that had failed is well again, and its clients stay elsewhere for now.</summary>
    FailbackWaits,

    /// <summary>The clients of such a pool come back.</summary>
    FailedBack,

    /// <summary>A standby gets clients although its hook did not say that it is ready.</summary>
    PrewarmFailed,

    /// <summary>A name outside our zones cannot be resolved: what it was last good with is answered.</summary>
    NameUnresolved,
    NameResolved,
}
