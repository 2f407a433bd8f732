using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Observing;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Drilling;

/// <summary>
/// Plays the failure of a site for a share of the clients: a second state of the data plane in which its members are down, whatever
/// the checks say. Nothing else is touched, and it ends by itself: with its time, with a monitor that guards it, with a staged
/// change, with the server. One at a time.
/// </summary>
/// <param name="parts">What it works with.</param>
/// <param name="logger">What became of it.</param>
public sealed class DrillService(DrillParts parts, ILogger<DrillService> logger)
{
    // 100 ms to 10 s: how soon a guard that fails is seen.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    // 10 to 10,000 of each kind.
    private const int EventsMax = 200;

    // 10 s to 10 min: how often what is kept of a drill is brought up to date.
    private static readonly TimeSpan SettleEvery = TimeSpan.FromMinutes(1);

    // 1 h to 24 h: as long as a change is followed through the caches.
    private static readonly TimeSpan SettleFor = TimeSpan.FromHours(6);

    // 0 to 0.01. Less than that of the observed traffic is chance of the draws.
    private const double LostMax = 0.0005;

    private const string Staged = "a change was staged";
    private const string Fault = "a fault in the server ended it; its log has it";

    // 1 to 20: the rest is in the status.
    private const int NamedMax = 5;

    // 1 min to 1 h. Who scheduled a drill is there then, and not hours later.
    internal static readonly TimeSpan LateMax = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private DrillReport? _report;
    private Running? _running;
    private DateTimeOffset _settledAt;

    /// <summary>The drill that runs or waits, or the last one; null when there was none.</summary>
    public DrillReport? Report
    {
        get
        {
            lock (_lock)
            {
                return _report is null ? null : _report with { Moves = MovesOf(_report) };
            }
        }
    }

    /// <summary>The same as it is kept over a restart: its moves are those of a minute ago. The same object while nothing happens.</summary>
    internal DrillReport? Kept
    {
        get
        {
            lock (_lock)
            {
                return _report;
            }
        }
    }

    /// <summary>Takes over what an earlier run kept: a drill that waits goes on waiting, one that ran has ended with the server.</summary>
    internal void Restore(DrillReport kept)
    {
        lock (_lock)
        {
            _report = kept;
            DateTimeOffset now = parts.Time.GetUtcNow();
            if (kept is { EndedAt: null, StartedAt: not null })
            {
                Close("the server ended, and with it the drill");
            }
            else if (kept is { EndedAt: null, Plan.At: { } at } && at + LateMax < now)
            {
                Close("its time passed while the server was away");
            }
        }
    }

    /// <summary>Notes down that a step of a runbook was walked through.</summary>
    /// <returns>False when no drill runs.</returns>
    public bool Walk(string step)
    {
        lock (_lock)
        {
            if (_running is null || _report is not { } report)
            {
                return false;
            }
            if (report.Steps.Length < EventsMax)
            {
                _report = report with { Steps = report.Steps.Add(At(step)) };
            }
            return true;
        }
    }

    /// <summary>Begins one, or lets one wait for its time.</summary>
    /// <returns>Null when it is so; otherwise what speaks against it.</returns>
    public string? Begin(DrillPlan plan)
    {
        lock (_lock)
        {
            if (plan.Problem is { } problem)
            {
                return problem;
            }
            if (_report is { EndedAt: null })
            {
                return $"a drill of {_report.Plan.Site} runs or waits already; 'meridian drill stop' ends it";
            }
            bool waits = plan.At > parts.Time.GetUtcNow();
            // Of one that waits, what the world is like is asked when its time has come.
            if ((ProblemOf(plan, isUnattended: plan.IsUnattended && !waits) ?? (plan.IsUnattended && !waits ? UnfitFor() : null)) is { } objection)
            {
                return objection;
            }
            DrillReport? before = _report;
            _report = new DrillReport { Plan = plan };
            if (!waits && StartOrFail() is { } failure)
            {
                _report = before;
                return failure;
            }
            return null;
        }
    }

    /// <summary>Ends what runs or waits; false when nothing does.</summary>
    public bool Stop(string by)
    {
        lock (_lock)
        {
            if (_report is not { EndedAt: null })
            {
                return false;
            }
            End($"stopped by {by}");
            return true;
        }
    }

    /// <summary>Moves drills on, until cancelled; then everybody is answered as before.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Tick, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                StepOnce();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Looks once, and survives it: a fault in a drill ends the drill, and not the server.</summary>
    internal void StepOnce()
    {
        try
        {
            Step();
        }
        catch (Exception e)
        {
            logger.DrillFailed(e);
            lock (_lock)
            {
                Fail();
            }
        }
    }

    /// <summary>Looks once: whether it is time, whether its guards hold.</summary>
    internal void Step()
    {
        lock (_lock)
        {
            DateTimeOffset now = parts.Time.GetUtcNow();
            Settle(now);
            if (_report is not { EndedAt: null } report)
            {
                return;
            }
            if (_running is not { } running)
            {
                if (report.Plan.At <= now)
                {
                    StartOrGiveUp(report.Plan);
                }
                return;
            }
            foreach (string text in running.Watch.Look(running.Basis))
            {
                Note(text);
            }
            if (ReasonToEnd(running, report, now) is { } reason)
            {
                End(reason);
            }
            else if (!ReferenceEquals(running.Basis, parts.DataPlane.Snapshot))
            {
                GoOn(report.Plan);
            }
        }
    }

    private string? ReasonToEnd(Running running, DrillReport report, DateTimeOffset now)
    {
        if (parts.IsStaging() || !ReferenceEquals(parts.DataPlane.Staged, running.Candidate))
        {
            return Staged;
        }
        if (running.Watch.FailedGuard(running.Basis, report.Plan.StopIf) is { } failure)
        {
            return $"a monitor that guards it says that {failure} is down";
        }
        if (report.Plan.IsUnattended)
        {
            // Nobody is there to see it: any new trouble is enough.
            if (running.Watch.Broken(running.Cast.Down) is { } broken)
            {
                return $"{broken} went down meanwhile, and nobody attends it";
            }
            if (parts.Frozen() is { } frozen)
            {
                return $"health was frozen meanwhile ({frozen}), and nobody attends it";
            }
        }
        // By both clocks: one of the wall that is set back must not have it last longer.
        return now - report.StartedAt >= report.Plan.For || parts.Time.GetElapsedTime(running.StartedStamp) >= report.Plan.For
            ? "its time was over"
            : null;
    }

    /// <summary>Goes on with a new configuration, unless that speaks against it.</summary>
    private void GoOn(DrillPlan plan)
    {
        if (ProblemOf(plan, plan.IsUnattended) is { } objection)
        {
            End($"the configuration changed, and with the new one: {objection}");
        }
        else if (!Stage(plan))
        {
            End(Staged);
        }
        else
        {
            Note("the configuration changed; the drill goes on with the new one");
        }
    }

    /// <summary>What a plan names and the configuration has not; null when it has it all.</summary>
    internal string? UnknownIn(DrillPlan plan)
    {
        if (parts.DataPlane.Snapshot is not { } snapshot)
        {
            return "nothing is served yet";
        }
        if (!snapshot.Model.Sites.ContainsKey(plan.Site))
        {
            return $"there is no site '{plan.Site}'";
        }
        if (plan.StopIf.FirstOrDefault(monitor => !snapshot.Model.Monitors.ContainsKey(monitor)) is { } unknown)
        {
            return $"there is no monitor '{unknown}'";
        }
        return plan.StopIf.FirstOrDefault(monitor => !snapshot.Members.Any(slot => slot.Monitor?.Name == monitor)) is { } idle
            ? $"the monitor '{idle}' checks no member, and so would never end the drill; give it to a pool, or name another"
            : null;
    }

    /// <summary>What keeps a drill that nobody begins by hand from beginning: it is not the time for games.</summary>
    private string? UnfitFor()
    {
        if (parts.Frozen() is { } reason)
        {
            return $"health is frozen: {reason}";
        }
        if (parts.DataPlane.IsWarmingUp)
        {
            return "the server is warming up";
        }
        return MembersThatAre(HealthState.Down, "down already") ?? MembersThatAre(HealthState.Unknown, "not known to be up");
    }

    /// <summary>The checked members in a state, in words; null when there are none.</summary>
    private string? MembersThatAre(HealthState state, string words)
    {
        ImmutableArray<string> found =
        [
            .. parts.DataPlane.Snapshot?.Members.Where(slot => slot.Monitor is not null).Select(slot => slot.Key)
                .Where(member => parts.Verdicts.GetVerdict(member).State == state).Select(member => member.ToString()) ?? [],
        ];
        return found.IsEmpty ? null
            : $"{string.Join(", ", found.Take(NamedMax))}{(found.Length > NamedMax ? $" and {found.Length - NamedMax} more" : "")} {(found.Length == 1 ? "is" : "are")} {words}";
    }

    private string? ProblemOf(DrillPlan plan, bool isUnattended)
    {
        if (UnknownIn(plan) is { } unknown)
        {
            return unknown;
        }
        DataPlaneSnapshot snapshot = parts.DataPlane.Snapshot!; // Without one, everything is unknown.
        if (parts.IsStaging())
        {
            return "a change is staged; promote or abort it first";
        }
        DrillCast cast = DrillCast.Of(snapshot, plan.Site);
        if (cast.Down.IsEmpty)
        {
            return $"nothing of {plan.Site} can fail in a drill: {(cast.Spared.IsEmpty ? "it has no members" : string.Join("; ", cast.Spared))}";
        }
        // Who would get nothing in a drill would lose its service to a game.
        return ForecastOf(cast, plan) switch
        {
            // A person may play what nobody can foretell; what comes by itself must not.
            null when isUnattended => "no queries for steered names were observed lately, so nobody knows whether somebody would be left without an answer",
            { Lost: > LostMax } forecast => string.Create(
                CultureInfo.InvariantCulture, $"{forecast.Lost:P1} of the observed traffic would get no answer at all: that is a finding, and no drill"),
            _ => null,
        };
    }

    /// <summary>What would be if it were everybody's; null when nothing was observed that it could touch.</summary>
    private WhatIfResult? ForecastOf(DrillCast cast, DrillPlan plan) =>
        parts.WhatIf.Suppose([.. cast.Down.Select(member => new Supposition(member, HealthState.Down, null))], plan.Site) is { Queries: > 0 } forecast ? forecast : null;

    private void StartOrGiveUp(DrillPlan plan)
    {
        if ((ProblemOf(plan, isUnattended: true) ?? UnfitFor() ?? Start()) is { } objection)
        {
            Close($"it could not begin: {objection}");
        }
    }

    /// <summary>Starts; a fault is an objection like others, and leaves nothing behind.</summary>
    private string? StartOrFail()
    {
        try
        {
            return Start();
        }
        catch (Exception e)
        {
            logger.DrillFailed(e);
            Fail();
            return Fault;
        }
    }

    /// <returns>Null when it runs; otherwise what kept it from it.</returns>
    private string? Start()
    {
        DrillPlan plan = _report!.Plan; // Set by whoever calls.
        DateTimeOffset now = parts.Time.GetUtcNow();
        if (!Stage(plan) || _running is null)
        {
            return "a change was staged this moment; promote or abort it first";
        }
        _report = _report with { StartedAt = now };
        WhatIfResult? forecast = ForecastOf(_running.Cast, plan);
        _report = _report with
        {
            Members = [.. _running.Cast.Down.Select(member => member.ToString()).Order(StringComparer.Ordinal)],
            Spared = _running.Cast.Spared,
            Takes = TakesOf(_running.Stage),
            Forecast = forecast is null ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"for all clients it would move {forecast.Moved:P1}: {string.Join(", ", forecast.Sites.Select(site => $"{site.Name} {site.Before.ToString("P0", CultureInfo.InvariantCulture)} → {site.After.ToString("P0", CultureInfo.InvariantCulture)}"))}"),
        };
        parts.Propagation.Follow(_running.Before, _running.After, now.ToUnixTimeSeconds(), ReasonOf(plan, "begins"), parts.Population.NameOf, _running.Stage.Takes);
        logger.DrillBegan(plan.Site, plan.Share * 100, now + plan.For, plan.Author);
        return null;
    }

    /// <summary>Answers from a second state of the present configuration.</summary>
    /// <returns>False when something else has the place of it.</returns>
    private bool Stage(DrillPlan plan)
    {
        DataPlaneSnapshot snapshot = parts.DataPlane.Snapshot!; // Looked at before.
        DrillCast cast = DrillCast.Of(snapshot, plan.Site);
        // Its stamps are in one order with those of what it stands beside: the log of past states takes nothing that comes out of order.
        DataPlane candidate = parts.DataPlane.CreateCandidate(cast.Down);
        candidate.Publish(snapshot, parts.Verdicts);
        // Each drill draws its own lots, so that the same few are not always the ones.
        ClientStage stage = _running?.Stage ?? ClientStage.Create(plan.Share, parts.Volumes.Read(), (ulong)parts.Time.GetUtcNow().UtcTicks);
        DrillWatch watch = _running?.Watch ?? DrillWatch.Begin(parts.Verdicts, snapshot);
        Running next = new(snapshot, cast, stage, watch, candidate, parts.DataPlane.Suppose()!, candidate.Suppose()!) // Both have a snapshot.
        {
            StartedStamp = _running?.StartedStamp ?? parts.Time.GetTimestamp(),
        };
        if (!parts.DataPlane.Stage(candidate, stage, _running?.Candidate))
        {
            return false;
        }
        _running = next;
        return true;
    }

    private void End(string reason)
    {
        if (_running is { } running)
        {
            // No more than its own: a staged change may have the place by now.
            parts.DataPlane.EndStage(running.Candidate);
            _running = null;
            parts.Propagation.Follow(
                running.After, running.Before, parts.Time.GetUtcNow().ToUnixTimeSeconds(), ReasonOf(_report!.Plan, "ends"), parts.Population.NameOf, running.Stage.Takes);
        }
        Close(reason);
    }

    /// <summary>Takes back what a fault left of a drill, with as little as can fail.</summary>
    private void Fail()
    {
        if (_running is { } running)
        {
            _running = null;
            parts.DataPlane.EndStage(running.Candidate);
        }
        if (_report is { EndedAt: null })
        {
            Close(Fault);
        }
    }

    private void Close(string reason)
    {
        _report = _report! with { EndedAt = parts.Time.GetUtcNow(), Reason = reason }; // There is one whenever something ends.
        _settledAt = default;
        logger.DrillEnded(_report.Plan.Site, reason);
    }

    private static string TakesOf(ClientStage stage) => stage is { TakesNobody: true, Shortfall: { } nobody } ? nobody
        : stage.Observed is not { } observed
        ? string.Create(CultureInfo.InvariantCulture, $"{stage.Share * 100:0.##} % of the networks, by lot: nothing was observed yet")
        : stage.Shortfall ?? string.Create(CultureInfo.InvariantCulture, $"{observed * 100:0.#} % of the observed queries");

    private static string ReasonOf(DrillPlan plan, string what) => $"drill of {plan.Site} {what}";

    private ImmutableArray<string> MovesOf(DrillReport report)
    {
        if (report.StartedAt is not { } start)
        {
            return [];
        }
        ImmutableArray<string> seen =
        [
            .. parts.Propagation.ReadChanges()
                .Where(change => change.At >= start.ToUnixTimeSeconds() && change.Description.Contains($"(drill of {report.Plan.Site} ", StringComparison.Ordinal))
                .Select(PropagationOutput.Line).Reverse(),
        ];
        // After a restart nothing is seen of it any more: what was kept is all that is known.
        return seen.IsEmpty ? report.Moves : seen;
    }

    /// <summary>Brings what is kept up to date, so that the report of a drill says how far its clients moved after a restart too.</summary>
    private void Settle(DateTimeOffset now)
    {
        if (_report is { StartedAt: not null } report && now - _settledAt >= SettleEvery && now - (report.EndedAt ?? now) < SettleFor)
        {
            _settledAt = now;
            ImmutableArray<string> moves = MovesOf(report);
            if (!moves.SequenceEqual(report.Moves))
            {
                _report = report with { Moves = moves };
            }
        }
    }

    private void Note(string text)
    {
        if (_report is { } report && report.Events.Length < EventsMax)
        {
            _report = report with { Events = report.Events.Add(At(text)) };
        }
    }

    private string At(string text) => string.Create(CultureInfo.InvariantCulture, $"{parts.Time.GetUtcNow():HH:mm:ss}Z {text}");

    private sealed record Running(DataPlaneSnapshot Basis, DrillCast Cast, ClientStage Stage, DrillWatch Watch, DataPlane Candidate, DataPlane Before, DataPlane After)
    {
        /// <summary>When it began, by a clock that nobody sets.</summary>
        public required long StartedStamp { get; init; }
    }
}
