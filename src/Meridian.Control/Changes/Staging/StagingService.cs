using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Applying;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Publishing;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes.Staging;

/// <summary>
/// Lets a change meet the world in steps: a growing share of client networks is answered from it, and when a monitor that
/// guards it goes down, everybody is answered from the current configuration again, without anybody's doing.
/// </summary>
/// <param name="changes">The front door; the change becomes a revision when it is promoted.</param>
/// <param name="parts">What it works with.</param>
/// <param name="logger">What became of it.</param>
public sealed class StagingService(ChangeService changes, StagingParts parts, ILogger<StagingService> logger) : IStagedChanges
{
    private const string Itself = "meridian";

    // 100 ms to 10 s: how soon a guard that fails is seen.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Running? _running;

    // What of its own the data plane was given last: that it may replace and end, and nothing of a drill's.
    private DataPlane? _staged;

    // The stage that was taken back, by its document's version, and why, until the log has it: it must not begin again meanwhile.
    private (long Version, string Reason)? _returned;

    public StagedChange? Current
    {
        get
        {
            lock (_lock)
            {
                if (_running is not { } running)
                {
                    return null;
                }
                StagePlan plan = running.Document.Plan;
                bool isLast = running.Step >= plan.Steps.Length - 1 && plan.Steps[^1] < 100;
                return new StagedChange(
                    running.Document.StartedAt, running.Document.Author, running.Document.Message, plan,
                    running.Step < 0 ? 0 : plan.Steps[Math.Min(running.Step, plan.Steps.Length - 1)] / 100,
                    isLast ? null : running.Document.StartedAt + (plan.Every * (running.Step + 1)))
                {
                    Shortfall = running.Shortfall,
                };
            }
        }
    }

    public Task<ChangeOutcome> StageAsync(ProposedChange change, StagePlan plan, CancellationToken cancellationToken) =>
        changes.StageAsync(change, new StageStart(plan, parts.Time.GetUtcNow(), parts.Verdicts, parts.Volumes), cancellationToken);

    public Task<ChangeOutcome?> PromoteAsync(string by, CancellationToken cancellationToken) =>
        changes.PromoteStagedAsync(by, only: null, cancellationToken);

    public Task<ChangeOutcome?> AbortAsync(string by, string? reason, CancellationToken cancellationToken) =>
        changes.AbortStagedAsync(by, reason ?? "aborted", only: null, cancellationToken);

    /// <summary>Moves staged changes on, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Tick, parts.Time);
        try
        {
            do
            {
                try
                {
                    await StepAsync(cancellationToken);
                }
                catch (ChangeLogException e)
                {
                    // The next look tries again; what is served needs no store.
                    logger.StoreUnreadable(e.Message);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Looks once: what is staged, whether its guard holds, and how far it has come.</summary>
    internal async Task StepAsync(CancellationToken cancellationToken)
    {
        if (await changes.FindStagedAsync(cancellationToken) is not { } found)
        {
            _returned = null;
            await EndAsync(cancellationToken);
            return;
        }
        if (_returned is { } returned && returned.Version == found.Version)
        {
            await changes.AbortStagedAsync(Itself, returned.Reason, found.Version, cancellationToken);
            return;
        }
        if (await FollowAsync(found, cancellationToken) is not { } running)
        {
            return;
        }
        if (FailedGuard(running) is { } failure)
        {
            await TakeBackAsync(found, failure, cancellationToken);
            return;
        }
        StagePlan plan = found.Document.Plan;
        int step = plan.StepAt(found.Document.StartedAt, parts.Time.GetUtcNow());
        if (step >= plan.Steps.Length && plan.Steps[^1] >= 100)
        {
            await PromoteAtEndAsync(found, cancellationToken);
            return;
        }
        Grow(running, Math.Min(step, plan.Steps.Length - 1));
    }

    /// <summary>What a promotion that was not accepted says of the stage; null when it may be accepted the next time.</summary>
    private static string? ReasonAgainst(ChangeOutcome? outcome) => outcome switch
    {
        // The log is not there for the moment, or somebody else ended the stage: the next look tells.
        null or ChangeOutcome.Unavailable => null,
        ChangeOutcome.Conflict conflict when conflict.Key == StageDocument.Key => null,
        ChangeOutcome.Conflict conflict => $"somebody else changed {conflict.Key} meanwhile, which it relies on",
        ChangeOutcome.Invalid invalid => string.Join("; ", invalid.Errors),
        ChangeOutcome.Refused refused => $"the guard refuses it: {string.Join("; ", refused.Plan.Guard.Select(finding => finding.Message))}",
        ChangeOutcome.NotOwner other => $"{other.Key} belongs to {other.Owner}",
        _ => $"it was not accepted ({outcome.GetType().Name})",
    };

    /// <summary>Answers from the stage; the current configuration may change meanwhile, and the candidate is always that with the change on top.</summary>
    /// <returns>Null when the two no longer go together, and the stage has been taken back.</returns>
    private async Task<Running?> FollowAsync(FoundStage found, CancellationToken cancellationToken)
    {
        if (_running is { } running && running.Version == found.Version && ReferenceEquals(running.Basis, found.Current.Snapshot))
        {
            return running;
        }
        switch (await changes.BuildStagedAsync(cancellationToken))
        {
            case null:
                // Ended since it was found.
                return null;
            case { Candidate: { } candidate }:
                return Begin(found, candidate);
            case { Problem: var problem }:
                await TakeBackAsync(found, $"taken back: {problem}", cancellationToken);
                return null;
        }
    }

    private async Task PromoteAtEndAsync(FoundStage found, CancellationToken cancellationToken)
    {
        ChangeOutcome? outcome = await changes.PromoteStagedAsync(Itself, found.Version, cancellationToken);
        if (outcome is ChangeOutcome.Accepted)
        {
            await EndAsync(cancellationToken);
        }
        else if (ReasonAgainst(outcome) is { } reason)
        {
            await TakeBackAsync(found, $"taken back at its end: {reason}", cancellationToken);
        }
    }

    /// <summary>Everybody is answered as before: answers first, records then.</summary>
    private async Task TakeBackAsync(FoundStage found, string reason, CancellationToken cancellationToken)
    {
        _returned = (found.Version, reason);
        End();
        logger.StageReturned(found.Document.Message, reason);
        await changes.AbortStagedAsync(Itself, reason, found.Version, cancellationToken);
    }

    private Running Begin(FoundStage found, Candidate candidate)
    {
        DataPlane plane = parts.DataPlane.CreateCandidate();
        parts.Checks.Stage(candidate.Snapshot);
        plane.Publish(candidate.Snapshot, parts.Verdicts);
        lock (_lock)
        {
            long[] volumes = _running is { } before && before.Version == found.Version ? before.Volumes
                : found.Document.Volumes is { } stored ? StoredVolume.Restore(stored)
                : parts.Volumes.Read();
            return _running = new Running(found.Document, found.Version, found.Current.Snapshot, candidate.Snapshot, plane, volumes)
            {
                DownBefore = [.. found.Document.DownBefore.Select(member => new MemberKey(member.Pool, member.Target))],
            };
        }
    }

    private void Grow(Running running, int step)
    {
        // What the plane answers from is looked at, and not what it was told: the place may have been another's meanwhile.
        if (step == running.Step && ReferenceEquals(parts.DataPlane.Staged, running.Plane))
        {
            return;
        }
        double percent = running.Document.Plan.Steps[step];
        // Begun at the same moment, it is the same stage: a restart draws the same lots.
        ClientStage stage = ClientStage.Create(percent / 100, running.Volumes, (ulong)running.Document.StartedAt.UtcTicks);
        DataPlane? present = parts.DataPlane.Staged;
        if (!parts.DataPlane.Stage(running.Plane, stage, ReferenceEquals(present, _staged) ? present : null))
        {
            // A drill has the place, and leaves it within a second of seeing that a change is staged: the next look tries again.
            if (!running.IsWaiting)
            {
                logger.StageWaits(running.Document.Message);
            }
            (running.IsWaiting, running.Step) = (true, -1);
            return;
        }
        _staged = running.Plane;
        (running.IsWaiting, running.Step) = (false, step);
        running.Shortfall = stage.Shortfall;
        logger.StageGrew(running.Document.Message, percent);
    }

    /// <summary>Ends answering from a stage that is over.</summary>
    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_running is { } running && await changes.CurrentAsync(cancellationToken) is var current && IsIn(running.Document, current))
        {
            // It was promoted: everybody is answered from it before nobody is answered from the stage any more.
            await changes.WaitForServingAsync(current.Snapshot.Revision.Number, cancellationToken);
        }
        End();
    }

    private static bool IsIn(StageDocument staged, Candidate current) => staged.ToChanges().All(change =>
        current.Documents.TryFind(change.Key, out Document now) ? change.Body == now.Body : change.IsDelete);

    private void End()
    {
        lock (_lock)
        {
            if (_running is null)
            {
                return;
            }
            _running = null;
        }
        if (_staged is { } staged)
        {
            parts.DataPlane.EndStage(staged);
            _staged = null;
        }
        parts.Checks.EndStage(changes.Snapshot);
    }

    /// <summary>What a guarding monitor says against the change; null while all hold.</summary>
    private string? FailedGuard(Running running)
    {
        foreach (MemberKey member in running.Document.Plan.GuardedMembers(running.Candidate).Where(member => IsDown(member) && !running.DownBefore.Contains(member)))
        {
            return string.Create(CultureInfo.InvariantCulture, $"taken back: a monitor that guards it says that {member} is down");
        }
        return null;
    }

    private bool IsDown(MemberKey member) => parts.Verdicts.GetVerdict(member).State == HealthState.Down;

    private sealed record Running(
        StageDocument Document, long Version, DataPlaneSnapshot Basis, DataPlaneSnapshot Candidate, DataPlane Plane, long[] Volumes)
    {
        /// <summary>What was down when it began has nothing to do with it.</summary>
        public HashSet<MemberKey> DownBefore { get; init; } = [];

        public int Step { get; set; } = -1;

        /// <summary>Whether something else has the second state, so that nobody is answered from it yet.</summary>
        public bool IsWaiting { get; set; }

        /// <summary>What the step takes of the observed queries, where that is less than it says.</summary>
        public string? Shortfall { get; set; }
    }
}
