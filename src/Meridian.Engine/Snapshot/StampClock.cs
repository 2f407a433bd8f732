namespace Meridian.Engine.Snapshot;

/// <summary>
/// Gives each state a stamp of its own: milliseconds since 1970, and always greater than the one before. A data plane shares
/// it with its candidate, so that the states of both are in one order.
/// </summary>
internal sealed class StampClock(TimeProvider time)
{
    private long _last;
    private long _settled;

    /// <summary>Begins a swap: call it last before the write. Until <see cref="Settle"/> the state before may still answer.</summary>
    public SwapTimes Begin()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            // Two writers under locks of their own: a data plane and its candidate.
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                // A burst within a millisecond has stamps that are ahead of the clock, and one set back has them long before it.
                return new SwapTimes(next, Math.Min(next, now), next + 1);
            }
        }
    }

    /// <summary>Ends a swap: call it right after the write. Only the clock after it tells from when on nothing older answers.</summary>
    public SwapTimes Settle(SwapTimes begun)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long settled;
        while (true)
        {
            long last = Volatile.Read(ref _settled);
            // Asked within this millisecond, it may have been answered before the write.
            settled = Math.Max(last, Math.Max(begun.Stamp, now) + 1);
            if (Interlocked.CompareExchange(ref _settled, settled, last) == last)
            {
                return begun with { SettledAt = settled };
            }
        }
    }

    /// <summary>Stamps from here on are greater than this one too: it was given before a restart.</summary>
    public void Follow(long stamp)
    {
        while (Volatile.Read(ref _last) is var last && last < stamp)
        {
            Interlocked.CompareExchange(ref _last, stamp, last);
        }
    }
}
