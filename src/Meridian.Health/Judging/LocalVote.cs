using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Health.Quorum;

namespace Meridian.Health.Judging;

/// <summary>
/// What the probes that are made here say of a check: rise and fall, confirmation, damping, pace. It is the verdict where
/// nobody else checks, and one vote of several otherwise. Guarded by the engine's lock.
/// </summary>
internal sealed class LocalVote(Check check)
{
    // Where votes are counted, what they come to is damped, and not each of them: a place that changes its mind is outvoted.
    private readonly FlapDamping? _damping = check.Monitor is { Damping: { } damping, Quorum: null } ? new FlapDamping(damping) : null;

    // Up stands for fast and down for slow: the same counts judge both.
    private JudgeState _pace = new(HealthState.Up, 0);

    // The failure that would bring it down, were it proven that this vantage point sees.
    private (string Cause, TimeSpan StartedAt)? _unproven;

    internal JudgeState Judged { get; private set; }

    internal DateTimeOffset? Since { get; private set; }

    internal string? Cause { get; private set; }

    /// <summary>The probes that are to confirm a failure; null when there is nothing to confirm.</summary>
    internal ConfirmationBurst? Burst { get; private set; }

    internal AttemptLog Attempts { get; } = new();

    /// <summary>Until when it is held down for changing too often; null when it is not.</summary>
    internal DateTimeOffset? HeldUntil => _damping?.HeldUntil;

    /// <summary>Whether a failure waits for the proof that this vantage point sees.</summary>
    internal bool IsUnproven => _unproven is not null;

    /// <summary>Whether it works, but answers too slowly.</summary>
    internal bool IsDegraded => Judged.State == HealthState.Up && _pace.State == HealthState.Down;

    private MonitorModel Monitor => check.Monitor;

    private JudgeRules Rules => check.Rules;

    /// <summary>Begins with a verdict from elsewhere. It counts as one: only results in a row flip it.</summary>
    internal void Begin(HealthState state, DateTimeOffset since, string cause) =>
        (Judged, Since, Cause) = (new JudgeState(state, 0), since, cause);

    /// <summary>Takes the result of a probe in.</summary>
    /// <param name="attempt">The probe.</param>
    /// <param name="slot">Where it started.</param>
    /// <param name="sight">Whether failures count.</param>
    /// <param name="now">When the result came.</param>
    internal void Take(ProbeAttempt attempt, ProbeSlot slot, Sight sight, DateTimeOffset now)
    {
        Attempts.Add(attempt);
        ProbeResult result = attempt.Result;
        if (sight.IsBlind && result.Outcome is not ProbeOutcome.Success)
        {
            // Shown, and no more: who sees nothing has nothing to say. What began before must not go on counting either.
            Burst = slot.Burst is null ? Burst : null;
            return;
        }

        TimeSpan startedAt = slot.Schedule.StartedAt;
        HealthState before = Judged.State;
        string cause = result.Reason;
        JudgeState next = Judged;
        if (slot.Burst is not null)
        {
            next = JudgeConfirmation(result, ref cause);
        }
        else if (result.Outcome.IsConclusive())
        {
            next = JudgeRegular(result.Outcome == ProbeOutcome.Success, now);
        }

        _unproven = result.Outcome == ProbeOutcome.Success ? null : _unproven;
        if (next.State == HealthState.Down && before != HealthState.Down && !sight.IsProvenSince(startedAt))
        {
            _unproven ??= (cause, startedAt);
        }
        else
        {
            Become(next, cause, now);
        }

        JudgePace(result);
    }

    /// <summary>The vantage point has reached something since: a failure that waited for it counts; true when one did.</summary>
    internal bool Prove(Sight sight, DateTimeOffset now)
    {
        if (_unproven is not { } unproven || !sight.IsProvenSince(unproven.StartedAt))
        {
            return false;
        }

        _unproven = null;
        Become(new JudgeState(HealthState.Down, 0), unproven.Cause, now);
        return true;
    }

    /// <summary>The vantage point sees nothing: what counted against a member that is up was no sign of it.</summary>
    internal void Discard()
    {
        _unproven = null;
        Judged = Judged.State == HealthState.Up ? Judged with { Against = 0 } : Judged;
    }

    /// <summary>The shortest time in which the vote could change; 0 while nothing points to it.</summary>
    internal uint MayChangeInSeconds(TimeSpan untilNext, DateTimeOffset now)
    {
        if (Burst is not null || _unproven is not null)
        {
            return 1;
        }

        TimeSpan? earliest = Judge.EarliestChange(Judged, Rules, untilNext, Monitor.Interval);
        if (earliest is not null && HeldUntil - now is { } held && held > earliest)
        {
            earliest = held;
        }

        // Whole seconds, rounded down so that no answer outlives the verdict by rounding, but never 0: that means 'settled'.
        return earliest is { } time ? (uint)Math.Max(1, (long)time.TotalSeconds) : 0;
    }

    private void Become(JudgeState next, string cause, DateTimeOffset now)
    {
        HealthState before = Judged.State;
        Judged = next;
        if (next.State != before)
        {
            (Since, Cause) = (now, cause);
            _damping?.Changed(now);
        }
    }

    private JudgeState JudgeRegular(bool isSuccess, DateTimeOffset now)
    {
        JudgeState next = Judge.Next(Judged, Rules, isSuccess);
        bool isComingUp = Judged.State == HealthState.Down && next.State == HealthState.Up;

        // Held, it stays one success short of coming up, so that it does so with the first one after its time.
        next = isComingUp && _damping?.Holds(now) == true ? Judged with { Against = Rules.Rise - 1 } : next;
        bool isDoubtful = next is { State: HealthState.Up, Against: > 0 };
        Burst = isDoubtful && Monitor.Confirm is { } rules ? Burst ?? new ConfirmationBurst(check, rules, Attempts.LeastSuccess()) : null;
        return next;
    }

    /// <summary>Takes the result of a probe of the burst in; gives the cause should it have brought a verdict.</summary>
    private JudgeState JudgeConfirmation(ProbeResult result, ref string cause)
    {
        if (Burst is not { } burst)
        {
            return Judged;
        }

        BurstOutcome outcome = burst.Take(result.Outcome);
        Burst = outcome == BurstOutcome.Running ? burst : null;
        cause = outcome == BurstOutcome.Confirmed ? burst.Word(result.Reason) : result.Reason;
        return outcome switch
        {
            BurstOutcome.Refuted => new JudgeState(HealthState.Up, 0),
            BurstOutcome.Confirmed => new JudgeState(HealthState.Down, 0),
            _ => Judged,
        };
    }

    private void JudgePace(ProbeResult result)
    {
        if (Monitor.Degraded is { } rules && result.Outcome == ProbeOutcome.Success)
        {
            _pace = Judge.Next(_pace, Rules, result.Timings.Total <= rules.Above);
        }
    }
}
