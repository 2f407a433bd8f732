using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Meridian.Server.Native;

namespace Meridian.Server.Xdp;

/// <summary>struct xdp_desc: a frame, or a part of one, in the shared memory.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpDescriptor
{
    /// <summary>Offset in the shared memory.</summary>
    public ulong Address;
    public uint Length;
    public uint Options;
}

/// <summary>
/// A ring that we share with the kernel: one side writes entries and then moves the producer's counter, the other reads
/// them and then moves the consumer's. Counters run on for ever; the ring's length is a power of two. The reads and
/// writes of the other side's counter are volatile (acquire and release): an entry is complete before it can be seen.
/// </summary>
/// <typeparam name="T">ulong offsets (fill, completion) or <see cref="XdpDescriptor"/> (receive, transmit).</typeparam>
internal sealed unsafe class XdpRing<T> : IDisposable
    where T : unmanaged
{
    private const uint NeedWakeup = 1;

    private readonly nuint _mappedOctets;
    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly uint* _flags;
    private readonly T* _entries;
    private readonly uint _mask;
    private byte* _memory;

    // Our own counter, which only we move, and how far the other side had come when we last looked.
    private uint _position;

    private XdpRing(byte* memory, nuint octets, in XdpRingOffsets offsets, uint length)
    {
        _memory = memory;
        _mappedOctets = octets;
        _producer = (uint*)(memory + offsets.Producer);
        _consumer = (uint*)(memory + offsets.Consumer);
        _flags = (uint*)(memory + offsets.Flags);
        _entries = (T*)(memory + offsets.Entries);
        _mask = length - 1;
    }

    /// <summary>Entries that the ring holds.</summary>
    public uint Length => _mask + 1;

    /// <summary>Whether the kernel sleeps and wants a system call before it looks at the ring.</summary>
    public bool WantsWakeup => (Volatile.Read(ref *_flags) & NeedWakeup) != 0;

    /// <summary>Maps a ring of a socket, or null and errno.</summary>
    public static XdpRing<T>? Map(int socket, long ring, in XdpRingOffsets offsets, uint length)
    {
        Debug.Assert((length & (length - 1)) == 0);
        nuint octets = (nuint)offsets.Entries + (length * (nuint)sizeof(T));
        nint memory = Libc.Map(0, octets, Linux.ProtectReadWrite, Linux.MapShared | Linux.MapPopulate, socket, ring);
        return memory == -1 ? null : new XdpRing<T>((byte*)memory, octets, offsets, length);
    }

    /// <summary>As producer: entries that can be written before the consumer must move.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Free() => Length - (_position - Volatile.Read(ref *_consumer));

    /// <summary>As producer: writes the next entry. It is not seen before <see cref="Publish"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(T entry) => _entries[_position++ & _mask] = entry;

    /// <summary>As producer: lets the kernel see what was written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Publish() => Volatile.Write(ref *_producer, _position);

    /// <summary>As consumer: entries that are there to be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Available() => Volatile.Read(ref *_producer) - _position;

    /// <summary>As consumer: the next entry. Its place is not given back before <see cref="Release"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read() => _entries[_position++ & _mask];

    /// <summary>As consumer: gives the places of what was read back to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release() => Volatile.Write(ref *_consumer, _position);

    public void Dispose()
    {
        if (_memory is not null)
        {
            _ = Libc.Unmap((nint)_memory, _mappedOctets);
            _memory = null;
        }
    }
}

/// <summary>struct xdp_ring_offset: where the parts of a ring are in its mapping.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct XdpRingOffsets
{
    public ulong Producer;
    public ulong Consumer;
    public ulong Entries;
    public ulong Flags;
}
