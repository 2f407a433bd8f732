using System.Diagnostics;
using System.Numerics;

namespace Meridian.Server.Tcp;

/// <summary>
/// Buffers in sizes of powers of two for one thread. All that exist, lent or waiting, count against one limit, so that
/// slow clients together cannot take more memory than they were given.
/// </summary>
/// <param name="limitOctets">Octets of all buffers.</param>
internal sealed class BufferPool(long limitOctets)
{
    private const int SmallestShift = 9;
    private const int LargestShift = 22;

    // Kept for reuse; what is returned beyond it goes to the collector, so that a flood's memory comes back.
    private const long MaxSpareOctets = 1 << 20;

    private readonly Stack<byte[]>[] _spares = CreateSpares();
    private long _spareOctets;

    /// <summary>Octets of all buffers, lent or waiting.</summary>
    public long Octets { get; private set; }

    /// <summary>Lends a buffer of at least so many octets; null when the limit does not allow it.</summary>
    public byte[]? TryRent(int minimumOctets)
    {
        int shift = Math.Max(SmallestShift, BitOperations.Log2((uint)Math.Max(1, minimumOctets - 1)) + 1);
        Debug.Assert(minimumOctets <= 1 << shift);
        if (shift > LargestShift)
        {
            return null;
        }

        int length = 1 << shift;
        if (_spares[shift - SmallestShift].TryPop(out byte[]? spare))
        {
            _spareOctets -= length;
            return spare;
        }

        if (Octets + length > limitOctets)
        {
            DropSpares();
            if (Octets + length > limitOctets)
            {
                return null;
            }
        }

        Octets += length;
        return GC.AllocateUninitializedArray<byte>(length);
    }

    public void Return(byte[] buffer)
    {
        int shift = BitOperations.Log2((uint)buffer.Length);
        Debug.Assert(BitOperations.IsPow2(buffer.Length) && shift is >= SmallestShift and <= LargestShift);
        if (_spareOctets + buffer.Length > MaxSpareOctets)
        {
            Octets -= buffer.Length;
            return;
        }

        _spareOctets += buffer.Length;
        _spares[shift - SmallestShift].Push(buffer);
    }

    private static Stack<byte[]>[] CreateSpares()
    {
        Stack<byte[]>[] spares = new Stack<byte[]>[LargestShift - SmallestShift + 1];
        for (int index = 0; index < spares.Length; index++)
        {
            spares[index] = new Stack<byte[]>();
        }

        return spares;
    }

    private void DropSpares()
    {
        foreach (Stack<byte[]> spares in _spares)
        {
            spares.Clear();
        }

        Octets -= _spareOctets;
        _spareOctets = 0;
    }
}
