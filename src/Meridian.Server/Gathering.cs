using Meridian.Server.Native;

namespace Meridian.Server;

/// <summary>
/// Under load, lets queries come together before they are taken, so that fewer system calls serve them. Owned by one thread,
/// which tells it of every wait.
/// </summary>
/// <param name="time">The clock that waits are measured by.</param>
/// <param name="microseconds">How long, to which the kernel adds its timer slack (50 µs); 0 never gathers.</param>
internal struct Gathering(TimeProvider time, int microseconds)
{
    private BusyGauge _busy = new(time.TimestampFrequency);

    /// <summary>Whether the thread is so busy that gathering pays.</summary>
    public readonly bool IsDue => microseconds > 0 && _busy.IsHigh;

    /// <summary>When a wait begins; for <see cref="EndWait"/>.</summary>
    public readonly long BeginWait() => time.GetTimestamp();

    /// <summary>Notes a wait that ends now.</summary>
    public void EndWait(long from) => _busy.AddWait(from, time.GetTimestamp());

    /// <summary>Waits for queries to come together.</summary>
    public void Pause()
    {
        long from = BeginWait();
        ThreadPause.Sleep(microseconds);
        EndWait(from);
    }
}
