using Meridian.Dns.Records;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>Which members of several pools go into one answer.</summary>
internal static class MultivalueSelection
{
    private const ulong Salt = 0x589965CC75374CC3;

    /// <summary>
    /// Draws up to the node's maximum by weight. With spreading every draw is among the sites drawn from least so far, so
    /// that an answer of two names two sites as long as two have anything.
    /// </summary>
    /// <param name="choice">The pools.</param>
    /// <param name="type">A or AAAA.</param>
    /// <param name="selected">Receives the slots.</param>
    /// <returns>How many were selected.</returns>
    public static int Select(in Choice choice, RecordType type, Span<int> selected)
    {
        SteeringProgram program = choice.State.Snapshot.Steering;
        ref readonly ProgramNode node = ref program.Nodes[choice.MultivalueNode];
        Span<int> candidates = choice.Scratch.Candidates;
        int remaining = Gather(in choice, type, candidates);
        Span<int> siteUse = choice.Scratch.SiteUse.AsSpan(0, remaining);
        siteUse.Clear();
        int count = 0;
        int max = Math.Min(Math.Min(node.Max, selected.Length), remaining);
        while (count < max)
        {
            int leastUse = node.SpreadSites ? Least(siteUse[..remaining]) : int.MaxValue;
            int chosen = DrawOne(program, candidates[..remaining], siteUse, leastUse, DrawHash.Mix(choice.Draw ^ Salt, (ulong)count));
            int member = candidates[chosen];
            selected[count++] = member;
            remaining--;
            candidates[chosen] = candidates[remaining];
            siteUse[chosen] = siteUse[remaining];
            int site = SiteOf(program, member);
            for (int i = 0; node.SpreadSites && i < remaining; i++)
            {
                siteUse[i] += SiteOf(program, candidates[i]) == site ? 1 : 0;
            }
        }
        return count;
    }

    private static int Gather(in Choice choice, RecordType type, Span<int> candidates)
    {
        int count = 0;
        for (int pool = 0; pool < choice.PoolCount; pool++)
        {
            foreach (int member in choice.Answers(pool).Members)
            {
                if (MemberAddresses.Has(in choice, member, type) && count < candidates.Length)
                {
                    candidates[count++] = member;
                }
            }
        }
        return count;
    }

    private static int Least(ReadOnlySpan<int> uses)
    {
        int least = int.MaxValue;
        foreach (int use in uses)
        {
            least = Math.Min(least, use);
        }
        return least;
    }

    private static int DrawOne(SteeringProgram program, ReadOnlySpan<int> candidates, ReadOnlySpan<int> siteUse, int maxUse, ulong draw)
    {
        ulong total = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            total += siteUse[i] <= maxUse ? WeightOf(program, candidates[i]) : 0;
        }
        ulong at = Math.BigMul(draw, total, out _);
        int last = 0;
        for (int i = 0; i < candidates.Length; i++)
        {
            if (siteUse[i] > maxUse)
            {
                continue;
            }
            ulong weight = WeightOf(program, candidates[i]);
            if (at < weight)
            {
                return i;
            }
            at -= weight;
            last = i;
        }
        return last;
    }

    private static ulong WeightOf(SteeringProgram program, int member) => Math.Max(1UL, (ulong)program.Weights[member]);

    private static int SiteOf(SteeringProgram program, int member)
    {
        CompiledPool pool = program.Pools[program.PoolOfMember[member]];
        return pool.Sites[member - pool.FirstMember];
    }
}
