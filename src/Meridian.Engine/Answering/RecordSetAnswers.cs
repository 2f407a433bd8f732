using Meridian.Dns.Records;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>Writes the records of the record sets that a policy decided for.</summary>
internal static class RecordSetAnswers
{
    // Each use of the query's draw gets a salt of its own, so that they are independent of one another.
    private const ulong OrderSalt = 0xD1B54A32D192ED03;
    private const ulong PickSalt = 0x8CB92BA72F3D8DD7;

    /// <summary>A candidate is the number of its pool among those found, and of its record in the pool.</summary>
    private const int RecordBits = 16;

    /// <summary>Whether the pools found are record sets; then all of them are.</summary>
    public static bool Are(in Choice choice) =>
        choice.PoolCount > 0 && choice.State.Snapshot.Steering.Pools[choice.Scratch.Pools[0]].Values is not null;

    /// <summary>The TTL of the records: the least of all sets in the answer, because an RRset has one (RFC 2181 §5.2).</summary>
    public static uint TtlOf(in Choice choice)
    {
        uint ttl = uint.MaxValue;
        for (int i = 0; i < choice.PoolCount; i++)
        {
            ttl = Math.Min(ttl, ValuesOf(in choice, i).TtlSeconds);
        }
        return ttl;
    }

    /// <summary>Writes the records; those of several sets are drawn, up to the node's maximum.</summary>
    public static SteeredResult Write<TTrace>(
        SteeredResult result, RecordType type, in Choice choice, uint ttl, int ownerOffset, ref ResponseWriter writer, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        Span<int> candidates = choice.Scratch.Candidates;
        int count = Gather(in choice, candidates);
        if (choice.MultivalueNode >= 0)
        {
            count = Pick(candidates[..count], choice.State.Snapshot.Steering.Nodes[choice.MultivalueNode].Max, choice.Draw);
        }
        candidates = candidates[..count];
        if (TTrace.IsEnabled)
        {
            Tell(in choice, type, candidates, ref trace);
        }
        int length = 0;
        foreach (int candidate in candidates)
        {
            length += RecordOf(in choice, candidate).Length;
        }
        if (!writer.HasRoomFor(length))
        {
            return result with { Outcome = SteeredWriteOutcome.NoRoom };
        }
        // Clients tend to take the first record: each is first as often as another.
        int first = count <= 1 ? 0 : (int)DrawHash.Below(DrawHash.Mix(choice.Draw, OrderSalt), (uint)count);
        for (int i = 0; i < count; i++)
        {
            int at = first + i;
            writer.WriteRecord(RecordOf(in choice, candidates[at < count ? at : at - count]), ttl, ownerOffset);
        }
        return result with
        {
            Outcome = SteeredWriteOutcome.Written,
            Target = ValuesOf(in choice, candidates[0] >> RecordBits).Target,
        };
    }

    private static int Gather(in Choice choice, Span<int> candidates)
    {
        int count = 0;
        for (int pool = 0; pool < choice.PoolCount; pool++)
        {
            int records = ValuesOf(in choice, pool).Count;
            for (int record = 0; record < records && count < candidates.Length; record++)
            {
                candidates[count++] = (pool << RecordBits) | record;
            }
        }
        return count;
    }

    /// <summary>Draws without putting back: the first places of the span are the answer.</summary>
    private static int Pick(Span<int> candidates, int max, ulong draw)
    {
        int count = Math.Min(max, candidates.Length);
        for (int i = 0; i < count && candidates.Length > max; i++)
        {
            int chosen = i + (int)DrawHash.Below(DrawHash.Mix(draw ^ PickSalt, (ulong)i), (uint)(candidates.Length - i));
            (candidates[i], candidates[chosen]) = (candidates[chosen], candidates[i]);
        }
        return count;
    }

    private static CompiledValues ValuesOf(in Choice choice, int pool) =>
        choice.State.Snapshot.Steering.Pools[choice.Scratch.Pools[pool]].Values!; // Are() has looked.

    private static ReadOnlySpan<byte> RecordOf(in Choice choice, int candidate) =>
        ValuesOf(in choice, candidate >> RecordBits).Record(candidate & ((1 << RecordBits) - 1));

    /// <summary>The sets in the answer, each once.</summary>
    private static void Tell<TTrace>(in Choice choice, RecordType type, ReadOnlySpan<int> candidates, ref TTrace trace)
        where TTrace : struct, IDecisionTrace
    {
        Span<int> members = choice.Scratch.Members;
        int count = 0;
        foreach (int candidate in candidates)
        {
            int member = choice.State.Snapshot.Steering.Pools[choice.Scratch.Pools[candidate >> RecordBits]].FirstMember;
            if (count < members.Length && !members[..count].Contains(member))
            {
                members[count++] = member;
            }
        }
        trace.OnMembers(type, members[..count]);
    }
}
