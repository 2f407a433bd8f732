using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>
/// Two binary tries over address bits, one for IPv4 and one for IPv6, with a place at every leaf. Immutable.
/// A record is the index of a node when it is 0 or more; below 0 it is a leaf, the complement of the place's index.
/// </summary>
/// <param name="Nodes">Two records for each node, for bit 0 and bit 1.</param>
/// <param name="IPv4Root">The record of 0.0.0.0/0.</param>
/// <param name="IPv6Root">The record of ::/0.</param>
internal sealed record PlaceTrie(int[] Nodes, int IPv4Root, int IPv6Root)
{
    /// <summary>Leaves of both tries: prefixes.</summary>
    public int LeafCount => Nodes.Count(record => record < 0) + (IPv4Root < 0 ? 1 : 0) + (IPv6Root < 0 ? 1 : 0);

    /// <summary>The leaf of a place.</summary>
    public static int Leaf(int place) => ~place;

    /// <summary>The place of a leaf.</summary>
    public static int PlaceOf(int leaf) => ~leaf;

    /// <summary>The place of an address, and how many of its bits it took to tell.</summary>
    public int Find(ClientAddress address, out int prefixLength)
    {
        // The bits that are asked next stand at the top.
        ulong bits = address.IsIPv4 ? (ulong)address.IPv4 << 32 : address.High;
        int record = address.IsIPv4 ? IPv4Root : IPv6Root;
        int depth = 0;
        while (record >= 0)
        {
            record = Nodes[(2 * record) + (int)(bits >> 63)];
            depth++;
            bits = depth == 64 ? address.Low : bits << 1;
        }
        prefixLength = depth;
        return PlaceOf(record);
    }

    /// <summary>Visits the leaves of IPv4 in the order of their addresses.</summary>
    /// <param name="runs">Gets the first address of each leaf and the class of its place.</param>
    /// <param name="classOfPlace">The class of each place.</param>
    public void CollectIPv4(RunCollector<uint> runs, ReadOnlySpan<ushort> classOfPlace) =>
        Collect(IPv4Root, first: 0u, bit: 31, runs, classOfPlace);

    /// <summary>Visits the leaves of IPv6 in the order of their addresses.</summary>
    /// <param name="runs">Gets the first address of each leaf and the class of its place.</param>
    /// <param name="classOfPlace">The class of each place.</param>
    public void CollectIPv6(RunCollector<UInt128> runs, ReadOnlySpan<ushort> classOfPlace) =>
        Collect(IPv6Root, first: UInt128.Zero, bit: 127, runs, classOfPlace);

    // Recursion is as deep as an address has bits.
    private void Collect<TKey>(int record, TKey first, int bit, RunCollector<TKey> runs, ReadOnlySpan<ushort> classOfPlace)
        where TKey : unmanaged, System.Numerics.IBinaryInteger<TKey>, System.Numerics.IUnsignedNumber<TKey>
    {
        if (record < 0)
        {
            runs.Add(first, classOfPlace[PlaceOf(record)]);
            return;
        }
        Collect(Nodes[2 * record], first, bit - 1, runs, classOfPlace);
        Collect(Nodes[(2 * record) + 1], first | (TKey.One << bit), bit - 1, runs, classOfPlace);
    }
}
