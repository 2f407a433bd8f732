using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Steering;

/// <summary>
/// The verdict on every member and what follows from it for every pool. Immutable: a change makes a new table that shares
/// the pools that did not change, and replaces the old one as a whole.
/// </summary>
internal sealed class HealthTable
{
    private HealthTable(MemberStatus[] members, PoolState[] pools, long sequence)
    {
        Members = members;
        Pools = pools;
        Sequence = sequence;
    }

    public MemberStatus[] Members { get; }

    public PoolState[] Pools { get; }

    /// <summary>Numbers the changes, for <see cref="PoolState.LastGoodSequence"/>.</summary>
    public long Sequence { get; }

    /// <summary>The table for a new snapshot.</summary>
    /// <param name="program">The snapshot's pools.</param>
    /// <param name="slots">The snapshot's members.</param>
    /// <param name="verdicts">What is known of them.</param>
    /// <param name="memory">What pools were last good with, from the table before.</param>
    /// <param name="resolutions">The addresses behind hostnames.</param>
    /// <param name="now">For forced states that end.</param>
    public static HealthTable Create(
        SteeringProgram program,
        ImmutableArray<MemberSlot> slots,
        IVerdictSource verdicts,
        LastGoodMemory memory,
        in MemberResolutions resolutions,
        DateTimeOffset now)
    {
        MemberStatus[] members = new MemberStatus[slots.Length];
        for (int i = 0; i < members.Length; i++)
        {
            MemberVerdict verdict = slots[i].Monitor is null ? MemberVerdict.Up : verdicts.GetVerdict(slots[i].Key);
            members[i] = StatusOf(slots[i], verdict, now);
        }
        PoolState[] pools = new PoolState[program.Pools.Length];
        for (int i = 0; i < pools.Length; i++)
        {
            MemberResolutions ofPool = resolutions.Of(i);
            (AnswerSet lastGood, long sequence) = memory.Recall(program.Pools[i], members, in ofPool);
            pools[i] = BuildPool(program.Pools[i], members, in ofPool, lastGood, sequence);
        }
        return new HealthTable(members, pools, memory.Sequence);
    }

    /// <summary>The table with some members changed.</summary>
    /// <param name="program">The snapshot's pools.</param>
    /// <param name="changes">Slots and what they are now.</param>
    /// <param name="resolutions">The addresses behind hostnames.</param>
    public HealthTable With(SteeringProgram program, IReadOnlyDictionary<int, MemberStatus> changes, in MemberResolutions resolutions)
    {
        MemberStatus[] members = [.. Members];
        foreach ((int slot, MemberStatus status) in changes)
        {
            members[slot] = status;
        }
        return Rebuild(program, members, changes.Keys.Select(slot => program.PoolOfMember[slot]).Distinct(), in resolutions);
    }

    /// <summary>The table with other addresses behind the hostnames of some pools.</summary>
    /// <param name="program">The snapshot's pools.</param>
    /// <param name="pools">Which pools.</param>
    /// <param name="resolutions">The addresses behind hostnames.</param>
    public HealthTable With(SteeringProgram program, IEnumerable<int> pools, in MemberResolutions resolutions) =>
        Rebuild(program, Members, pools, in resolutions);

    private HealthTable Rebuild(SteeringProgram program, MemberStatus[] members, IEnumerable<int> changed, in MemberResolutions resolutions)
    {
        PoolState[] pools = [.. Pools];
        long sequence = Sequence + 1;
        foreach (int index in changed)
        {
            CompiledPool pool = program.Pools[index];
            PoolState before = pools[index];
            MemberResolutions ofPool = resolutions.Of(index);
            // What a pool answered until this change is what it was last good with.
            pools[index] = before.IsAvailable
                ? BuildPool(pool, members, in ofPool, before.Normal, sequence)
                : BuildPool(pool, members, in ofPool, before.LastGood, before.LastGoodSequence);
        }
        return new HealthTable(members, pools, sequence);
    }

    /// <summary>A table as it was.</summary>
    /// <param name="program">The snapshot's pools.</param>
    /// <param name="statuses">The status in each slot.</param>
    /// <param name="lastGood">What pools that are unavailable were last good with.</param>
    /// <param name="sequence">The number of the latest change.</param>
    /// <param name="resolutions">The addresses behind hostnames.</param>
    public static HealthTable Restore(
        SteeringProgram program,
        ReadOnlySpan<MemberStatus> statuses,
        ImmutableArray<LastGoodImage> lastGood,
        long sequence,
        in MemberResolutions resolutions)
    {
        MemberStatus[] members = statuses.ToArray();
        PoolState[] pools = new PoolState[program.Pools.Length];
        for (int i = 0; i < pools.Length; i++)
        {
            LastGoodImage? image = lastGood.FirstOrDefault(found => found.Pool == i);
            MemberResolutions ofPool = resolutions.Of(i);
            AnswerSet answers = image is null ? AnswerSet.Empty : image.ToAnswers(program.Pools[i], in ofPool);
            pools[i] = BuildPool(program.Pools[i], members, in ofPool, answers, image?.Sequence ?? 0);
        }
        return new HealthTable(members, pools, sequence);
    }

    /// <summary>A member's status from what the operator says of it and its verdict.</summary>
    public static MemberStatus StatusOf(MemberSlot slot, MemberVerdict verdict, DateTimeOffset now)
    {
        (AdminState admin, OverrideModel? by) = slot.AdminAt(now);
        return new MemberStatus(verdict.State, admin, verdict.MayChangeInSeconds)
        {
            ReductionPercent = admin == AdminState.Auto ? verdict.ReductionPercent : (byte)0,
            By = by,
        };
    }

    private static PoolState BuildPool(
        CompiledPool pool, MemberStatus[] members, in MemberResolutions resolutions, AnswerSet lastGood, long lastGoodSequence)
    {
        List<int> available = [];
        List<int> allowed = [];
        byte[]? reductions = null;
        bool isAwaited = false;
        uint horizon = 0;
        for (int i = 0; i < pool.MemberCount; i++)
        {
            MemberStatus status = members[pool.FirstMember + i];
            // A hostname without addresses is no more available than a member that is down, whatever the operator says of it.
            bool isEmpty = resolutions.IsWithoutAddresses(i);
            if (status.IsAvailable && !isEmpty)
            {
                available.Add(i);
            }
            if (status.IsAllowed && !isEmpty)
            {
                allowed.Add(i);
            }
            if (status.ReductionPercent > 0)
            {
                reductions ??= new byte[pool.MemberCount];
                reductions[i] = status.ReductionPercent;
            }
            isAwaited |= status.IsAwaited || (status.IsAllowed && resolutions.IsAwaited(i));
            if (status.Admin == AdminState.Auto && status.MayChangeInSeconds > 0)
            {
                horizon = horizon == 0 ? status.MayChangeInSeconds : Math.Min(horizon, status.MayChangeInSeconds);
            }
        }
        bool isAvailable = available.Count >= pool.Model.MinHealthy;
        return new PoolState
        {
            IsAvailable = isAvailable,
            AvailableCount = available.Count,
            IsAwaited = isAwaited,
            HorizonSeconds = horizon,
            Normal = AnswerSet.Build(pool, available, in resolutions, reductions),
            FailOpen = AnswerSet.Build(pool, allowed, in resolutions),
            LastGood = isAvailable ? AnswerSet.Empty : lastGood,
            LastGoodSequence = isAvailable ? 0 : lastGoodSequence,
        };
    }
}
