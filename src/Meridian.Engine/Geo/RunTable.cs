using System.Numerics;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Geo;

/// <summary>
/// The address space of one family, cut into runs: maximal stretches of addresses with the same class. Because neighbouring
/// runs differ, the widest exact scope of an address follows from the two borders of its run, and none has to be stored:
/// a prefix around the address has one class exactly when it holds neither the last address before the run nor the first
/// one behind it. An index over the top bits leaves a few steps of binary search to a lookup.
/// </summary>
/// <typeparam name="TKey">An address, as a number: <see cref="uint"/> for IPv4, <see cref="ulong"/> for half an IPv6 one.</typeparam>
internal sealed class RunTable<TKey>
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>, IMinMaxValue<TKey>
{
    private readonly TKey[] _starts;
    private readonly ushort[] _classes;
    private readonly RunIndex<TKey> _index;

    /// <param name="runs">All runs; the first starts at 0.</param>
    /// <param name="blockFirst">The first address of the block that the index covers: where the addresses in use are.</param>
    /// <param name="blockPrefixLength">The length of that block's prefix.</param>
    public RunTable(RunCollector<TKey> runs, TKey blockFirst, int blockPrefixLength)
    {
        _starts = [.. runs.Starts];
        _classes = [.. runs.Classes];
        _index = new RunIndex<TKey>(_starts, blockFirst, blockPrefixLength);
    }

    /// <summary>How many prefixes the runs are, each the shortest in which every address has the same class. Counted when asked: nothing that serves asks.</summary>
    public int PrefixCount => CountPrefixes();

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength =>
        ((long)_starts.Length * Unsafe.SizeOf<TKey>()) + ((long)_classes.Length * sizeof(ushort)) + _index.MemoryLength;

    private static int Width => Unsafe.SizeOf<TKey>() * 8;

    /// <summary>The class of an address, and the length of the shortest prefix around it in which every address has it.</summary>
    public int Find(TKey address, out int prefixLength)
    {
        int run = _index.FindRun(address);
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

    private int CountPrefixes()
    {
        int count = 0;
        Visit((_, _, _) => count++);
        return count;
    }
}
