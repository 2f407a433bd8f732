using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Answering;

/// <summary>The pools that a policy decided for, ready to be drawn from.</summary>
/// <param name="State">Snapshot and health.</param>
/// <param name="Scratch">This thread's memory; the pools are in it.</param>
/// <param name="Draw">The query's draw.</param>
/// <param name="Mode">Which of a pool's members count.</param>
/// <param name="PoolCount">How many pools.</param>
/// <param name="MultivalueNode">The node that gathers them, or −1 when it is one pool's own answer.</param>
internal readonly record struct Choice(
    DataPlaneState State, AnswerScratch Scratch, ulong Draw, EvaluationMode Mode, int PoolCount, int MultivalueNode)
{
    /// <summary>What one of the pools can answer.</summary>
    public AnswerSet Answers(int pool) => State.Health.Pools[Scratch.Pools[pool]].InMode(Mode);

    /// <summary>One hostname of one pool; null when no pool has any.</summary>
    public AnswerVariant? DrawHostname(ulong salt)
    {
        int start = PoolCount == 1 ? 0 : (int)DrawHash.Below(DrawHash.Mix(Draw, ~salt), (uint)PoolCount);
        for (int i = 0; i < PoolCount; i++)
        {
            AnswerVariants hostnames = Answers((start + i) % PoolCount).Hostnames;
            if (!hostnames.IsEmpty)
            {
                return hostnames.Draw(DrawHash.Mix(Draw, salt));
            }
        }
        return null;
    }
}
