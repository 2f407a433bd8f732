namespace Meridian.Engine.Model;

/// <summary>What TCP clients are granted. The transport says why each default is what it is.</summary>
public sealed record TcpModel
{
    /// <summary>Connections in all, 1 to 1,000,000.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>Connections of one IPv4 address or IPv6 /64, 1 to 1,000,000.</summary>
    public int ConnectionsPerClient { get; init; } = 256;

    /// <summary>How long a connection with nothing to do stays open, 100 ms to 1 h. Told to clients that ask (RFC 7828).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one query may take from its first octet to its last, 100 ms to 1 min.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a client may take nothing of an answer that waits for it, 100 ms to 1 min.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Memory for partial queries and unsent answers of all connections, in MiB; 1 to 16,384.</summary>
    public int BufferMebibytes { get; init; } = 64;
}
