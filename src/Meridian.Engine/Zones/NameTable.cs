namespace Meridian.Engine.Zones;

/// <summary>
/// The hash table of a zone's names, shared by the zones that follow each other. Open addressing with linear probing: 0 is
/// empty, otherwise a node's number + 1. What has been put in stays, so a zone passes over numbers of nodes that it does not
/// have: those that later ones added, and those that it lost.
/// </summary>
internal sealed class NameTable
{
    // Made at most half full, and filled to this: with three quarters taken a name that is not there costs some eight looks.
    private const int FullNumerator = 3;
    private const int FullDenominator = 4;

    private readonly Lock _adding = new();
    private int _given;
    private int _used;

    /// <param name="buckets">With the names of the nodes 0, 1, 2…; at most half full.</param>
    /// <param name="count">How many they are.</param>
    public NameTable(int[] buckets, int count)
    {
        Buckets = buckets;
        _given = count;
        _used = count;
    }

    /// <summary>For the lookup, which is in every query's way.</summary>
    public int[] Buckets { get; }

    /// <summary>Gives a new name a number that no zone had before; false when there is no room left.</summary>
    public bool TryAdd(ulong hash, out int node)
    {
        // Two changes may come from one zone: a candidate is compiled and thrown away while another one is published.
        lock (_adding)
        {
            node = _given;
            if ((long)(_used + 1) * FullDenominator > (long)Buckets.Length * FullNumerator)
            {
                return false;
            }
            Put(hash, node);
            _given++;
            _used++;
            return true;
        }
    }

    private void Put(ulong hash, int node)
    {
        int mask = Buckets.Length - 1;
        int bucket = (int)hash & mask;
        while (Buckets[bucket] != 0)
        {
            bucket = (bucket + 1) & mask;
        }
        // Others look at it meanwhile. They see the empty place or the number, and nobody who sees the number knows a node of it
        // before the zone that has it was published.
        Volatile.Write(ref Buckets[bucket], node + 1);
    }
}
