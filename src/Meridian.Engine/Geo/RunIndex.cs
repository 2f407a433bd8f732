using System.Numerics;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Geo;

/// <summary>
/// Narrows an address down to a few runs by its top bits. Clients are not spread evenly (a single hosting network can hold
/// a tenth of all IPv6 runs), so a bucket with many runs has buckets of its own below it.
/// </summary>
/// <typeparam name="TKey">An address, as a number.</typeparam>
internal sealed class RunIndex<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>, IMinMaxValue<TKey>
{
    /// <summary>There is about one bucket for two runs, so that small maps stay small; 65,536 at most (256 KiB).</summary>
    private const int MaxIndexBits = 16;

    /// <summary>Runs that are searched without more buckets: they fill two or three cache lines.</summary>
    private const int MaxRunsInBucket = 16;

    private readonly TKey[] _starts;
    private readonly TKey _first;
    private readonly TKey _length;
    private readonly int _shift;
    // For each bucket the run of its first address, or the complement of a group's index; one more at the end, for the last run.
    private readonly int[] _buckets;
    private readonly Group[] _groups;
    private readonly int[] _inner;

    /// <param name="starts">The first address of each run, in order; the first is 0.</param>
    /// <param name="blockFirst">The first address of the block that the index covers: where the addresses in use are.</param>
    /// <param name="blockPrefixLength">The length of that block's prefix.</param>
    public RunIndex(TKey[] starts, TKey blockFirst, int blockPrefixLength)
    {
        _starts = starts;
        _first = blockFirst;
        _length = TKey.MaxValue >> blockPrefixLength;
        int bits = IndexBits(starts.Length);
        _shift = (Unsafe.SizeOf<TKey>() * 8) - blockPrefixLength - bits;
        _buckets = new int[(1 << bits) + 1];
        Fill(_buckets, _first, _shift);

        var groups = new List<Group>();
        var inner = new List<int>();
        for (int bucket = 0; bucket < _buckets.Length - 1; bucket++)
        {
            int run = _buckets[bucket];
            // The next entry is a run still: groups are made from the left.
            int count = _buckets[bucket + 1] - run + 1;
            if (count > MaxRunsInBucket && _shift >= IndexBits(count))
            {
                int innerBits = IndexBits(count);
                int[] entries = new int[(1 << innerBits) + 1];
                int shift = _shift - innerBits;
                Fill(entries, _first + (TKey.CreateTruncating(bucket) << _shift), shift);
                _buckets[bucket] = ~groups.Count;
                groups.Add(new Group(run, inner.Count, shift, (1 << innerBits) - 1));
                inner.AddRange(entries);
            }
        }
        _groups = [.. groups];
        _inner = [.. inner];
    }

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength =>
        ((long)(_buckets.Length + _inner.Length) * sizeof(int)) + ((long)_groups.Length * Unsafe.SizeOf<Group>());

    /// <summary>The run that holds an address.</summary>
    public int FindRun(TKey address)
    {
        TKey offset = address - _first;
        // One comparison for both sides: below the block the subtraction wraps around to a large number.
        if (offset > _length)
        {
            return Search(address, 0, _starts.Length);
        }
        int bucket = int.CreateTruncating(offset >> _shift);
        int run = _buckets[bucket];
        int last;
        if (run >= 0)
        {
            last = _buckets[bucket + 1];
            last = last >= 0 ? last : _groups[~last].FirstRun;
        }
        else
        {
            ref readonly Group group = ref _groups[~run];
            int entry = group.Offset + (int.CreateTruncating(offset >> group.Shift) & group.Mask);
            run = _inner[entry];
            last = _inner[entry + 1];
        }
        return Search(address, run, last - run + 1);
    }

    private static int IndexBits(int runs) => Math.Clamp(BitOperations.Log2((uint)runs) - 1, 1, MaxIndexBits);

    /// <summary>The last of some runs that starts at or before an address; the first of them must.</summary>
    private int Search(TKey address, int run, int count)
    {
        while (count > 1)
        {
            int half = count >> 1;
            run += _starts[run + half] <= address ? half : 0;
            count -= half;
        }
        return run;
    }

    /// <summary>Sets each entry to the run of its bucket's first address, and the last one to the run of the last bucket's last.</summary>
    private void Fill(int[] entries, TKey first, int shift)
    {
        int run = 0;
        for (int bucket = 0; bucket < entries.Length - 1; bucket++)
        {
            run = Search(first + (TKey.CreateTruncating(bucket) << shift), run, _starts.Length - run);
            entries[bucket] = run;
        }
        TKey buckets = TKey.CreateTruncating(entries.Length - 1);
        // Written so that it does not overflow where the last bucket ends with the last address of all.
        TKey last = first + ((buckets - TKey.One) << shift) + ((TKey.One << shift) - TKey.One);
        entries[^1] = Search(last, run, _starts.Length - run);
    }

    /// <summary>The buckets below a bucket.</summary>
    /// <param name="FirstRun">The run of its first address.</param>
    /// <param name="Offset">Of its first entry.</param>
    /// <param name="Shift">Bits of an address below those that choose the bucket.</param>
    /// <param name="Mask">The number of buckets less one.</param>
    private readonly record struct Group(int FirstRun, int Offset, int Shift, int Mask);
}
