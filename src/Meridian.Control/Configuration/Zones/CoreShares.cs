using System.Collections.Concurrent;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Independent work on each of many elements, shared by the cores.</summary>
internal static class CoreShares
{
    /// <summary>Elements that one core takes at a time; fewer than that in all are not worth waking another.</summary>
    private const int Share = 1 << 14;

    /// <summary>Does the work for each index from 0; in no order, and at the same time for several.</summary>
    public static void ForEach(int count, Action<int> work)
    {
        if (count <= Share)
        {
            DoShare(Tuple.Create(0, count));
            return;
        }
        Parallel.ForEach(Partitioner.Create(0, count, Share), DoShare);

        void DoShare(Tuple<int, int> share)
        {
            for (int i = share.Item1; i < share.Item2; i++)
            {
                work(i);
            }
        }
    }
}
