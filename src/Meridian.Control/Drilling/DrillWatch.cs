using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Drilling;

/// <summary>What the health checks say while a drill runs. What was down before it began is nobody's doing, and ends nothing.</summary>
/// <param name="verdicts">The health checks.</param>
/// <param name="downBefore">Members that were down when it began.</param>
internal sealed class DrillWatch(IVerdictSource verdicts, ImmutableHashSet<MemberKey> downBefore)
{
    private readonly HashSet<MemberKey> _down = [];

    /// <summary>Begins to watch.</summary>
    public static DrillWatch Begin(IVerdictSource verdicts, DataPlaneSnapshot snapshot) =>
        new(verdicts, [.. snapshot.Members.Select(slot => slot.Key).Where(member => IsDown(verdicts, member))]);

    /// <summary>What has happened since it looked last, in words.</summary>
    public ImmutableArray<string> Look(DataPlaneSnapshot snapshot)
    {
        List<string> events = [];
        foreach (MemberKey member in snapshot.Members.Where(slot => slot.Monitor is not null).Select(slot => slot.Key))
        {
            bool isDown = IsDown(verdicts, member);
            if (isDown && !downBefore.Contains(member) && _down.Add(member))
            {
                events.Add($"{member} went down");
            }
            else if (!isDown && _down.Remove(member))
            {
                events.Add($"{member} came up again");
            }
        }
        return [.. events];
    }

    /// <summary>A member that went down meanwhile, and was down when it looked last, though nobody plays that it is; null while there is none.</summary>
    /// <param name="played">Members that are played to be down: how they are in truth hurts nobody of the drill.</param>
    public MemberKey? Broken(IReadOnlySet<MemberKey> played) => _down.Where(member => !played.Contains(member)).Select(member => (MemberKey?)member).FirstOrDefault();

    /// <summary>A member that a guarding monitor has found down meanwhile; null while all hold.</summary>
    public MemberKey? FailedGuard(DataPlaneSnapshot snapshot, ImmutableArray<string> guards) => snapshot.Members
        .Where(slot => slot.Monitor is { } monitor && guards.Contains(monitor.Name) && !downBefore.Contains(slot.Key) && IsDown(verdicts, slot.Key))
        .Select(slot => (MemberKey?)slot.Key)
        .FirstOrDefault();

    private static bool IsDown(IVerdictSource verdicts, MemberKey member) => verdicts.GetVerdict(member).State == HealthState.Down;
}
