using Meridian.Server.Native;
using Meridian.Server.Udp;

namespace Meridian.Server.Deferral;

/// <summary>Answers through a UDP socket that a thread receives from.</summary>
internal sealed unsafe class DatagramReplies(UdpSocket socket) : ReplyPath
{
    // The descriptor's number may belong to something else once the socket is closed.
    private readonly Lock _sending = new();
    private bool _isClosed;

    /// <summary>Notes where a datagram came from.</summary>
    public static ReplyAddress AddressOf(MultiMessage* message, bool packetInfo)
    {
        ReplyAddress address = new() { NameLength = (int)message->Header.NameLength };
        new ReadOnlySpan<byte>(message->Header.Name, address.NameLength).CopyTo(address.Name);
        if (packetInfo)
        {
            DatagramBatch.AnswerFromAddressAsked(message);
            address.ControlLength = (int)message->Header.ControlLength;
            new ReadOnlySpan<byte>(message->Header.Control, address.ControlLength).CopyTo(address.Control);
        }

        return address;
    }

    public override bool TrySend(in ReplyAddress address, ReadOnlySpan<byte> message)
    {
        ReplyAddress to = address;
        fixed (byte* octets = message)
        {
            IoVector vector = new() { Base = octets, Length = (nuint)message.Length };
            MultiMessage datagram = default;
            datagram.Header.Name = (byte*)&to.Name;
            datagram.Header.NameLength = (uint)to.NameLength;
            datagram.Header.Vectors = &vector;
            datagram.Header.VectorCount = 1;
            datagram.Header.Control = to.ControlLength > 0 ? (byte*)&to.Control : null;
            datagram.Header.ControlLength = (nuint)to.ControlLength;
            lock (_sending)
            {
                return !_isClosed && Libc.SendMessages(socket.Descriptor, &datagram, 1, Linux.MessageNoSignal | Linux.MessageDontWait) == 1;
            }
        }
    }

    public override Task<bool> SendAsync(in ReplyAddress address, ReadOnlySpan<byte> message) => Task.FromResult(TrySend(in address, message));

    public override void End(in ReplyAddress address)
    {
    }

    /// <summary>Nothing is sent from here on. To be called before the socket is closed.</summary>
    public void Close()
    {
        lock (_sending)
        {
            _isClosed = true;
        }
    }
}
