namespace Meridian.Engine.Health;

/// <summary>The current verdict on one member.</summary>
/// <param name="State">Up, down or not known yet.</param>
/// <param name="MayChangeInSeconds">
/// While probes disagree with the verdict: the shortest time in which it could flip, which bounds the TTL of answers
/// that depend on it. 0 when nothing points to a change.
/// </param>
public readonly record struct MemberVerdict(HealthState State, uint MayChangeInSeconds)
{
    /// <summary>
    /// How much of its weight a member is to lose, 0 to 99: it is slow, or has come back a short while ago. Matters where
    /// members of its pool are drawn by weight.
    /// </summary>
    public byte ReductionPercent { get; init; }

    public static MemberVerdict Up => new(HealthState.Up, 0);
}
