using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Publishing;

/// <summary>
/// One monitor at one target: what it knows, and which members it speaks for. Members of several pools that have the
/// same target and monitor share a check, so a target is asked once and its members never contradict each other.
/// Guarded by the engine's lock.
/// </summary>
internal sealed class Check
{
    private readonly FlapDamping? _damping;

    // Up stands for fast and down for slow: the same counts judge both.
    private JudgeState _pace = new(HealthState.Up, 0);
    private DateTimeOffset? _returnedAt;
    private MemberVerdict _verdict = new(HealthState.Unknown, 1);

    internal Check(CheckKey key)
    {
        Key = key;
        Rules = new JudgeRules(key.Monitor.Rise, key.Monitor.Fall);
        _damping = key.Monitor.Damping is { } damping ? new FlapDamping(damping) : null;
        Regular = new ProbeSlot(this, null, key.Monitor, StableHash.Of($"{key.Monitor.Name} {key.Target}"));
    }

    internal CheckKey Key { get; }

    internal MonitorModel Monitor => Key.Monitor;

    internal JudgeRules Rules { get; }

    /// <summary>For a calculated monitor, what its verdict follows from; it makes no probes. Null for all others.</summary>
    internal Calculation? Calculation { get; set; }

    /// <summary>Checks whose verdict follows from this one's, among others.</summary>
    internal ImmutableArray<Check> Dependents { get; set; } = [];

    /// <summary>Where its regular probes start.</summary>
    internal ProbeSlot Regular { get; }

    /// <summary>The probes that are to confirm a failure; null when there is nothing to confirm.</summary>
    internal ConfirmationBurst? Burst { get; private set; }

    internal AttemptLog Attempts { get; } = new();

    internal ImmutableArray<MemberKey> Members { get; set; } = [];

    internal JudgeState Judged { get; private set; }

    internal VerdictOrigin Origin { get; private set; }

    internal DateTimeOffset? Since { get; private set; }

    internal string? Cause { get; private set; }

    internal DateTimeOffset? LastResultAt { get; private set; }

    /// <summary>Until when it is held down for changing too often; null when it is not.</summary>
    internal DateTimeOffset? HeldUntil => _damping?.HeldUntil;

    /// <summary>Whether it works, but answers too slowly.</summary>
    internal bool IsDegraded => Judged.State == HealthState.Up && _pace.State == HealthState.Down;

    /// <summary>What the data plane should hold. Without a verdict one may come at any moment, so answers must not live long.</summary>
    internal MemberVerdict Verdict => IsWithheld ? MemberVerdict.Up : _verdict;

    /// <summary>Whether it is down, and the circuit breaker keeps it from being taken out.</summary>
    internal bool IsWithheld { get; set; }

    /// <summary>Whether <see cref="Verdict"/> waits to be published.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Begins with a verdict from elsewhere. It counts as one: only results in a row flip it.</summary>
    internal void Begin(HealthState state, VerdictOrigin origin, DateTimeOffset since, string cause, DateTimeOffset lastResultAt)
    {
        Judged = new JudgeState(state, 0);
        Origin = origin;
        Since = since;
        Cause = cause;
        LastResultAt = lastResultAt;
        _verdict = new MemberVerdict(state, 0);
    }

    /// <summary>Takes the result of a probe in; what it changes is in the return value.</summary>
    /// <param name="attempt">The probe.</param>
    /// <param name="slot">Where it started.</param>
    /// <param name="untilNext">Time until the next regular one.</param>
    /// <param name="now">When the result came.</param>
    internal ResultEffect Take(ProbeAttempt attempt, ProbeSlot slot, TimeSpan untilNext, DateTimeOffset now)
    {
        Attempts.Add(attempt);
        HealthState before = Judged.State;
        ConfirmationBurst? burst = Burst;
        string cause = attempt.Result.Reason;
        if (attempt.Result.Outcome.IsConclusive())
        {
            Origin = VerdictOrigin.Probes;
            LastResultAt = now;
        }

        if (slot.Burst is not null)
        {
            cause = JudgeConfirmation(attempt.Result);
        }
        else if (attempt.Result.Outcome.IsConclusive())
        {
            JudgeRegular(attempt.Result.Outcome == ProbeOutcome.Success, now);
        }

        bool wasDegraded = IsDegraded;
        JudgePace(attempt.Result);
        if (Judged.State != before)
        {
            Since = now;
            Cause = cause;
            _returnedAt = before == HealthState.Down ? now : null;
            _damping?.Changed(now);
        }

        MemberVerdict verdict = new(Judged.State, MayChangeInSeconds(untilNext, now)) { ReductionPercent = ReductionPercentAt(now) };
        bool isNews = verdict != _verdict;
        _verdict = verdict;
        return new ResultEffect(before, Judged.State, isNews, Members)
        {
            Begun = burst is null ? Burst : null,
            Ended = Burst is null ? burst : null,
            PaceChanged = wasDegraded != IsDegraded && Judged.State == before,
        };
    }

    /// <summary>Works the verdict of a calculated check out anew; what that changes is in the return value.</summary>
    internal ResultEffect Recalculate(DateTimeOffset now)
    {
        HealthState before = Judged.State;
        if (Calculation is not { } calculation)
        {
            return default;
        }

        // What cannot be told now leaves the verdict as it was: a reload or restart must not change an answer by itself.
        HealthState state = calculation.Evaluate();
        if (state != HealthState.Unknown)
        {
            Judged = new JudgeState(state, 0);
            Origin = VerdictOrigin.Probes;
            LastResultAt = now;
        }

        if (Judged.State != before)
        {
            Since = now;
            Cause = calculation.Describe();
        }

        MemberVerdict verdict = new(Judged.State, Judged.State == HealthState.Unknown ? 1 : calculation.MayChangeInSeconds());
        bool isNews = verdict != _verdict;
        _verdict = verdict;
        return new ResultEffect(before, Judged.State, isNews, Members);
    }

    private void JudgeRegular(bool isSuccess, DateTimeOffset now)
    {
        JudgeState next = Judge.Next(Judged, Rules, isSuccess);
        bool isComingUp = Judged.State == HealthState.Down && next.State == HealthState.Up;

        // Held, it stays one success short of coming up, so that it does so with the first one after its time.
        Judged = isComingUp && _damping?.Holds(now) == true ? Judged with { Against = Rules.Rise - 1 } : next;
        bool isDoubtful = Judged is { State: HealthState.Up, Against: > 0 };
        Burst = isDoubtful && Monitor.Confirm is { } rules ? Burst ?? new ConfirmationBurst(this, rules) : null;
    }

    private void JudgePace(ProbeResult result)
    {
        if (Monitor.Degraded is { } rules && result.Outcome == ProbeOutcome.Success)
        {
            _pace = Judge.Next(_pace, Rules, result.Timings.Total <= rules.Above);
        }
    }

    private byte ReductionPercentAt(DateTimeOffset now)
    {
        if (Judged.State != HealthState.Up)
        {
            return 0;
        }

        int start = _returnedAt is { } returned ? SlowStart.PercentAt(now - returned, Monitor.SlowStart) : 100;
        int pace = IsDegraded && Monitor.Degraded is { } degraded ? degraded.WeightPercent : 100;
        return (byte)(100 - Math.Max(1, start * pace / 100));
    }

    /// <summary>Takes the result of a probe of the burst in; gives the cause should it have brought a verdict.</summary>
    private string JudgeConfirmation(ProbeResult result)
    {
        if (Burst is not { } burst)
        {
            return result.Reason;
        }

        BurstOutcome outcome = burst.Take(result.Outcome);
        Judged = outcome switch
        {
            BurstOutcome.Refuted => new JudgeState(HealthState.Up, 0),
            BurstOutcome.Confirmed => new JudgeState(HealthState.Down, 0),
            _ => Judged,
        };
        Burst = outcome == BurstOutcome.Running ? burst : null;
        return outcome == BurstOutcome.Confirmed ? burst.Word(result.Reason) : result.Reason;
    }

    // Whole seconds, rounded down so that no answer outlives the verdict by rounding, but never 0: that means 'settled'.
    private uint MayChangeInSeconds(TimeSpan untilNext, DateTimeOffset now)
    {
        if (Burst is not null)
        {
            return 1;
        }

        TimeSpan? earliest = Judge.EarliestChange(Judged, Rules, untilNext, Monitor.Interval);
        if (earliest is not null && HeldUntil - now is { } held && held > earliest)
        {
            earliest = held;
        }

        return earliest is { } time ? (uint)Math.Max(1, (long)time.TotalSeconds) : 0;
    }
}

/// <summary>What a result did to a check.</summary>
/// <param name="Before">The state before it.</param>
/// <param name="After">The state after it.</param>
/// <param name="IsNews">Whether the data plane has to be told.</param>
/// <param name="Members">For whom the check spoke then.</param>
internal readonly record struct ResultEffect(HealthState Before, HealthState After, bool IsNews, ImmutableArray<MemberKey> Members)
{
    /// <summary>Whether a member that stays up became degraded, or is no longer.</summary>
    internal bool PaceChanged { get; init; }

    /// <summary>Whether the circuit breaker kept the members from being taken out.</summary>
    internal bool IsWithheld { get; init; }

    /// <summary>A burst that is to start; null for none.</summary>
    internal ConfirmationBurst? Begun { get; init; }

    /// <summary>A burst whose remaining probes are to stop; null for none.</summary>
    internal ConfirmationBurst? Ended { get; init; }

    /// <summary>What it did to checks that follow from this one; null for none.</summary>
    internal List<(Check Check, ResultEffect Effect)>? Following { get; init; }

    /// <summary>Probes to stop once the lock is released; null for none.</summary>
    internal List<RunningProbe>? Stopped { get; init; }
}
