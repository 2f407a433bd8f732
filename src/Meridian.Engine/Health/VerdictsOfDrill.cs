namespace Meridian.Engine.Health;

/// <summary>The checks' verdicts, but for some members that are played to be down.</summary>
internal sealed class VerdictsOfDrill(IVerdictSource real, IReadOnlySet<MemberKey> down) : IVerdictSource
{
    public MemberVerdict GetVerdict(MemberKey member) =>
        down.Contains(member) ? new MemberVerdict(HealthState.Down, 0) : real.GetVerdict(member);
}
