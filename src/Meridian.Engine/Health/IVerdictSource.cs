namespace Meridian.Engine.Health;

/// <summary>Where a new snapshot's health table takes its first verdicts from.</summary>
public interface IVerdictSource
{
    /// <summary>The verdict as of now; <see cref="HealthState.Unknown"/> for a member that has none yet.</summary>
    /// <param name="member">A member whose pool has a monitor.</param>
    MemberVerdict GetVerdict(MemberKey member);
}
