using Meridian.Engine.Answering;

namespace Meridian.Server.Tcp;

/// <summary>What a connection waits for; each has a timeout of its own.</summary>
internal enum TcpConnectionState : byte
{
    /// <summary>For a query.</summary>
    Idle,

    /// <summary>For the rest of a query.</summary>
    Reading,

    /// <summary>For the client to take answers.</summary>
    Sending,
}

/// <summary>
/// One connection of a TCP thread. It holds buffers only while a query is incomplete or an answer unsent: an idle one
/// costs this object, some 150 octets, beside the kernel's own.
/// </summary>
internal sealed class TcpConnection
{
    public int Slot { get; set; }

    public int Descriptor { get; set; }

    /// <summary>Tells apart the connections that have had the slot.</summary>
    public long Generation { get; set; }

    /// <summary>Requests that are answered elsewhere, and for whose answers the connection stays open.</summary>
    public int Deferred { get; set; }

    public ClientAddress Address { get; set; }

    public ushort Port { get; set; }

    public TcpConnectionState State { get; set; }

    /// <summary>When the state was entered, or last got on; milliseconds of the thread's clock.</summary>
    public long Since { get; set; }

    /// <summary>The client has said that it sends no more (RFC 7766 §6.2.4 lets it still read).</summary>
    public bool ReadClosed { get; set; }

    /// <summary>
    /// Reading has stopped until the client takes answers; <see cref="Input"/> may hold whole queries.
    /// </summary>
    public bool Paused { get; set; }

    /// <summary>A query was completed since the connection was last settled.</summary>
    public bool Answered { get; set; }

    /// <summary>Octets were taken by the client since the connection was last settled.</summary>
    public bool Sent { get; set; }

    /// <summary>What epoll watches now.</summary>
    public Native.EpollInterest Interest { get; set; }

    /// <summary>
    /// Octets received and not answered yet, <see cref="InputLength"/> of them; null when there are none.
    /// </summary>
    public byte[]? Input { get; set; }

    public int InputLength { get; set; }

    /// <summary>
    /// Answers that the kernel has not taken yet, from <see cref="OutputStart"/> to <see cref="OutputEnd"/>.
    /// </summary>
    public byte[]? Output { get; set; }

    public int OutputStart { get; set; }

    public int OutputEnd { get; set; }

    public int OutputLength => OutputEnd - OutputStart;

    /// <summary>Told when <see cref="Output"/> has been taken, or never will be; null when nobody waits for it.</summary>
    public TaskCompletionSource<bool>? Taken { get; set; }

    /// <summary>Neighbours in the queue of the connections in the same state.</summary>
    public TcpConnection? Previous { get; set; }

    public TcpConnection? Next { get; set; }
}
