namespace Meridian.Engine.Snapshot;

/// <summary>
/// Gives each state a stamp of its own: milliseconds since 1970, and always greater than the one before. A data plane shares
/// it with its candidate, so that the states of both are in one order.
/// </summary>
internal sealed class StampClock(TimeProvider time)
{
    private long _last;

    public long Next()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (true)
        {
            // Two writers under locks of their own: a data plane and its candidate.
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, now);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
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
