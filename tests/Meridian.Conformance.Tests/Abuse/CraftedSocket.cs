using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Meridian.Conformance.Tests.Abuse;

/// <summary>Hears an answer. The octets are gone when it returns.</summary>
internal delegate void AnswerHandler(ReadOnlySpan<byte> answer);

/// <summary>
/// One UDP socket that sends from whatever address of 127.0.0.0/8 it is told, and hears the answers to all of them: many
/// clients, or one that forges its address. No privilege is needed: the whole network is the loopback's (RFC 1122 §3.2.1.3),
/// and IP_PKTINFO chooses among one's own addresses.
/// </summary>
internal sealed unsafe class CraftedSocket : IDisposable
{
    /// <summary>Datagrams that one call sends or receives at most.</summary>
    public const int BatchLength = 64;

    private const int SlotLength = 4096;
    private const int AddressLength = 16;
    private const int ControlLength = 32;
    private const int ControlHeaderAndData = 28;
    private const int SourceOffset = 20;
    private const int PacketInfo = 8;
    private const int LevelSocket = 1;
    private const int ReceiveBufferForce = 33;
    private const int ReceiveBufferLength = 16 << 20;
    private const int DontWait = 0x40;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly int _descriptor;
    private readonly byte* _memory;
    private readonly NativeMessage* _outgoing;
    private readonly NativeMessage* _incoming;
    private int _pending;

    /// <param name="server">Where everything is sent.</param>
    public CraftedSocket(IPEndPoint server)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        _socket.ReceiveBufferSize = ReceiveBufferLength;
        _descriptor = (int)_socket.Handle;
        int forced = ReceiveBufferLength;
        // Beyond net.core.rmem_max, where one may.
        _ = NativeMessages.SetOption(_descriptor, LevelSocket, ReceiveBufferForce, &forced, sizeof(int));
        int perMessage = sizeof(NativeMessage) + sizeof(NativeVector) + SlotLength;
        _memory = (byte*)NativeMemory.AllocZeroed((nuint)((2 * BatchLength * perMessage) + (BatchLength * ControlLength) + AddressLength));
        byte* next = _memory + WriteServer(server);
        _outgoing = Lay(ref next);
        _incoming = Lay(ref next);
        for (int i = 0; i < BatchLength; i++)
        {
            _outgoing[i].Name = _memory;
            _outgoing[i].NameLength = AddressLength;
            _outgoing[i].Control = next;
            _outgoing[i].ControlLength = ControlLength;
            // struct cmsghdr (length, level IPPROTO_IP, type) and struct in_pktinfo (interface, source, destination).
            *(nuint*)next = ControlHeaderAndData;
            *(int*)(next + 12) = PacketInfo;
            next += ControlLength;
        }
    }

    /// <summary>Datagrams that the kernel did not take: the flood is faster than the machine.</summary>
    public long Unsent { get; private set; }

    public void Dispose()
    {
        _socket.Dispose();
        NativeMemory.Free(_memory);
    }

    /// <summary>Puts a datagram behind those that <see cref="Flush"/> sends; a full batch is sent at once.</summary>
    /// <param name="source">An address of 127.0.0.0/8, as a number.</param>
    /// <param name="datagram">At most 4,096 octets.</param>
    public void Send(uint source, ReadOnlySpan<byte> datagram)
    {
        NativeMessage* message = _outgoing + _pending;
        datagram.CopyTo(new Span<byte>(message->Vectors->Base, SlotLength));
        message->Vectors->Length = (nuint)datagram.Length;
        BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(message->Control + SourceOffset, sizeof(uint)), source);
        if (++_pending == BatchLength)
        {
            Flush();
        }
    }

    public void Flush()
    {
        int sent = 0;
        while (sent < _pending)
        {
            int taken = NativeMessages.Send(_descriptor, _outgoing + sent, (uint)(_pending - sent), 0);
            // One that cannot be sent is left behind, not tried again.
            Unsent += taken <= 0 ? 1 : 0;
            sent += Math.Max(1, taken);
        }
        _pending = 0;
    }

    /// <summary>Hears everything that has come.</summary>
    /// <param name="handler">Hears each answer.</param>
    /// <param name="patience">How long to wait for the first.</param>
    public void Receive(AnswerHandler handler, TimeSpan patience)
    {
        if (!_socket.Poll(patience, SelectMode.SelectRead))
        {
            return;
        }
        int received;
        do
        {
            received = NativeMessages.Receive(_descriptor, _incoming, BatchLength, DontWait, null);
            for (int i = 0; i < received; i++)
            {
                handler(new ReadOnlySpan<byte>(_incoming[i].Vectors->Base, (int)_incoming[i].Taken));
            }
        }
        while (received == BatchLength);
    }

    private int WriteServer(IPEndPoint server)
    {
        Span<byte> address = new(_memory, AddressLength);
        BitConverter.TryWriteBytes(address, (ushort)AddressFamily.InterNetwork);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)server.Port);
        server.Address.TryWriteBytes(address[4..], out _);
        return AddressLength;
    }

    private static NativeMessage* Lay(ref byte* next)
    {
        NativeMessage* messages = (NativeMessage*)next;
        NativeVector* vectors = (NativeVector*)(messages + BatchLength);
        next = (byte*)(vectors + BatchLength);
        for (int i = 0; i < BatchLength; i++)
        {
            vectors[i] = new NativeVector { Base = next, Length = SlotLength };
            messages[i] = new NativeMessage { Vectors = vectors + i, VectorCount = 1 };
            next += SlotLength;
        }
        return messages;
    }
}
