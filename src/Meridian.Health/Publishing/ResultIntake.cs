using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Publishing;

/// <summary>
/// Takes results in: what each means for its check, for the checks that follow from it, for the schedule, and for the
/// circuit breaker. Guarded by the engine's lock, which its callers hold.
/// </summary>
internal sealed class ResultIntake(
    ProbeScheduler<ProbeSlot> scheduler,
    CheckTable table,
    VerdictPublisher publisher,
    CircuitBreaker breaker,
    Sight sight,
    HealthOptions options,
    TimeProvider time)
{
    /// <summary>Who wants to see each attempt; called under the lock. Null for nobody.</summary>
    internal Action<Check, ProbeAttempt>? AttemptMade { get; set; }

    /// <summary>Takes the result of a probe in; what it changed is in the return value.</summary>
    internal ResultEffect Take(RunningProbe running, ProbeResult result, TimeSpan now)
    {
        ProbeSlot slot = running.Slot;
        Check check = slot.Check;
        slot.Running = null;
        if (slot.Burst is null)
        {
            scheduler.Finish(slot.Schedule, now);
        }
        else
        {
            scheduler.Remove(slot.Schedule);
        }

        ProbeAttempt attempt = new(running.StartedAt, result, slot.Burst is not null);
        AttemptMade?.Invoke(check, attempt);
        ResultEffect effect = check.Take(attempt, slot, sight, UntilNext(check, now), time.GetUtcNow());
        effect = effect with { Stopped = FollowBurst(effect, now) };
        return Follow(check, effect, now);
    }

    /// <summary>Works a check out anew after something else than a probe of it: a vote, or a vantage point that stands otherwise.</summary>
    internal ResultEffect Reconsider(Check check, TimeSpan now) =>
        Follow(check, check.Reconsider(UntilNext(check, now), time.GetUtcNow()), now);

    private static TimeSpan UntilNext(Check check, TimeSpan now)
    {
        TimeSpan due = check.Regular.Schedule.Next.Due;
        return due > now ? due - now : TimeSpan.Zero;
    }

    /// <summary>Publishes what a result changed, here and in the checks that follow from this one.</summary>
    private ResultEffect Follow(Check check, ResultEffect effect, TimeSpan now)
    {
        if (effect.IsNews)
        {
            publisher.Add(check, now + options.PublishDelay);
        }

        if (effect.Before != effect.After)
        {
            table.StateChanged(effect.Before);
            effect = effect with { IsWithheld = AskBreaker(check, effect) };
        }

        if (!effect.IsNews || check.Dependents.IsEmpty)
        {
            return effect;
        }

        List<(Check Check, ResultEffect Effect)> following = [];
        foreach (Check dependent in check.Dependents)
        {
            following.Add((dependent, Follow(dependent, dependent.Recalculate(time.GetUtcNow()), now)));
        }

        return effect with { Following = following };
    }

    /// <summary>Whether members that fell are kept in answers. Those that come back are never held up.</summary>
    private bool AskBreaker(Check check, ResultEffect effect)
    {
        bool wasServed = effect.Before == HealthState.Up || (effect.Before == HealthState.Unknown && check.Monitor.CountsAsUpUntilChecked);
        if (effect.Before == HealthState.Down && !check.IsWithheld)
        {
            breaker.Returned(check.Members);
        }
        else if (!wasServed && effect is { Before: HealthState.Unknown, After: HealthState.Down })
        {
            // A member that nobody knew yet is not taken out by this, but out it is.
            breaker.TakenOut(check.Members);
        }

        check.IsWithheld = wasServed && effect.After == HealthState.Down
            && !breaker.Allows(check.Members, time.GetUtcNow());
        return check.IsWithheld;
    }

    /// <summary>Starts the burst that a result calls for, or ends the one that it settles; gives the probes to stop.</summary>
    private List<RunningProbe>? FollowBurst(ResultEffect effect, TimeSpan now)
    {
        if (effect.Begun is { } begun)
        {
            for (int i = 0; i < begun.Slots.Length; i++)
            {
                scheduler.AddOnce(begun.Slots[i].Schedule, now + begun.OffsetOf(i));
            }
        }

        if (effect.Ended is not { } ended)
        {
            return null;
        }

        List<RunningProbe> stopping = [];
        Cancel(ended, stopping);
        return stopping;
    }

    /// <summary>Takes all probes of a check off the schedule; those that run are to be stopped.</summary>
    internal void Cancel(Check check, List<RunningProbe> stopping)
    {
        Cancel(check.Regular, stopping);
        Cancel(check.Local.Burst, stopping);
    }

    /// <summary>Publishes what the circuit breaker had withheld; gives how many members that are.</summary>
    internal int Release(TimeSpan now)
    {
        int members = 0;
        foreach (Check check in table.Checks.Where(check => check.IsWithheld))
        {
            check.IsWithheld = false;
            breaker.TakenOut(check.Members);
            publisher.Add(check, now);
            members += check.Members.Length;
        }

        return members;
    }

    private void Cancel(ConfirmationBurst? burst, List<RunningProbe> stopping)
    {
        if (burst is not null)
        {
            foreach (ProbeSlot slot in burst.Slots)
            {
                Cancel(slot, stopping);
            }
        }
    }

    private void Cancel(ProbeSlot slot, List<RunningProbe> stopping)
    {
        scheduler.Remove(slot.Schedule);
        if (slot.Running is { } running)
        {
            slot.Running = null;
            stopping.Add(running);
        }
    }
}
