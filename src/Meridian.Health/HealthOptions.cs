using System.Runtime.CompilerServices;

namespace Meridian.Health;

/// <summary>The limits of the health engine. Setting one out of its range throws.</summary>
public sealed record HealthOptions
{
    /// <summary>
    /// Probes that run at once; 1 to 65,536. Each holds one socket. 4,096 silent members with a timeout of 3 s can then
    /// be probed without others waiting, and the sockets stay well within the usual hard limit of descriptors.
    /// </summary>
    public int MaxConcurrentProbes
    {
        get;
        init => field = InRange(value, 1, 65_536);
    } = 4096;

    /// <summary>
    /// How many first probes are started each second when checks are added; 10 to 100,000. A restart with few members knows
    /// them in milliseconds, one with many does not send a burst. Never spread over more than <see cref="MaxFirstProbeSpread"/>.
    /// </summary>
    public int FirstProbesPerSecond
    {
        get;
        init => field = InRange(value, 10, 100_000);
    } = 5000;

    /// <summary>The longest time over which first probes are spread; 0 to 60 s. Less than half of the default warm-up limit.</summary>
    public TimeSpan MaxFirstProbeSpread
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a changed verdict waits for others before they are published as one; 0 to 100 ms. Publishing copies the
    /// health table, and members of one site fall together; 5 ms is nothing beside any probe interval.
    /// </summary>
    public TimeSpan PublishDelay
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    } = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// How long after its deadline a probe may take to end before it is given up; 10 ms to 60 s. Reached only when the
    /// operating system holds on to it (a name lookup); the check goes on without it.
    /// </summary>
    public TimeSpan AbandonAfter
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(60));
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Verdicts from before a restart count when they were confirmed within this time; 0 to 30 days. After a longer
    /// absence the first probe knows better than the memory.
    /// </summary>
    public TimeSpan MaxRestoredAge
    {
        get;
        init => field = InRange(value, TimeSpan.Zero, TimeSpan.FromDays(30));
    } = TimeSpan.FromHours(1);

    /// <summary>How often changed states are written to disk; 100 ms to 60 s. A crash forgets at most this much.</summary>
    public TimeSpan SaveInterval
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60));
    } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How often verdicts are written although no state changed, so that their age on disk stays true; 1 s to 1 h, and less
    /// than <see cref="MaxRestoredAge"/> to be of use.
    /// </summary>
    public TimeSpan ConfirmInterval
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A vantage point that is not heard for longer than this loses its vote until it is; 1 s to 1 min. They renew every
    /// second: three lost seconds in a row are no jitter, and a verdict must not wait for one that is cut off.
    /// </summary>
    public TimeSpan StaleAfter
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How often reference targets are asked while nothing fails; 1 s to 1 h. A failure has them asked at once, so this is
    /// for showing that they work.
    /// </summary>
    public TimeSpan ReferenceInterval
    {
        get;
        init => field = InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(10);

    /// <summary>Deadline for reaching a reference target, 100 ms to 10 s; a verdict may wait for it. Above the round trip of any network that is of use.</summary>
    public TimeSpan ReferenceTimeout
    {
        get;
        init => field = InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
    } = TimeSpan.FromSeconds(1);

    private static T InRange<T>(T value, T first, T last, [CallerMemberName] string name = "")
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, first, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, last, name);
        return value;
    }
}
