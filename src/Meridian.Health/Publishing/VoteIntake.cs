using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;

namespace Meridian.Health.Publishing;

/// <summary>
/// Takes in what changes votes: what vantage points elsewhere say, which of them are heard, and whether this one sees.
/// Guarded by the engine's lock, which its callers hold.
/// </summary>
internal sealed class VoteIntake(
    CheckTable table, VantageTable vantages, Sight sight, ResultIntake intake, HealthOptions options, TimeProvider time)
{
    // Failures that wait for the proof that this vantage point sees.
    private readonly HashSet<Check> _unproven = [];
    private ImmutableDictionary<string, VantagePointModel> _others = ImmutableDictionary<string, VantagePointModel>.Empty;

    /// <summary>Whether failures wait, and reference targets should be asked now.</summary>
    internal bool NeedsProof => _unproven.Count > 0 && !sight.IsBlind;

    /// <summary>Follows a new configuration, before the checks follow it.</summary>
    internal void Follow(VantageModel local, ImmutableDictionary<string, VantagePointModel> others)
    {
        _others = others;
        foreach (Vantage gone in vantages.Follow(local, others.Values))
        {
            gone.Stream?.End();
        }

        if (sight.Follow(local.References.Count > 0))
        {
            vantages.Local.State = VantageState.Sighted;
        }
    }

    /// <summary>Gives every check its voters, and tells vantage points that their work may have changed.</summary>
    internal void FollowChecks()
    {
        foreach (Check check in table.Checks)
        {
            check.Votes?.Follow(vantages.Of(check.Votes.Rules));
            check.IsProbedHere = check.Calculation is null && !check.Monitor.IsDisabled && check.Votes?.IsLocalAsked != false;
        }

        _unproven.RemoveWhere(check => table.Find(check.Id) != check);
        foreach (Vantage vantage in vantages.All)
        {
            vantage.Stream?.Signal();
        }
    }

    /// <summary>What follows for the others from the result of a probe that was made here.</summary>
    internal ResultEffect Follow(Check check, ProbeResult result, TimeSpan startedAt, TimeSpan now)
    {
        if (check.Local.IsUnproven)
        {
            _unproven.Add(check);
        }

        return result.Outcome == ProbeOutcome.Success && sight.IsWatched && IsSight(check) ? Reached(startedAt, now) : default;
    }

    /// <summary>Something was reached from here by an attempt that began then.</summary>
    internal ResultEffect Reached(TimeSpan startedAt, TimeSpan now)
    {
        bool sees = sight.Reached(startedAt);
        List<(Check, ResultEffect)> effects = [];
        foreach (Check check in _unproven)
        {
            if (check.Local.Prove(sight, time.GetUtcNow()))
            {
                effects.Add((check, intake.Reconsider(check, now)));
            }
        }

        _unproven.RemoveWhere(check => !check.Local.IsUnproven);
        return sees
            ? Move(vantages.Local, VantageState.Sighted, "reaches something again", now)
            : effects.Count > 0 ? new ResultEffect { Members = [], Following = effects } : default;
    }

    /// <summary>No reference target was reached from here by attempts that began then.</summary>
    internal ResultEffect ReachedNone(TimeSpan startedAt, string remark, TimeSpan now)
    {
        if (!sight.ReachedNone(startedAt))
        {
            return default;
        }

        foreach (Check check in table.Checks)
        {
            check.Local.Discard();
        }

        _unproven.Clear();
        return Move(vantages.Local, VantageState.Blind, remark, now);
    }

    internal VantagePointModel? FindModel(string name) => _others.GetValueOrDefault(name);

    /// <summary>A vantage point elsewhere has connected; null when there is none of this name. It speaks by its newest stream.</summary>
    internal VoteStream? Join(string name, string address, TimeSpan now)
    {
        if (vantages.Find(name) is not { IsLocal: false } vantage)
        {
            return null;
        }

        vantage.Stream?.End();
        vantage.Stream = new VoteStream(name, address);
        (vantage.Address, vantage.LastAddress) = (address, address);
        Hear(vantage, now);
        vantage.Stream.Signal();
        return vantage.Stream;
    }

    internal ResultEffect Leave(VoteStream stream, TimeSpan now)
    {
        if (vantages.Find(stream.Vantage) is not { } vantage || vantage.Stream != stream)
        {
            return default;
        }

        stream.End();
        (vantage.Stream, vantage.Address) = (null, null);
        return Move(vantage, VantageState.Absent, "the connection ended", now);
    }

    /// <summary>What a vantage point is to check; null when the stream speaks for nobody any more.</summary>
    internal Assignment? Assign(VoteStream stream)
    {
        if (Speaker(stream) is not { } vantage)
        {
            return null;
        }

        ImmutableArray<IPEndPoint> references = _others.GetValueOrDefault(vantage.Name) is { } model ? [.. model.References] : [];
        return new Assignment(
            [.. table.Checks.Where(check => check.Votes?.Asks(vantage) == true).Select(check => new AssignedCheck(check.Id, check.Key))],
            references);
    }

    /// <summary>A vantage point renews all that it said, and says whether it sees.</summary>
    internal ResultEffect TakeBeat(VoteStream stream, bool isBlind, string remark, TimeSpan now)
    {
        if (Speaker(stream) is not { } vantage)
        {
            return default;
        }

        Hear(vantage, now);
        return Move(vantage, isBlind ? VantageState.Blind : VantageState.Sighted, remark, now);
    }

    /// <summary>A vantage point votes. What it says of a check that is gone, or that it was not asked, is passed over.</summary>
    internal ResultEffect TakeVote(VoteStream stream, in CheckReport report, TimeSpan now)
    {
        if (Speaker(stream) is not { } vantage || table.Find(report.Id) is not { Votes: { } votes } check || !votes.Asks(vantage))
        {
            return default;
        }

        RemoteVote vote = votes.Of(vantage);
        (vote.State, vote.Since, vote.Cause) = (report.State, report.Since, report.Cause);
        (vote.MayChangeInSeconds, vote.IsDegraded) = (report.MayChangeInSeconds, report.IsDegraded);
        vote.LastResultAt = report.LastResultAt ?? vote.LastResultAt;
        if (!vantage.IsSighted)
        {
            return default;
        }

        check.Heard(time.GetUtcNow());
        return One(check, now);
    }

    /// <summary>A vantage point shows an attempt: evidence, not a vote.</summary>
    internal void TakeAttempt(VoteStream stream, long id, ProbeAttempt attempt)
    {
        if (Speaker(stream) is { } vantage && table.Find(id) is { Votes: { } votes } && votes.Asks(vantage))
        {
            RemoteVote vote = votes.Of(vantage);
            vote.Attempts.Add(attempt);
            vote.LastResultAt = time.GetUtcNow();
        }
    }

    /// <summary>Vantage points that were not heard for too long lose their voice, and what was held down for a time is looked at again. Called now and then.</summary>
    internal List<ResultEffect> Tick(TimeSpan now)
    {
        List<ResultEffect> effects = [];
        foreach (Vantage vantage in vantages.All)
        {
            bool isSilent = vantage is { IsLocal: false, State: VantageState.Sighted or VantageState.Blind }
                && now - vantage.HeardElapsed > options.StaleAfter;
            if (isSilent)
            {
                effects.Add(Move(vantage, VantageState.Stale, $"not heard for {DurationText.Format(now - vantage.HeardElapsed)}", now));
            }
        }

        DateTimeOffset date = time.GetUtcNow();
        effects.AddRange(table.Checks
            .Where(check => check.Votes is not null && check.HeldUntil <= date)
            .Select(check => One(check, now)));
        return effects;
    }

    // What answers on this machine, or asks no member at all, says nothing of the network.
    private static bool IsSight(Check check) =>
        check.Monitor.Type is not (MonitorType.Push or MonitorType.Script or MonitorType.Prometheus or MonitorType.Calculated)
        && !(check.Key.Target.Address is { } address && IPAddress.IsLoopback(address));

    private void Hear(Vantage vantage, TimeSpan now) => (vantage.HeardAt, vantage.HeardElapsed) = (time.GetUtcNow(), now);

    private Vantage? Speaker(VoteStream stream) => vantages.Find(stream.Vantage) is { } vantage && vantage.Stream == stream ? vantage : null;

    private ResultEffect One(Check check, TimeSpan now)
    {
        ResultEffect effect = intake.Reconsider(check, now);
        return effect.IsNews ? new ResultEffect { Members = [], Following = [(check, effect)] } : default;
    }

    /// <summary>A vantage point stands otherwise: every verdict that it has a part in is worked out anew.</summary>
    private ResultEffect Move(Vantage vantage, VantageState to, string remark, TimeSpan now)
    {
        VantageState from = vantage.State;
        vantage.Remark = remark;
        if (from == to)
        {
            return default;
        }

        (vantage.State, vantage.Since) = (to, time.GetUtcNow());
        List<(Check, ResultEffect)> effects = [];
        foreach (Check check in table.Checks)
        {
            if (check.Votes?.Asks(vantage) == true)
            {
                effects.Add((check, intake.Reconsider(check, now)));
            }
        }

        VantageChange change = new(vantage.Name, from, to, remark, vantages.All.Count(one => one.IsSighted), vantages.All.Count);
        return new ResultEffect { Members = [], Following = effects, Vantage = change };
    }
}
