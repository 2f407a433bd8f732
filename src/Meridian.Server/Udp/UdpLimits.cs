namespace Meridian.Server.Udp;

/// <summary>Limits of the UDP transport, each with its default, range and reason.</summary>
public sealed record UdpLimits
{
    /// <summary>
    /// Datagrams taken from the kernel, and given back to it, by one call: 1 to 1024. Beyond 32 the saving per datagram
    /// is lost in the noise, and the batch's memory no longer fits the core's second-level cache beside the tables.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Octets of one datagram, query or answer: 512 to 65,535. 4096 is the largest answer that the engine gives over
    /// UDP; no sane query is longer, and longer ones are dropped and counted.
    /// </summary>
    public int DatagramOctets { get; init; } = 4096;

    /// <summary>
    /// Kernel receive buffer asked for, per socket: 4 KiB to 256 MiB. 4 MiB holds some 5,000 queries: it rides out a
    /// pause of 20 ms at 250,000 queries/s. Without CAP_NET_ADMIN the kernel grants at most net.core.rmem_max.
    /// </summary>
    public int ReceiveBufferOctets { get; init; } = 4 << 20;

    /// <summary>
    /// Kernel send buffer asked for, per socket: 4 KiB to 256 MiB. 1 MiB holds several batches of large answers.
    /// </summary>
    public int SendBufferOctets { get; init; } = 1 << 20;

    /// <summary>
    /// Under load (see <see cref="BusyGauge"/>), how long a thread lets datagrams gather before it takes a batch: 0
    /// (never) to 1000 µs, to which the kernel adds its timer slack (50 µs). 20 µs saves some 10 % of the CPU per query,
    /// and is lost in any network's round trip. A thread that is not busy never waits.
    /// </summary>
    public int CoalesceMicroseconds { get; init; } = 20;

    internal void Check(LimitCheck check)
    {
        check.InRange("UDP batch size", BatchSize, 1, 1024);
        check.InRange("UDP datagram octets", DatagramOctets, 512, 65_535);
        check.InRange("UDP receive buffer octets", ReceiveBufferOctets, 4096, 256 << 20);
        check.InRange("UDP send buffer octets", SendBufferOctets, 4096, 256 << 20);
        check.InRange("UDP coalesce microseconds", CoalesceMicroseconds, 0, 1000);
    }
}
