using System.Globalization;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Tests.Scheduling;

public sealed class ProbeSchedulerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    [Fact]
    public void SimulatedDays_NoCheckMissed_NeverTwoAtOnce()
    {
        Random random = new(7);
        ProbeScheduler<int> scheduler = new(maxConcurrentProbes: 64);
        TimeSpan[] intervals = [TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)];
        ProbeSchedule<int>[] schedules = [.. Enumerable.Range(0, 60).Select(i => Schedule(i, intervals[i % 3]))];
        PriorityQueue<ProbeSchedule<int>, TimeSpan> running = new();
        HashSet<int> inFlight = [];
        List<TimeSpan>[] starts = [.. schedules.Select(_ => new List<TimeSpan>())];
        TimeSpan now = TimeSpan.FromHours(5);
        TimeSpan begin = now;
        foreach (ProbeSchedule<int> schedule in schedules)
        {
            scheduler.Add(schedule, now, TimeSpan.FromSeconds(2));
        }

        TimeSpan end = begin + TimeSpan.FromDays(2);
        while (now < end)
        {
            while (running.TryPeek(out ProbeSchedule<int>? done, out TimeSpan at) && at <= now)
            {
                running.Dequeue();
                scheduler.Release();
                scheduler.Finish(done, now);
                inFlight.Remove(done.Owner);
            }

            while (scheduler.TryStart(now, out ProbeStart<int> start))
            {
                Assert.True(inFlight.Add(start.Schedule.Owner), "A check was probed twice at once.");
                Assert.Equal(TimeSpan.Zero, start.Lag);
                Assert.Equal(0, start.Missed);
                starts[start.Schedule.Owner].Add(now);
                running.Enqueue(start.Schedule, now + (Timeout * random.NextDouble()));
            }

            TimeSpan next = scheduler.NextEvent ?? TimeSpan.MaxValue;
            now = running.TryPeek(out _, out TimeSpan end1) && end1 < next ? end1 : next;
        }

        foreach (ProbeSchedule<int> schedule in schedules)
        {
            List<TimeSpan> own = starts[schedule.Owner];
            Assert.InRange(own[1] - own[0], TimeSpan.FromTicks(1), schedule.Interval);

            // The first probe may have lasted beyond the check's own point, and the second then followed it at once.
            for (int i = 3; i < own.Count; i++)
            {
                Assert.Equal(schedule.Interval, own[i] - own[i - 1]);
            }

            Assert.InRange(end - own[^1], TimeSpan.Zero, schedule.Interval);
        }
    }

    [Fact]
    public void Add_ThousandsAtOnce_SpreadsFirstAndLaterProbesEvenly()
    {
        const int Count = 10_000;
        ProbeScheduler<int> scheduler = new(maxConcurrentProbes: Count);
        TimeSpan spread = TimeSpan.FromSeconds(2);
        for (int i = 0; i < Count; i++)
        {
            scheduler.Add(Schedule(i, Interval), TimeSpan.Zero, spread);
        }

        List<(int Owner, TimeSpan At)> starts = Drain(scheduler, Count * 3);

        List<TimeSpan> first = [.. starts.DistinctBy(start => start.Owner).Select(start => start.At)];
        Assert.Equal(Count, first.Count);
        Assert.All(first, start => Assert.InRange(start, TimeSpan.Zero, spread));
        AssertEven(first, TimeSpan.Zero, spread);
        AssertEven([.. starts.Select(start => start.At).Where(at => at > Interval && at <= 2 * Interval)], Interval, 2 * Interval);
    }

    [Fact]
    public void Phase_SameCheck_IsTheSameInEveryProcess()
    {
        // Fixed numbers: a change of the hash would move every check of every installation at once.
        Assert.Equal(0.9382, StableHash.ToFraction(StableHash.Of("web 203.0.113.10:443")), 3);
        Assert.NotEqual(StableHash.Of("web 203.0.113.10:443"), StableHash.Of("web 203.0.113.11:443"));
    }

    [Fact]
    public void TryStart_NoFreePlace_WaitsAndShowsLag()
    {
        ProbeScheduler<int> scheduler = new(maxConcurrentProbes: 1);
        scheduler.Add(Schedule(1, Interval), TimeSpan.Zero, TimeSpan.Zero);
        scheduler.Add(Schedule(2, Interval), TimeSpan.Zero, TimeSpan.Zero);
        Assert.True(scheduler.TryStart(TimeSpan.Zero, out ProbeStart<int> first));
        TimeSpan later = TimeSpan.FromSeconds(25);

        Assert.False(scheduler.TryStart(later, out _));
        Assert.Equal(later, scheduler.OverdueAt(later));
        Assert.Equal(Timeout, scheduler.NextEvent);
        scheduler.Release();
        scheduler.Finish(first.Schedule, TimeSpan.FromSeconds(1));

        Assert.True(scheduler.TryStart(later, out ProbeStart<int> second));
        Assert.Equal(2, second.Schedule.Owner);
        Assert.Equal((later, 2L), (second.Lag, second.Missed));
    }

    [Fact]
    public void TryExpire_DeadlinePassed_GivesTheProbeOnce()
    {
        ProbeScheduler<int> scheduler = new(maxConcurrentProbes: 1);
        ProbeSchedule<int> schedule = Schedule(1, Interval);
        scheduler.Add(schedule, TimeSpan.Zero, TimeSpan.Zero);
        scheduler.TryStart(TimeSpan.Zero, out _);

        Assert.False(scheduler.TryExpire(Timeout - TimeSpan.FromTicks(1), out _));
        Assert.True(scheduler.TryExpire(Timeout, out ProbeSchedule<int>? expired));
        Assert.Same(schedule, expired);
        Assert.False(scheduler.TryExpire(Timeout, out _));
    }

    [Fact]
    public void Finish_AfterLateStart_ReturnsToTheOwnPointInTime()
    {
        ProbeSchedule<int> schedule = Schedule(3, Interval);
        TimeSpan point = schedule.PointAfter(TimeSpan.FromMinutes(1));

        Assert.Equal(point + Interval, schedule.PointAfter(point));
        Assert.Equal(point + Interval, schedule.PointAfter(point + TimeSpan.FromSeconds(9)));
        Assert.Equal(point + (2 * Interval), schedule.PointAfter(point + Interval));
        Assert.Equal(schedule.Phase, schedule.PointAfter(schedule.Phase - TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void Remove_WaitingOrRunning_NothingComesAnyMore()
    {
        ProbeScheduler<int> scheduler = new(maxConcurrentProbes: 2);
        ProbeSchedule<int> waiting = Schedule(1, Interval);
        ProbeSchedule<int> running = Schedule(2, Interval);
        scheduler.Add(running, TimeSpan.Zero, TimeSpan.Zero);
        scheduler.TryStart(TimeSpan.Zero, out _);
        scheduler.Add(waiting, TimeSpan.Zero, TimeSpan.Zero);

        scheduler.Remove(waiting);
        scheduler.Remove(running);

        Assert.Null(scheduler.NextEvent);
        Assert.Equal(1, scheduler.Running);
    }

    private static ProbeSchedule<int> Schedule(int owner, TimeSpan interval) => new(
        owner, interval, Timeout, StableHash.Of(string.Create(CultureInfo.InvariantCulture, $"web 10.0.{owner >> 8}.{owner & 255}:80")));

    private static List<(int Owner, TimeSpan At)> Drain(ProbeScheduler<int> scheduler, int count)
    {
        List<(int Owner, TimeSpan At)> starts = [];
        while (starts.Count < count)
        {
            TimeSpan now = scheduler.NextEvent!.Value;
            Assert.True(scheduler.TryStart(now, out ProbeStart<int> start));
            starts.Add((start.Schedule.Owner, now));
            scheduler.Release();
            scheduler.Finish(start.Schedule, now);
        }

        return starts;
    }

    // Twenty slices of the time; each must hold its share within five standard deviations.
    private static void AssertEven(List<TimeSpan> starts, TimeSpan from, TimeSpan to)
    {
        const int Slices = 20;
        double share = starts.Count / (double)Slices;
        double tolerance = 5 * Math.Sqrt(share);
        foreach (IGrouping<int, TimeSpan> slice in starts.GroupBy(start => (int)Math.Min(Slices - 1, (start - from) / (to - from) * Slices)))
        {
            Assert.InRange(slice.Count(), share - tolerance, share + tolerance);
        }
    }
}
