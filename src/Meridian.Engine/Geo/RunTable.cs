using System.Numerics;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Geo;

/// <summary>
/// The address space of one family, cut into runs: maximal stretches of addresses with the same class. Because neighbouring
/// runs differ, the widest exact scope of an address follows from the two borders of its run, and none has to be stored:
/// a prefix around the address has one class exactly when it holds neither the last address before the run nor the first
/// one behind it. A first-level index over the top bits leaves a few steps of binary search to a lookup.
/// </summary>
/// <typeparam name="TKey">An address, as a number: <see cref="uint"/> for IPv4, <see cref="ulong"/> for half an IPv6 one.</typeparam>
internal sealed class RunTable<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>, IMinMaxValue<TKey>
{
    /// <summary>The index has about one bucket for two runs, so that small maps stay small; 65,536 at most (256 KiB).</summary>
    private const int MaxIndexBits = 16;

    private readonly TKey[] _starts;
    private readonly ushort[] _classes;
    // For each bucket the run of its first address; one more, for the last run of the last bucket.
    private readonly int[] _index;
    private readonly TKey _indexFirst;
    private readonly TKey _indexLength;
    private readonly int _indexShift;

    /// <param name="runs">All runs; the first starts at 0.</param>
    /// <param name="indexPrefix">The first address of the block that the index covers: where the addresses in use are.</param>
    /// <param name="indexPrefixLength">The length of that block's prefix.</param>
    public RunTable(RunCollector<TKey> runs, TKey indexPrefix, int indexPrefixLength)
    {
        _starts = [.. runs.Starts];
        _classes = [.. runs.Classes];
        int indexBits = Math.Clamp(BitOperations.Log2((uint)_starts.Length) - 1, 1, MaxIndexBits);
        _indexFirst = indexPrefix;
        _indexLength = TKey.MaxValue >> indexPrefixLength;
        _indexShift = Width - indexPrefixLength - indexBits;
        _index = new int[(1 << indexBits) + 1];
        FillIndex();
        PrefixCount = CountPrefixes();
    }

    /// <summary>How many prefixes the runs are, each the shortest in which every address has the same class.</summary>
    public int PrefixCount { get; }

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength =>
        ((long)_starts.Length * Unsafe.SizeOf<TKey>()) + ((long)_classes.Length * sizeof(ushort)) + ((long)_index.Length * sizeof(int));

    private static int Width => Unsafe.SizeOf<TKey>() * 8;

    /// <summary>The class of an address, and the length of the shortest prefix around it in which every address has it.</summary>
    public int Find(TKey address, out int prefixLength)
    {
        int run = FindRun(address);
        int length = 0;
        if (run > 0)
        {
            length = CommonBits(address, _starts[run] - TKey.One) + 1;
        }
        if (run + 1 < _starts.Length)
        {
            length = Math.Max(length, CommonBits(address, _starts[run + 1]) + 1);
        }
        prefixLength = length;
        return _classes[run];
    }

    /// <summary>Visits the aggregated prefixes in the order of their addresses.</summary>
    public void Visit(Action<TKey, int, int> visitor)
    {
        for (int run = 0; run < _starts.Length; run++)
        {
            TKey first = _starts[run];
            TKey last = LastOf(run);
            while (true)
            {
                int bits = BlockBits(first, last);
                visitor(first, Width - bits, _classes[run]);
                TKey blockLast = first | Mask(bits);
                if (blockLast == last)
                {
                    break;
                }
                first = blockLast + TKey.One;
            }
        }
    }

    private static int CommonBits(TKey a, TKey b) => int.CreateTruncating(TKey.LeadingZeroCount(a ^ b));

    private static TKey Mask(int bits) => bits == 0 ? TKey.Zero : TKey.MaxValue >> (Width - bits);

    /// <summary>The size, in bits, of the largest aligned block that starts at an address and ends at or before another.</summary>
    private static int BlockBits(TKey first, TKey last)
    {
        int aligned = int.CreateTruncating(TKey.TrailingZeroCount(first));
        TKey length = last - first + TKey.One;
        int fitting = length == TKey.Zero ? Width : Width - 1 - int.CreateTruncating(TKey.LeadingZeroCount(length));
        return Math.Min(aligned, fitting);
    }

    private TKey LastOf(int run) => run + 1 < _starts.Length ? _starts[run + 1] - TKey.One : TKey.MaxValue;

    private int FindRun(TKey address)
    {
        TKey offset = address - _indexFirst;
        int run = 0;
        int count = _starts.Length;
        // One comparison for both sides: below the block the subtraction wraps around to a large number.
        if (offset <= _indexLength)
        {
            int bucket = int.CreateTruncating(offset >> _indexShift);
            run = _index[bucket];
            count = _index[bucket + 1] - run + 1;
        }
        return Search(address, run, count);
    }

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

    private void FillIndex()
    {
        for (int bucket = 0; bucket < _index.Length - 1; bucket++)
        {
            _index[bucket] = Search(_indexFirst + (TKey.CreateTruncating(bucket) << _indexShift), 0, _starts.Length);
        }
        _index[^1] = Search(_indexFirst + _indexLength, 0, _starts.Length);
    }

    private int CountPrefixes()
    {
        int count = 0;
        Visit((_, _, _) => count++);
        return count;
    }
}
