namespace Meridian.Health.Scheduling;

/// <summary>When one check probes: its period, its place in the period, and what it is doing now.</summary>
/// <typeparam name="T">What is probed.</typeparam>
internal sealed class ProbeSchedule<T>
{
    /// <param name="owner">What is probed.</param>
    /// <param name="interval">From the start of one probe to the start of the next; more than zero.</param>
    /// <param name="timeout">The deadline of one probe.</param>
    /// <param name="hash">Decides the place in the period; from <see cref="StableHash"/>.</param>
    internal ProbeSchedule(T owner, TimeSpan interval, TimeSpan timeout, ulong hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        Owner = owner;
        Interval = interval;
        Timeout = timeout;
        Fraction = StableHash.ToFraction(hash);
        Phase = interval * Fraction;
        Next = new DueEntry<ProbeSchedule<T>>(this);
        Deadline = new DueEntry<ProbeSchedule<T>>(this);
    }

    internal T Owner { get; }

    internal TimeSpan Interval { get; }

    internal TimeSpan Timeout { get; }

    internal double Fraction { get; }

    /// <summary>The check's own offset within each interval.</summary>
    internal TimeSpan Phase { get; }

    /// <summary>When the latest probe started.</summary>
    internal TimeSpan StartedAt { get; set; }

    internal DueEntry<ProbeSchedule<T>> Next { get; }

    internal DueEntry<ProbeSchedule<T>> Deadline { get; }

    /// <summary>
    /// The check's first point in time after this one. Probes keep to the points whatever delays one of them, so that
    /// checks that once were late together do not stay bunched; the gap is never more than an interval.
    /// </summary>
    internal TimeSpan PointAfter(TimeSpan time)
    {
        long sincePhase = time.Ticks - Phase.Ticks;
        long period = Interval.Ticks;
        long floor = sincePhase >= 0 ? sincePhase / period : ((sincePhase + 1) / period) - 1;
        return new TimeSpan(Phase.Ticks + ((floor + 1) * period));
    }
}
