using System.Collections.Immutable;
using Meridian.Engine.Outside;

namespace Meridian.Engine.Steering;

/// <summary>
/// What pools were last available with, by name, so that it outlives a reload and a restart. A pool that is
/// available now needs no memory.
/// </summary>
public sealed class LastGoodMemory
{
    public static LastGoodMemory Empty { get; } = new([], 0);

    private readonly ImmutableDictionary<string, LastGoodPool> _pools;

    public LastGoodMemory(ImmutableArray<LastGoodPool> pools, long sequence)
    {
        _pools = pools.ToImmutableDictionary(pool => pool.Pool, StringComparer.Ordinal);
        Sequence = sequence;
    }

    public IEnumerable<LastGoodPool> Pools => _pools.Values;

    /// <summary>The number of the latest event.</summary>
    public long Sequence { get; }

    /// <summary>Reads the memory out of a table.</summary>
    internal static LastGoodMemory Capture(SteeringProgram program, HealthTable table, long sequence)
    {
        ImmutableArray<LastGoodPool>.Builder pools = ImmutableArray.CreateBuilder<LastGoodPool>();
        for (int i = 0; i < program.Pools.Length; i++)
        {
            PoolState state = table.Pools[i];
            AnswerSet answers = state.IsAvailable ? state.Normal : state.LastGood;
            if (!answers.IsEmpty)
            {
                CompiledPool pool = program.Pools[i];
                pools.Add(new LastGoodPool(
                    pool.Model.Name,
                    [.. answers.Members.Select(slot => pool.Model.Members[slot - pool.FirstMember].Target)],
                    state.IsAvailable ? sequence : state.LastGoodSequence));
            }
        }
        return new LastGoodMemory(pools.ToImmutable(), sequence);
    }

    /// <summary>What a pool was last good with, as far as those members are still there and allowed.</summary>
    internal (AnswerSet Answers, long Sequence) Recall(CompiledPool pool, MemberStatus[] members, in MemberResolutions resolutions)
    {
        if (!_pools.TryGetValue(pool.Model.Name, out LastGoodPool? remembered))
        {
            return (AnswerSet.Empty, 0);
        }
        List<int> kept = [];
        for (int i = 0; i < pool.MemberCount; i++)
        {
            if (members[pool.FirstMember + i].IsAllowed && remembered.Targets.Contains(pool.Model.Members[i].Target, StringComparer.Ordinal))
            {
                kept.Add(i);
            }
        }
        return kept.Count == 0 ? (AnswerSet.Empty, 0) : (AnswerSet.Build(pool, kept, in resolutions), remembered.Sequence);
    }
}

/// <summary>One pool's memory.</summary>
/// <param name="Pool">Its name.</param>
/// <param name="Targets">The members that were answered.</param>
/// <param name="Sequence">When it stopped being available, in the order of such events; for one that is available, now.</param>
public sealed record LastGoodPool(string Pool, ImmutableArray<string> Targets, long Sequence);
