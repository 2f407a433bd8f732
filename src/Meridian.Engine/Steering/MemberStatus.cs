using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>One member in the health table: what the checks say and what the operator says.</summary>
/// <param name="Health">The checks' verdict; up for a member without a monitor.</param>
/// <param name="Admin">The operator's word, with an expired one taken as <see cref="AdminState.Auto"/>.</param>
/// <param name="MayChangeInSeconds">See <see cref="MemberVerdict"/>.</param>
public readonly record struct MemberStatus(HealthState Health, AdminState Admin, uint MayChangeInSeconds)
{
    /// <summary>See <see cref="MemberVerdict"/>; 0 for a member whose state is forced.</summary>
    public byte ReductionPercent { get; init; }

    /// <summary>The override that <see cref="Admin"/> comes from; null when it is the member's own definition.</summary>
    public OverrideModel? By { get; init; }

    /// <summary>Whether it may be in an ordinary answer. Unknown is not up: a new member waits for its first verdict.</summary>
    public bool IsAvailable => Admin == AdminState.ForcedUp || (Admin == AdminState.Auto && Health == HealthState.Up);

    /// <summary>Whether it may be in an answer that fails open: everything but what an operator took out.</summary>
    public bool IsAllowed => Admin is AdminState.Auto or AdminState.ForcedUp;

    /// <summary>Whether health will yet say something that matters.</summary>
    public bool IsAwaited => Admin == AdminState.Auto && Health == HealthState.Unknown;
}
