using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Snapshot;

/// <summary>Which members get another status, by slot: what follows from verdicts, from the clock, and from what is supposed.</summary>
internal static class StatusChanges
{
    /// <summary>Of new verdicts. Members that the snapshot does not have, or that nothing checks, are passed over.</summary>
    /// <param name="state">What is served.</param>
    /// <param name="changes">The verdicts.</param>
    /// <param name="heldDown">Members that no verdict brings back.</param>
    /// <param name="now">For forced states that end at a time.</param>
    public static Dictionary<int, MemberStatus> OfVerdicts(
        DataPlaneState state, ReadOnlySpan<VerdictChange> changes, IReadOnlySet<MemberKey> heldDown, DateTimeOffset now)
    {
        Dictionary<int, MemberStatus> statuses = [];
        foreach (VerdictChange change in changes)
        {
            if (state.Snapshot.TryFindMember(change.Member, out int slot) && state.Snapshot.Members[slot].Monitor is not null
                && !heldDown.Contains(change.Member))
            {
                statuses[slot] = HealthTable.StatusOf(state.Snapshot.Members[slot], change.Verdict, now);
            }
        }
        return statuses;
    }

    /// <summary>Of forced states that begin or end.</summary>
    public static Dictionary<int, MemberStatus> OfClock(DataPlaneState state, DateTimeOffset now)
    {
        Dictionary<int, MemberStatus> statuses = [];
        for (int slot = 0; slot < state.Health.Members.Length; slot++)
        {
            MemberStatus status = state.Health.Members[slot];
            MemberSlot member = state.Snapshot.Members[slot];
            if (status.Admin == AdminState.Auto && member.Overrides.IsEmpty)
            {
                continue;
            }
            (AdminState admin, OverrideModel? by) = member.AdminAt(now);
            if (admin != status.Admin || by != status.By)
            {
                statuses[slot] = status with { Admin = admin, By = by };
            }
        }
        return statuses;
    }

    /// <summary>Of what is supposed. Members that there are not are passed over.</summary>
    public static Dictionary<int, MemberStatus> OfSuppositions(DataPlaneState state, ReadOnlySpan<Supposition> suppositions)
    {
        Dictionary<int, MemberStatus> statuses = [];
        foreach (Supposition supposed in suppositions)
        {
            if (state.Snapshot.TryFindMember(supposed.Member, out int slot))
            {
                MemberStatus status = statuses.GetValueOrDefault(slot, state.Health.Members[slot]);
                statuses[slot] = status with { Health = supposed.Health ?? status.Health, Admin = supposed.Admin ?? status.Admin, MayChangeInSeconds = 0 };
            }
        }
        return statuses;
    }
}
