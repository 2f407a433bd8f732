namespace Meridian.Server.Metrics;

/// <summary>
/// Connections of one TCP thread; written by that thread alone, as <see cref="TrafficCounters"/> are.
/// </summary>
internal sealed class TcpConnectionCounters
{
    public const int CloseReasonCount = (int)TcpCloseReason.Fault + 1;

    private const int Padding = 16;

    private readonly long[] _closed = new long[Padding + CloseReasonCount + Padding];
    private long _accepted;
    private long _open;
    private long _bufferedOctets;

    public long Accepted => Volatile.Read(ref _accepted);

    public long Open => Volatile.Read(ref _open);

    /// <summary>Octets of buffers that connections hold, or that wait to be used again.</summary>
    public long BufferedOctets => Volatile.Read(ref _bufferedOctets);

    public void CountAccepted()
    {
        _accepted++;
        _open++;
    }

    /// <summary>Counts a connection that was accepted by the kernel and closed at once.</summary>
    public void CountRefused(TcpCloseReason reason) => _closed[Padding + (int)reason]++;

    public void CountClosed(TcpCloseReason reason)
    {
        _open--;
        _closed[Padding + (int)reason]++;
    }

    public void SetBufferedOctets(long octets) => _bufferedOctets = octets;

    public long Closed(int reason) => Volatile.Read(ref _closed[Padding + reason]);
}
