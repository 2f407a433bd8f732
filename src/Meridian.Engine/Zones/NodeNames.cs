using System.Numerics;
using Meridian.Dns.Names;

namespace Meridian.Engine.Zones;

/// <summary>
/// The names of a zone that is being compiled, numbered in the order in which they come, and the hash table that the compiled
/// zone finds them by: it is built once, and serves the compiler itself meanwhile.
/// </summary>
internal sealed class NodeNames
{
    private const int LeastBuckets = 4;

    // As in the compiled zone: open addressing with linear probing, at most half full; 0 is empty, otherwise the node's index + 1.
    private int[] _buckets;
    private DomainName[] _names;
    private ulong[] _hashes;

    /// <summary>No names yet.</summary>
    /// <param name="expected">How many there will be, about.</param>
    public NodeNames(int expected)
    {
        _buckets = new int[BucketsFor(expected)];
        _names = new DomainName[expected];
        _hashes = new ulong[expected];
    }

    public int Count { get; private set; }

    public ReadOnlySpan<DomainName> Names => _names.AsSpan(0, Count);

    public DomainName this[int node] => _names[node];

    /// <summary>What the compiled zone looks the name up by.</summary>
    public ulong HashOf(int node) => _hashes[node];

    /// <summary>Adds a name, if it is not there yet.</summary>
    /// <param name="name">The name.</param>
    /// <param name="node">Its number, in either case.</param>
    /// <returns>False when it was there.</returns>
    public bool TryAdd(DomainName name, out int node)
    {
        ulong hash = NameHash.Compute(name.Wire);
        int bucket = BucketOf(name, hash);
        if (_buckets[bucket] != 0)
        {
            node = _buckets[bucket] - 1;
            return false;
        }
        node = Count++;
        if (node == _names.Length)
        {
            Array.Resize(ref _names, Math.Max(LeastBuckets, _names.Length * 2));
            Array.Resize(ref _hashes, _names.Length);
        }
        _names[node] = name;
        _hashes[node] = hash;
        if (Count * 2 > _buckets.Length)
        {
            _buckets = BucketsOf(BucketsFor(Count));
        }
        else
        {
            _buckets[bucket] = node + 1;
        }
        return true;
    }

    /// <summary>The number of a name, or −1.</summary>
    public int Find(DomainName name) => _buckets[BucketOf(name, NameHash.Compute(name.Wire))] - 1;

    /// <summary>The hash table of all names, for the compiled zone; nothing may be added any more.</summary>
    public int[] ToBuckets() => _buckets.Length == BucketsFor(Count) ? _buckets : BucketsOf(BucketsFor(Count));

    private static int BucketsFor(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastBuckets, checked(count * 2)));

    private int[] BucketsOf(int size)
    {
        int[] buckets = new int[size];
        for (int i = 0; i < Count; i++)
        {
            int bucket = (int)_hashes[i] & (size - 1);
            while (buckets[bucket] != 0)
            {
                bucket = (bucket + 1) & (size - 1);
            }
            buckets[bucket] = i + 1;
        }
        return buckets;
    }

    /// <summary>The bucket that has a name, or the empty one where it belongs.</summary>
    private int BucketOf(DomainName name, ulong hash)
    {
        int mask = _buckets.Length - 1;
        int bucket = (int)hash & mask;
        while (_buckets[bucket] is not 0 and int entry && (_hashes[entry - 1] != hash || !_names[entry - 1].Wire.SequenceEqual(name.Wire)))
        {
            bucket = (bucket + 1) & mask;
        }
        return bucket;
    }
}
