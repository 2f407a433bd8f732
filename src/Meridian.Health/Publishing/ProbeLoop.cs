using Meridian.Health.Probes;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Publishing;

/// <summary>
/// The one loop of the engine. Each turn ends probes whose deadline has passed, starts those that are due, publishes
/// verdicts that changed, and says how long there is nothing to do. There is one timer, for the loop itself.
/// </summary>
/// <remarks>
/// Results come on whatever thread a probe ends on. All state is guarded by the engine's lock, which is held for
/// bookkeeping only: probes, sinks and logs are always called outside of it.
/// </remarks>
internal sealed class ProbeLoop(
    Lock gate,
    CheckTable table,
    ProbeScheduler<ProbeSlot> scheduler,
    ResultIntake intake,
    VoteIntake votes,
    AsyncSignal proofNeeded,
    VerdictPublisher publisher,
    WarmUp warmUp,
    HealthNews news,
    IProbe probe,
    HealthOptions options,
    HealthMetrics metrics,
    TimeProvider time)
{
    // A loop that wakes every other millisecond at most starts what came due meanwhile together: 20 probes at 10,000 checks/s. Waking
    // threads costs more than anything else that this program itself does for a probe.
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly long _origin = time.GetTimestamp();
    private readonly HashSet<RunningProbe> _running = [];
    private readonly AsyncSignal _signal = new();

    // Reused from turn to turn; only the loop touches them.
    private readonly List<RunningProbe> _expired = [];
    private readonly List<RunningProbe> _starting = [];
    private readonly List<(Check Check, ResultEffect Effect)> _abandoned = [];

    private TimeSpan _wakesAt = TimeSpan.MinValue;
    private bool _isStopping;

    /// <summary>The scheduler's clock: time since the start, unmoved by changes of the calendar.</summary>
    internal TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Read under the lock.</summary>
    internal (int Running, TimeSpan Overdue) Load => (scheduler.Running, scheduler.OverdueAt(Now));

    /// <summary>Publishes what the circuit breaker had withheld, under the lock; gives how many members that are.</summary>
    internal int Release()
    {
        int members = intake.Release(Now);
        _signal.Set();
        return members;
    }

    /// <summary>Follows a new configuration, under the lock. Gives the probes to stop once the lock is released.</summary>
    internal List<RunningProbe> Follow(CheckDiff diff)
    {
        TimeSpan now = Now;
        TimeSpan spread = TimeSpan.FromSeconds((double)diff.Added.Count / options.FirstProbesPerSecond);
        spread = spread < options.MaxFirstProbeSpread ? spread : options.MaxFirstProbeSpread;
        List<RunningProbe> stopping = [];
        foreach (Check check in diff.Removed)
        {
            intake.Cancel(check, stopping);
        }

        foreach (Check check in table.Checks)
        {
            bool isScheduled = check.Regular.Schedule.Next.IsQueued || check.Regular.Running is not null;
            if (check.IsProbedHere && !isScheduled)
            {
                scheduler.Add(check.Regular.Schedule, now, spread);
            }
            else if (!check.IsProbedHere && isScheduled)
            {
                intake.Cancel(check, stopping);
            }
        }

        foreach (Check check in diff.Announce)
        {
            publisher.Add(check, now);
        }

        _signal.Set();
        return stopping;
    }

    /// <summary>Runs until cancelled, then stops all probes.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        await using ITimer timer = time.CreateTimer(
            static signal => ((AsyncSignal)signal!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                TimeSpan wait = Turn();
                if (wait == TimeSpan.Zero)
                {
                    await Task.Yield();
                    continue;
                }

                timer.Change(wait, Timeout.InfiniteTimeSpan);
                await _signal.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }
        finally
        {
            await StopAsync();
        }
    }

    /// <summary>Does all that is due now. Gives the time until there is more; infinite when only an outside event can bring it.</summary>
    internal TimeSpan Turn()
    {
        lock (gate)
        {
            _wakesAt = TimeSpan.MinValue;
            CollectExpired(Now);
            CollectDue(Now);
        }

        foreach ((Check check, ResultEffect effect) in _abandoned)
        {
            StopAll(effect.Stopped);
            news.Tell(check, effect);
        }

        foreach (RunningProbe running in _expired)
        {
            running.Stop();
        }

        foreach (RunningProbe running in _starting)
        {
            running.Task = ProbeAsync(running);
        }

        publisher.PublishDue(Now);
        (int Running, TimeSpan Overdue) load;
        lock (gate)
        {
            load = Load;
        }

        news.TellOfLag(load.Running, load.Overdue);
        lock (gate)
        {
            if (table.Unknown == 0 && table.Version > 0 && publisher.IsIdle)
            {
                warmUp.End();
            }

            return PlanWait();
        }
    }

    private void CollectExpired(TimeSpan now)
    {
        _expired.Clear();
        _abandoned.Clear();
        while (scheduler.TryExpire(now, out ProbeSchedule<ProbeSlot>? schedule))
        {
            if (schedule!.Owner.Running is not { } running)
            {
                continue;
            }

            if (!running.IsExpired)
            {
                running.IsExpired = true;
                _expired.Add(running);
                scheduler.Extend(schedule, now + options.AbandonAfter);
                continue;
            }

            // It was told to stop and did not. The check must not hang with it; its place stays taken until it ends.
            string timeout = DurationText.Format(schedule.Timeout);
            ProbeResult result = new(ProbeOutcome.TimedOut, $"no answer within {timeout} (the attempt did not end and was given up)", default);
            _abandoned.Add((running.Check, intake.Take(running, result, Now)));
            votes.Follow(running.Check, result, running.Slot.Schedule.StartedAt, Now);
        }

        Ask();
    }

    private void Ask()
    {
        if (votes.NeedsProof)
        {
            proofNeeded.Set();
        }
    }

    private void CollectDue(TimeSpan now)
    {
        _starting.Clear();
        DateTimeOffset date = time.GetUtcNow();
        while (scheduler.TryStart(now, out ProbeStart<ProbeSlot> start))
        {
            ProbeSlot slot = start.Schedule.Owner;
            RunningProbe running = new(slot, date);
            slot.Running = running;
            _running.Add(running);
            _starting.Add(running);
            metrics.ProbeStarted(start.Lag, start.Missed);
        }
    }

    private async Task ProbeAsync(RunningProbe running)
    {
        Check check = running.Check;
        ProbeResult result;
        try
        {
            result = await probe.ProbeAsync(check.Key.Target, running.Slot.Monitor, running.Deadline);
        }
        catch (Exception e)
        {
            // A fault of the probe is not the member's: shown, not judged.
            news.TellOfBrokenProbe(check, e);
            result = new ProbeResult(ProbeOutcome.NotMade, $"not tried: the probe broke ({e.GetType().Name})", default);
        }

        metrics.ProbeEnded(check.Monitor.Type, result.Outcome, result.Timings.Total);
        Complete(running, result);
    }

    private void Complete(RunningProbe running, ProbeResult result)
    {
        ResultEffect effect = default;
        ResultEffect others = default;
        lock (gate)
        {
            _running.Remove(running);
            scheduler.Release();

            // A removed check, one that gave this probe up, and an engine that stops do not want to know.
            if (running.Slot.Running == running && !_isStopping)
            {
                TimeSpan startedAt = running.Slot.Schedule.StartedAt;
                effect = intake.Take(running, result, Now);
                others = votes.Follow(running.Check, result, startedAt, Now);
                Ask();
            }

            if ((scheduler.NextEvent ?? TimeSpan.MaxValue) < _wakesAt || (publisher.DueAt ?? TimeSpan.MaxValue) < _wakesAt)
            {
                _signal.Set();
            }
        }

        StopAll(effect.Stopped);
        news.Tell(running.Check, effect);
        news.Tell(others);
    }

    /// <summary>Wakes the loop when something waits to be published that it does not know of. Under the lock.</summary>
    internal void Wake()
    {
        if ((publisher.DueAt ?? TimeSpan.MaxValue) < _wakesAt)
        {
            _signal.Set();
        }
    }

    /// <summary>Has the loop settle pools that clients are kept from, under the lock.</summary>
    internal void Settle()
    {
        publisher.Settle(Now);
        _signal.Set();
    }

    private static void StopAll(List<RunningProbe>? stopping)
    {
        foreach (RunningProbe running in stopping ?? [])
        {
            running.Stop();
        }
    }

    private TimeSpan PlanWait()
    {
        TimeSpan? next = scheduler.NextEvent;
        next = publisher.DueAt is { } due && (next is null || due < next) ? due : next;
        _wakesAt = next ?? TimeSpan.MaxValue;
        if (next is null)
        {
            return Timeout.InfiniteTimeSpan;
        }

        // Rounded up: timers count whole milliseconds and round down, and the loop would spin through the last one.
        TimeSpan wait = next.Value - Now;
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : Granularity * Math.Ceiling(wait / Granularity);
    }

    private async Task StopAsync()
    {
        List<RunningProbe> running;
        lock (gate)
        {
            _isStopping = true;
            running = [.. _running];
        }

        foreach (RunningProbe one in running)
        {
            one.Stop();
        }

        try
        {
            await Task.WhenAll(running.Select(one => one.Task)).WaitAsync(StopGrace, time);
        }
        catch (TimeoutException)
        {
            // What the operating system does not let go of ends with the process.
        }
    }
}
