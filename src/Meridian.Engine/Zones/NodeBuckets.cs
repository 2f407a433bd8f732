using System.Numerics;

namespace Meridian.Engine.Zones;

/// <summary>
/// The hash table of a zone's names while it is filled, by several cores: how many names there will be is known, and that no two
/// are the same. As in the compiled zone: open addressing with linear probing, at most half full; 0 is empty, otherwise a node's number + 1.
/// </summary>
internal sealed class NodeBuckets
{
    private const int LeastBuckets = 4;

    private readonly int[] _buckets;

    /// <param name="count">How many names there will be.</param>
    public NodeBuckets(int count) =>
        _buckets = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastBuckets, checked(count * 2)))];

    /// <summary>For the compiled zone; nothing may be added any more.</summary>
    public int[] Buckets => _buckets;

    /// <summary>Puts a name in.</summary>
    public void Add(ulong hash, int node)
    {
        int mask = _buckets.Length - 1;
        int bucket = (int)hash & mask;
        // An empty place is taken by one core alone; who comes second goes on to the next, as if the first had been there before.
        while (_buckets[bucket] != 0 || Interlocked.CompareExchange(ref _buckets[bucket], node + 1, 0) != 0)
        {
            bucket = (bucket + 1) & mask;
        }
    }

    /// <summary>The node of a name, or −1.</summary>
    /// <param name="name">In lower case.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="octets">What their names are in.</param>
    public int Find(ReadOnlySpan<byte> name, PagedTable<ZoneNode> nodes, ReadOnlySpan<byte> octets)
    {
        int mask = _buckets.Length - 1;
        ulong hash = NameHash.Compute(name);
        for (int bucket = (int)hash & mask; _buckets[bucket] != 0; bucket = (bucket + 1) & mask)
        {
            ref readonly ZoneNode node = ref nodes[_buckets[bucket] - 1];
            if (node.HashTag == (uint)(hash >> 32) && octets.Slice(node.NameOffset, node.NameLength).SequenceEqual(name))
            {
                return _buckets[bucket] - 1;
            }
        }
        return RRsetEntry.None;
    }
}
