namespace Meridian.Server;

/// <summary>
/// How busy a thread is: the share of its time that it does not spend waiting, over a window of some milliseconds. Owned
/// by that thread. It tells a server under load from one that merely got a burst, which the size of a batch cannot.
/// </summary>
/// <param name="ticksPerSecond">The resolution of the time stamps that it is given.</param>
internal struct BusyGauge(long ticksPerSecond)
{
    // Long enough that one burst is no load, short enough that load is met before a queue of it has built up.
    private const int WindowsPerSecond = 20;

    // Half load is below both on any machine, so its latency is never traded for throughput. They are apart because
    // gathering makes the same load look smaller: some 20 % on loopback.
    private const int RisePercent = 70;
    private const int FallPercent = 50;

    private readonly long _windowTicks = Math.Max(1, ticksPerSecond / WindowsPerSecond);
    private long _windowStart;
    private long _waited;

    /// <summary>True from a window that was mostly work until one that was mostly waiting.</summary>
    public bool IsHigh { get; private set; }

    /// <summary>Adds a wait to the window that it ends in.</summary>
    /// <param name="from">When it began.</param>
    /// <param name="to">When it ended.</param>
    public void AddWait(long from, long to)
    {
        _waited += to - from;
        long elapsed = to - _windowStart;
        if (elapsed < _windowTicks)
        {
            return;
        }

        // A wait that outlasts its window leaves nothing of it for work; so does the first, whose window began at 0.
        long busyPercent = 100 - Math.Min(100, _waited * 100 / elapsed);
        IsHigh = busyPercent >= (IsHigh ? FallPercent : RisePercent) && _windowStart != 0;
        _windowStart = to;
        _waited = 0;
    }
}
