namespace Meridian.Server.Tcp;

/// <summary>
/// Limits of the TCP transport, each with its default, range and reason. Those that count connections or octets are for
/// the whole server; each TCP thread enforces its share of them, so that no thread waits for another.
/// </summary>
public sealed record TcpLimits
{
    /// <summary>
    /// Connections in all: 1 to 1,000,000. 10,000 cost some 40 MiB of kernel memory. When full, the connection that has
    /// been idle longest is closed for the new one (RFC 7766 §6.2.3); if none is idle, the new one is.
    /// </summary>
    public int Connections { get; init; } = 10_000;

    /// <summary>
    /// Connections of one client, an IPv4 address or an IPv6 /64 (what one host can use at will): 1 to 1,000,000.
    /// 256 allows for a large resolver farm behind one address, and leaves room for forty such.
    /// </summary>
    public int ConnectionsPerClient { get; init; } = 256;

    /// <summary>
    /// Octets of unsent answers of one connection at which no more of its queries are read: 0 to 1 MiB. What the kernel
    /// holds comes before it, so only a client that does not keep up gets here: 16 KiB are many ordinary answers, and one
    /// that is larger is queued whole.
    /// </summary>
    public int QueuedAnswerOctets { get; init; } = 16 << 10;

    /// <summary>
    /// Octets that the kernel holds for a connection beyond those on their way: 4 KiB to 1 MiB. Its own limit is meant for
    /// long fat paths, grows to megabytes, and is what a client that never reads would cost; what is on its way is bounded
    /// by what the client takes. With 16 KiB the path is never idle for want of octets to send.
    /// </summary>
    public int KernelQueueOctets { get; init; } = 16 << 10;

    /// <summary>
    /// Octets that partial queries and unsent answers may hold in all: 1 MiB to 16 GiB. 64 MiB is a thousand stalled
    /// clients with an answer of the largest size each; when it is used up, the connection whose client has not taken
    /// anything for longest is closed for the one that needs more.
    /// </summary>
    public long BufferedOctets { get; init; } = 64L << 20;

    /// <summary>
    /// How long a connection with nothing to do stays open: 100 ms to 1 h. RFC 7766 §6.2.3 wants the order of a few
    /// seconds; 10 s lets a busy resolver reuse its connection.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one query may take from its first octet to its last: 100 ms to 1 min. A query is one segment; 5 s
    /// covers two retransmissions and starves a client that dribbles to hold the connection.
    /// </summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a client may take no octet of an answer that is waiting for it: 100 ms to 1 min. 10 s covers a resolver
    /// that is restarting its event loop; beyond it nobody reads.
    /// </summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Connections that the kernel holds until they are accepted: 1 to 65,535 (the kernel caps it at
    /// net.core.somaxconn).
    /// </summary>
    public int Backlog { get; init; } = 4096;

    internal void Check(LimitCheck check)
    {
        TimeSpan shortest = TimeSpan.FromMilliseconds(100);
        check.InRange("TCP connections", Connections, 1, 1_000_000);
        check.InRange("TCP connections per client", ConnectionsPerClient, 1, 1_000_000);
        check.InRange("TCP queued answer octets", QueuedAnswerOctets, 0, 1 << 20);
        check.InRange("TCP kernel queue octets", KernelQueueOctets, 4 << 10, 1 << 20);
        check.InRange("TCP buffered octets", BufferedOctets, 1L << 20, 16L << 30);
        check.InRange("TCP idle timeout", IdleTimeout, shortest, TimeSpan.FromHours(1));
        check.InRange("TCP query timeout", QueryTimeout, shortest, TimeSpan.FromMinutes(1));
        check.InRange("TCP send timeout", SendTimeout, shortest, TimeSpan.FromMinutes(1));
        check.InRange("TCP backlog", Backlog, 1, 65_535);
    }

    /// <summary>What one of several threads enforces.</summary>
    internal TcpLimits ShareOf(int threads) => threads == 1 ? this : this with
    {
        Connections = Math.Max(1, Connections / threads),
        ConnectionsPerClient = Math.Max(1, ConnectionsPerClient / threads),
        BufferedOctets = Math.Max(1, BufferedOctets / threads),
    };
}
