using System.Globalization;
using Meridian.Control.ChangeLog;
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
    // 100 ms to 10 s: how soon a guard that fails is seen.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Running? _running;

    // The stage that its guard took back, and why, until the log has it: it must not begin again meanwhile.
    private (DateTimeOffset StartedAt, string Reason)? _returned;

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
                    isLast ? null : running.Document.StartedAt + (plan.Every * (running.Step + 1)));
            }
        }
    }

    public Task<ChangeOutcome> StageAsync(ProposedChange change, StagePlan plan, CancellationToken cancellationToken) =>
        changes.StageAsync(change, plan, parts.Time.GetUtcNow(), cancellationToken);

    public Task<ChangeOutcome?> PromoteAsync(string by, CancellationToken cancellationToken) => changes.PromoteStagedAsync(by, cancellationToken);

    public Task<ChangeOutcome?> AbortAsync(string by, string? reason, CancellationToken cancellationToken) =>
        changes.AbortStagedAsync(by, reason ?? "aborted", cancellationToken);

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
        (StageDocument Document, Candidate Current)? staged = await changes.FindStagedAsync(cancellationToken);
        if (staged is not { } found)
        {
            _returned = null;
            End();
            return;
        }
        if (_returned is { } returned && returned.StartedAt == found.Document.StartedAt)
        {
            await changes.AbortStagedAsync("meridian", returned.Reason, cancellationToken);
            return;
        }
        if (_running is null || _running.Document.StartedAt != found.Document.StartedAt || !ReferenceEquals(_running.Basis, found.Current.Snapshot))
        {
            // The current configuration may change meanwhile: the candidate is always that, with the staged change on top.
            if (await changes.BuildStagedAsync(cancellationToken) is not { } candidate)
            {
                logger.StageEnded(found.Document.Message, "it can no longer be applied to the current configuration");
                await changes.AbortStagedAsync("meridian", "it can no longer be applied to the current configuration", cancellationToken);
                End();
                return;
            }
            Begin(found.Document, found.Current.Snapshot, candidate);
        }
        Running running = _running!; // Made right above when it was not there.
        if (FailedGuard(running) is { } failure)
        {
            // Answers first, records then.
            _returned = (found.Document.StartedAt, failure);
            End();
            logger.StageReturned(found.Document.Message, failure);
            await changes.AbortStagedAsync("meridian", failure, cancellationToken);
            return;
        }
        int step = found.Document.Plan.StepAt(found.Document.StartedAt, parts.Time.GetUtcNow());
        if (step >= found.Document.Plan.Steps.Length)
        {
            if (found.Document.Plan.Steps[^1] >= 100)
            {
                await PromoteAtEndAsync(cancellationToken);
                return;
            }
            step = found.Document.Plan.Steps.Length - 1;
        }
        if (step != running.Step)
        {
            double percent = found.Document.Plan.Steps[step];
            parts.DataPlane.Stage(running.Plane, ClientStage.Create(percent / 100, running.Volumes));
            running.Step = step;
            logger.StageGrew(found.Document.Message, percent);
        }
    }

    private async Task PromoteAtEndAsync(CancellationToken cancellationToken)
    {
        ChangeOutcome? outcome = await changes.PromoteStagedAsync("meridian", cancellationToken);
        if (outcome is ChangeOutcome.Accepted accepted)
        {
            // Everybody is answered from it before nobody is answered from the stage any more.
            await changes.WaitForServingAsync(accepted.Revision.Number, cancellationToken);
            End();
        }
    }

    private void Begin(StageDocument document, DataPlaneSnapshot basis, Candidate candidate)
    {
        DataPlane plane = parts.DataPlane.CreateCandidate();
        parts.Follow(basis, candidate.Snapshot);
        plane.Publish(candidate.Snapshot, parts.Verdicts);
        lock (_lock)
        {
            bool isSame = _running?.Document.StartedAt == document.StartedAt;
            _running = new Running(document, basis, candidate.Snapshot, plane, isSame ? _running!.Volumes : parts.Volumes.Sum())
            {
                DownBefore = isSame ? _running!.DownBefore : [.. GuardedMembers(document, candidate.Snapshot).Where(IsDown)],
            };
        }
    }

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
        parts.DataPlane.EndStage();
        // What is about to be served, whose members may be new: its checks have begun already.
        if ((changes.Snapshot ?? parts.DataPlane.Snapshot) is { } snapshot)
        {
            parts.Follow(snapshot, null);
        }
    }

    /// <summary>What a guarding monitor says against the change; null while all hold.</summary>
    private string? FailedGuard(Running running)
    {
        foreach (MemberKey member in GuardedMembers(running.Document, running.Candidate).Where(member => IsDown(member) && !running.DownBefore.Contains(member)))
        {
            return string.Create(CultureInfo.InvariantCulture, $"taken back: a monitor that guards it says that {member} is down");
        }
        return null;
    }

    private static IEnumerable<MemberKey> GuardedMembers(StageDocument document, DataPlaneSnapshot candidate) =>
        candidate.Members.Where(slot => slot.Monitor is { } monitor && document.Plan.Guard.Contains(monitor.Name)).Select(slot => slot.Key);

    private bool IsDown(MemberKey member) => parts.Verdicts.GetVerdict(member).State == HealthState.Down;

    private sealed record Running(StageDocument Document, DataPlaneSnapshot Basis, DataPlaneSnapshot Candidate, DataPlane Plane, long[] Volumes)
    {
        /// <summary>What was down when it began has nothing to do with it.</summary>
        public HashSet<MemberKey> DownBefore { get; init; } = [];

        public int Step { get; set; } = -1;
    }
}
