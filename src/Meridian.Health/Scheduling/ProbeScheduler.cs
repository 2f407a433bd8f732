namespace Meridian.Health.Scheduling;

/// <summary>
/// Decides which probe starts when. All checks stand in one queue by the time of their next probe, all running probes
/// in another by their deadline; one loop asks for what is due. Pure bookkeeping on a clock that the caller reads,
/// so that months can be tried in a second. Not safe for concurrent use.
/// </summary>
/// <typeparam name="T">What is probed.</typeparam>
internal sealed class ProbeScheduler<T>(int maxConcurrentProbes)
{
    private readonly DueQueue<ProbeSchedule<T>> _due = new();
    private readonly DueQueue<ProbeSchedule<T>> _deadlines = new();

    /// <summary>Probes that hold one of the concurrent places now, those included whose check was removed meanwhile.</summary>
    internal int Running { get; private set; }

    /// <summary>When there is next something to do; null when only a probe's end can bring something.</summary>
    internal TimeSpan? NextEvent
    {
        get
        {
            // Without a free place a due probe waits for an end and not for the clock.
            TimeSpan? start = Running < maxConcurrentProbes ? _due.First?.Due : null;
            TimeSpan? deadline = _deadlines.First?.Due;
            return start is null || deadline < start ? deadline : start;
        }
    }

    /// <summary>How long the longest waiting probe is overdue; zero when all are on time.</summary>
    internal TimeSpan OverdueAt(TimeSpan now) =>
        _due.First is { } first && first.Due < now ? now - first.Due : TimeSpan.Zero;

    /// <summary>Takes a check in. Its first probe starts soon, at its place within the spread; the next ones at its own points in time.</summary>
    internal void Add(ProbeSchedule<T> schedule, TimeSpan now, TimeSpan spread)
    {
        TimeSpan bound = spread < schedule.Interval ? spread : schedule.Interval;
        _due.Add(schedule.Next, now + (bound * schedule.Fraction));
    }

    /// <summary>Takes a probe in that is made once, at this time.</summary>
    internal void AddOnce(ProbeSchedule<T> schedule, TimeSpan due) => _due.Add(schedule.Next, due);

    /// <summary>Forgets a check. A probe of it that runs keeps its place until <see cref="Release"/>.</summary>
    internal void Remove(ProbeSchedule<T> schedule)
    {
        _due.Remove(schedule.Next);
        _deadlines.Remove(schedule.Deadline);
    }

    /// <summary>Starts the next probe that is due, if there is one and a place is free. Between this and <see cref="Finish"/> the check has no other.</summary>
    /// <param name="now">The time.</param>
    /// <param name="start">Which, how late, and how many of its points in time passed by without a probe.</param>
    internal bool TryStart(TimeSpan now, out ProbeStart<T> start)
    {
        DueEntry<ProbeSchedule<T>>? first = _due.First;
        if (first is null || first.Due > now || Running >= maxConcurrentProbes)
        {
            start = default;
            return false;
        }

        ProbeSchedule<T> schedule = first.Owner;
        TimeSpan lag = now - first.Due;
        _due.Remove(first);
        _deadlines.Add(schedule.Deadline, now + schedule.Timeout);
        schedule.StartedAt = now;
        Running++;
        start = new ProbeStart<T>(schedule, lag, lag.Ticks / schedule.Interval.Ticks);
        return true;
    }

    /// <summary>Gives the next running probe whose deadline has passed; each once.</summary>
    internal bool TryExpire(TimeSpan now, out ProbeSchedule<T>? expired)
    {
        expired = null;
        if (_deadlines.First is { } first && first.Due <= now)
        {
            expired = first.Owner;
            _deadlines.Remove(first);
        }

        return expired is not null;
    }

    /// <summary>Sets another deadline for a probe whose first one has passed.</summary>
    internal void Extend(ProbeSchedule<T> schedule, TimeSpan deadline) => _deadlines.Add(schedule.Deadline, deadline);

    /// <summary>
    /// The check's probe has a result: the next one is due at its next point in time after the start of this one, or at
    /// once when the probe lasted beyond that.
    /// </summary>
    internal void Finish(ProbeSchedule<T> schedule, TimeSpan now)
    {
        _deadlines.Remove(schedule.Deadline);
        TimeSpan point = schedule.PointAfter(schedule.StartedAt);
        _due.Add(schedule.Next, point > now ? point : now);
    }

    /// <summary>A probe has ended, whether or not its check still wants to know: its place is free.</summary>
    internal void Release() => Running--;
}

/// <summary>A probe that is to start now.</summary>
/// <param name="Schedule">Whose.</param>
/// <param name="Lag">How much later than due.</param>
/// <param name="Missed">Whole intervals that passed without a probe because of the lag.</param>
internal readonly record struct ProbeStart<T>(ProbeSchedule<T> Schedule, TimeSpan Lag, long Missed);
