using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Server.Native;

namespace Meridian.Server.Udp;

/// <summary>
/// The memory of a batch: headers, addresses, control data and one slot of octets per datagram, outside the collected
/// heap and at fixed addresses, because the headers point at the rest. The same headers serve to receive and to send,
/// so that an answer written over its query needs nothing copied.
/// </summary>
internal sealed unsafe class DatagramBatch : IDisposable
{
    private const int CacheLine = 64;
    private const int NameStride = 32;

    // CMSG_SPACE(sizeof(struct in6_pktinfo)) is 40, that of in_pktinfo 32.
    private const int ControlStride = 64;
    private const int ControlCapacity = 40;
    private const int ControlHeaderLength = 16;

    private readonly int _slotOctets;
    private byte* _memory;

    /// <param name="capacity">Datagrams.</param>
    /// <param name="slotOctets">Octets of each.</param>
    public DatagramBatch(int capacity, int slotOctets)
    {
        Debug.Assert(sizeof(MultiMessage) == 64 && sizeof(IoVector) == 16, "layout of a 64-bit Linux");
        Capacity = capacity;
        _slotOctets = slotOctets;

        // One cache line more than a power of two: else the first lines of all slots, which every query touches, would
        // fall into the same few sets of the first-level cache.
        nuint stride = (nuint)(((slotOctets + CacheLine - 1) & -CacheLine) + CacheLine);
        nuint fixedPart = (nuint)(sizeof(MultiMessage) + sizeof(IoVector) + NameStride + ControlStride);
        nuint length = (nuint)capacity * (fixedPart + stride);
        _memory = (byte*)NativeMemory.AlignedAlloc(length, 4096);
        NativeMemory.Clear(_memory, length);

        Messages = (MultiMessage*)_memory;
        IoVector* vectors = (IoVector*)(Messages + capacity);
        byte* names = (byte*)(vectors + capacity);
        byte* controls = names + (capacity * NameStride);
        byte* slots = controls + (capacity * ControlStride);
        for (int index = 0; index < capacity; index++)
        {
            vectors[index].Base = slots + ((nuint)index * stride);
            MessageHeader* header = &Messages[index].Header;
            header->Name = names + (index * NameStride);
            header->Vectors = vectors + index;
            header->VectorCount = 1;
            header->Control = controls + (index * ControlStride);
        }

        Rearm(capacity, withControl: true);
    }

    public int Capacity { get; }

    public MultiMessage* Messages { get; }

    /// <summary>
    /// Makes the first so many ready to receive: the kernel and the answers have changed their lengths.
    /// </summary>
    public void Rearm(int count, bool withControl)
    {
        Debug.Assert((uint)count <= (uint)Capacity);
        for (int index = 0; index < count; index++)
        {
            MessageHeader* header = &Messages[index].Header;
            header->NameLength = SocketAddresses.MaxLength;
            header->ControlLength = withControl ? ControlCapacity : 0u;
            header->Vectors->Length = (nuint)_slotOctets;
        }
    }

    /// <summary>The query that a datagram brought.</summary>
    public static ReadOnlySpan<byte> Query(MultiMessage* message)
    {
        Debug.Assert(message->Length <= message->Header.Vectors->Length);
        return new ReadOnlySpan<byte>(message->Header.Vectors->Base, (int)message->Length);
    }

    /// <summary>Where its answer goes: the same octets, up to the whole slot.</summary>
    public Span<byte> Slot(MultiMessage* message) => new(message->Header.Vectors->Base, _slotOctets);

    /// <summary>Who sent it.</summary>
    public static ClientAddress Source(MultiMessage* message, out ushort port) =>
        SocketAddresses.Read(message->Header.Name, out port);

    /// <summary>
    /// Turns the packet information that came with a query into that of its answer: the address stays, the interface is
    /// left to routing, except for link-local addresses, which mean nothing without one.
    /// </summary>
    public static void AnswerFromAddressAsked(MultiMessage* message)
    {
        byte* control = message->Header.Control;
        if (message->Header.ControlLength < ControlHeaderLength + 12)
        {
            message->Header.ControlLength = 0;
            return;
        }

        // struct cmsghdr: length (8 octets), level (4), type (4).
        byte* data = control + ControlHeaderLength;
        if (*(int*)(control + 8) == Linux.LevelIP)
        {
            // struct in_pktinfo: interface index, local address (the source when sending), destination of the query.
            *(uint*)data = 0;
        }
        else if (data[0] != 0xFE || (data[1] & 0xC0) != 0x80)
        {
            // struct in6_pktinfo: address, interface index. fe80::/10 is link-local (RFC 4291 §2.5.6).
            *(uint*)(data + 16) = 0;
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
