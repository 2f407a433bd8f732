using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;
using Meridian.Health.Scheduling;

namespace Meridian.Health.Publishing;

/// <summary>
/// One monitor at one target: what it knows, and which members it speaks for. Members of several pools that have the
/// same target and monitor share a check, so a target is asked once and its members never contradict each other.
/// Guarded by the engine's lock.
/// </summary>
internal sealed class Check
{
    // Of the verdict that several vantage points come to; null where this server judges alone, which damps its own vote.
    private readonly FlapDamping? _damping;
    private DateTimeOffset? _returnedAt;
    private MemberVerdict _verdict = new(HealthState.Unknown, 1);

    // Before it is inverted: votes that tie leave this as it was.
    private HealthState _found;

    internal Check(CheckKey key)
    {
        Key = key;
        Rules = new JudgeRules(key.Monitor.Rise, key.Monitor.Fall);
        Local = new LocalVote(this);
        Votes = key.Monitor.Quorum is { } quorum ? new CheckVotes(quorum) : null;
        _damping = key.Monitor is { Quorum: not null, Damping: { } damping } ? new FlapDamping(damping) : null;
        Regular = new ProbeSlot(this, null, key.Monitor, StableHash.Of($"{key.Monitor.Name} {key.Target}"));
        if (key.Monitor.IsDisabled)
        {
            State = Effective(HealthState.Up);
            Cause = "disabled";
            _verdict = new MemberVerdict(State, 0);
        }
    }

    internal CheckKey Key { get; }

    internal MonitorModel Monitor => Key.Monitor;

    internal JudgeRules Rules { get; }

    /// <summary>What vantage points call it; given by the table.</summary>
    internal long Id { get; set; }

    /// <summary>What the probes say that are made here; without a voice where <see cref="Votes"/> leave this server out.</summary>
    internal LocalVote Local { get; }

    /// <summary>The votes of several vantage points; null where this server judges alone.</summary>
    internal CheckVotes? Votes { get; }

    /// <summary>For a calculated monitor, what its verdict follows from; it makes no probes. Null for all others.</summary>
    internal Calculation? Calculation { get; set; }

    /// <summary>Checks whose verdict follows from this one's, among others.</summary>
    internal ImmutableArray<Check> Dependents { get; set; } = [];

    /// <summary>Where its regular probes start.</summary>
    internal ProbeSlot Regular { get; }

    /// <summary>Whether probes of it are made here.</summary>
    internal bool IsProbedHere { get; set; } = true;

    internal ImmutableArray<MemberKey> Members { get; set; } = [];

    /// <summary>What holds: by this server's own probes, by the votes, or by calculation.</summary>
    internal HealthState State { get; private set; }

    internal VerdictOrigin Origin { get; private set; }

    internal DateTimeOffset? Since { get; private set; }

    internal string? Cause { get; private set; }

    internal DateTimeOffset? LastResultAt { get; private set; }

    /// <summary>Whether it works, but answers too slowly.</summary>
    internal bool IsDegraded { get; private set; }

    /// <summary>Until when it is held down for changing too often; null when it is not.</summary>
    internal DateTimeOffset? HeldUntil => Votes is null ? Local.HeldUntil : _damping?.HeldUntil;

    /// <summary>When it changed its state, lately, and to what.</summary>
    internal StateHistory History { get; } = new();

    /// <summary>What the data plane should hold. Without a verdict one may come at any moment, so answers must not live long.</summary>
    internal MemberVerdict Verdict => IsWithheld ? MemberVerdict.Up
        : _verdict.State == HealthState.Unknown && Monitor.CountsAsUpUntilChecked ? new MemberVerdict(HealthState.Up, _verdict.MayChangeInSeconds)
        : _verdict;

    /// <summary>Whether it is down, and the circuit breaker keeps it from being taken out.</summary>
    internal bool IsWithheld { get; set; }

    /// <summary>Whether <see cref="Verdict"/> waits to be published.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>Begins with a verdict from elsewhere. It counts as one: only results in a row flip it.</summary>
    internal void Begin(HealthState state, VerdictOrigin origin, DateTimeOffset since, string cause, DateTimeOffset lastResultAt)
    {
        _found = Effective(state); // Turning it over twice gives back what was found.
        Local.Begin(_found, since, cause);
        State = state;
        Origin = origin;
        Since = since;
        Cause = cause;
        LastResultAt = lastResultAt;
        _verdict = new MemberVerdict(state, 0);
        History.Begin(state, since, cause);
    }

    /// <summary>Takes the result of a probe in; what it changes is in the return value.</summary>
    /// <param name="attempt">The probe.</param>
    /// <param name="slot">Where it started.</param>
    /// <param name="sight">Whether this vantage point sees.</param>
    /// <param name="untilNext">Time until the next regular one.</param>
    /// <param name="now">When the result came.</param>
    internal ResultEffect Take(ProbeAttempt attempt, ProbeSlot slot, Sight sight, TimeSpan untilNext, DateTimeOffset now)
    {
        ConfirmationBurst? burst = Local.Burst;
        Local.Take(attempt, slot, sight, now);
        if (attempt.Result.Outcome.IsConclusive() && !sight.IsBlind)
        {
            Heard(now);
        }

        return Reconsider(untilNext, now) with
        {
            Begun = burst is null ? Local.Burst : null,
            Ended = Local.Burst is null ? burst : null,
        };
    }

    /// <summary>A vantage point has said something of it by a probe.</summary>
    internal void Heard(DateTimeOffset now)
    {
        Origin = VerdictOrigin.Probes;
        LastResultAt = now;
    }

    /// <summary>Works out anew what holds, after a result, a vote, or a vantage point that went blind or silent.</summary>
    internal ResultEffect Reconsider(TimeSpan untilNext, DateTimeOffset now)
    {
        if (Calculation is not null)
        {
            return Recalculate(now);
        }
        if (Monitor.IsDisabled)
        {
            return default;
        }

        HealthState before = State;
        bool wasDegraded = IsDegraded;
        uint mayChange = Local.MayChangeInSeconds(untilNext, now);
        if (Votes is null)
        {
            (_found, IsDegraded) = (Local.Judged.State, Local.IsDegraded);
        }
        else
        {
            Ballot ballot = Votes.Count(Local, mayChange);
            HealthState decided = VoteCount.Decide(_found, ballot.Up, ballot.Down, Votes.Rules);
            bool isHeld = _found == HealthState.Down && decided == HealthState.Up && _damping?.Holds(now) == true;
            _found = isHeld ? _found : decided;
            IsDegraded = _found == HealthState.Up && ballot.IsDegraded;
            mayChange = _found == HealthState.Unknown ? 1 : ballot.MayChangeInSeconds;
        }
        State = Effective(_found);

        if (State != before)
        {
            _returnedAt = before == HealthState.Down ? now : null;
            _damping?.Changed(now);
            Changed(Votes is null ? Local.Cause ?? "" : Votes.Explain(_found, Local), now);
        }

        bool isNews = Become(new MemberVerdict(State, mayChange) { ReductionPercent = ReductionPercentAt(now) });
        return new ResultEffect(before, State, isNews, Members) { PaceChanged = wasDegraded != IsDegraded && State == before };
    }

    /// <summary>Works the verdict of a calculated check out anew; what that changes is in the return value.</summary>
    internal ResultEffect Recalculate(DateTimeOffset now)
    {
        HealthState before = State;
        if (Calculation is not { } calculation || Monitor.IsDisabled)
        {
            return default;
        }

        // What cannot be told now leaves the verdict as it was: a reload or restart must not change an answer by itself.
        HealthState state = Effective(calculation.Evaluate());
        if (state != HealthState.Unknown)
        {
            State = state;
            Heard(now);
        }

        if (State != before)
        {
            Changed(calculation.Describe(), now);
        }

        bool isNews = Become(new MemberVerdict(State, State == HealthState.Unknown ? 1 : calculation.MayChangeInSeconds()));
        return new ResultEffect(before, State, isNews, Members);
    }

    private void Changed(string cause, DateTimeOffset now)
    {
        (Since, Cause) = (now, cause);
        History.Add(State, now, cause);
    }

    /// <summary>What counts, where the opposite of what is found may count.</summary>
    private HealthState Effective(HealthState found) => (Monitor.IsInverted, found) switch
    {
        (true, HealthState.Up) => HealthState.Down,
        (true, HealthState.Down) => HealthState.Up,
        _ => found,
    };

    private bool Become(MemberVerdict verdict)
    {
        bool isNews = verdict != _verdict;
        _verdict = verdict;
        return isNews;
    }

    private byte ReductionPercentAt(DateTimeOffset now)
    {
        if (State != HealthState.Up)
        {
            return 0;
        }

        int start = _returnedAt is { } returned ? SlowStart.PercentAt(now - returned, Monitor.SlowStart) : 100;
        int pace = IsDegraded && Monitor.Degraded is { } degraded ? degraded.WeightPercent : 100;
        return (byte)(100 - Math.Max(1, start * pace / 100));
    }
}
