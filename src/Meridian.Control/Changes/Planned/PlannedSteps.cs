using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Publishing;
using Meridian.Dns.Names;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes.Planned;

/// <summary>Takes the steps of planned changes, each as one revision with the record of it.</summary>
/// <param name="changes">The front door.</param>
/// <param name="parts">What it works with.</param>
/// <param name="logger">What became of them.</param>
internal sealed class PlannedSteps(ChangeService changes, PlannedParts parts, ILogger logger)
{
    /// <summary>100 ms to 10 s: how late a step may be.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly AnswerCheck _answers = new(parts.DataPlane, parts.Limits, parts.Time);

    /// <summary>Takes the step that is due, if one is.</summary>
    public async Task TakeAsync(string id, PlannedDocument document, Candidate current, CancellationToken cancellationToken)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        switch (document.Step)
        {
            case PlannedStep.Waiting when now >= document.LowerAt:
                await LowerAsync(id, document, current, now, cancellationToken);
                break;
            case PlannedStep.Lowered when now >= document.ChangeAt:
                await ChangeAsync(id, document, current, now, cancellationToken);
                break;
            case PlannedStep.Changed:
                await WatchAsync(id, document, current, now, cancellationToken);
                break;
        }
    }

    /// <summary>Ends a plan before its change, and restores the TTL.</summary>
    public Task<ChangeOutcome?> CancelAsync(
        string id, PlannedDocument document, Candidate current, string by, string? reason, CancellationToken cancellationToken)
    {
        string note = $"cancelled by {by}{(reason is null ? "" : $": {reason}")}";
        return StepAsync(
            id, document, current, document with { Step = PlannedStep.Cancelled, EndedAt = parts.Time.GetUtcNow(), Note = note },
            PlannedRecords.RestoredTtl(document, current), by, $"cancel {id}: {document.Message}", reason ?? "the TTL is as it was", cancellationToken);
    }

    private async Task LowerAsync(string id, PlannedDocument document, Candidate current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (PlannedRecords.MovedSince(document, current) is { } moved)
        {
            await FailAsync(id, document, current, moved, [], cancellationToken);
            return;
        }
        ImmutableArray<DocumentChange> lowered = document.IsTtlLowered
            ? [DocumentChange.Put(document.RecordsKey, TtlEdit.WithTtl(document.Original.ToBody(), document.LowTtlSeconds))]
            : [];
        PlannedDocument next = document with { Step = PlannedStep.Lowered, LoweredAt = now };
        // A tick late is in time.
        if (next.ChangeAt > document.At + (2 * Tick))
        {
            next = next with { Note = string.Create(CultureInfo.InvariantCulture, $"the TTL was lowered late: caches may hold the old one until {next.ChangeAt:u}, and so the change waits") };
        }
        ChangeOutcome? outcome = await StepAsync(
            id, document, current, next, lowered, document.Author,
            string.Create(CultureInfo.InvariantCulture, $"{id}: lower the TTL of {document.Name} from {document.OldTtlSeconds} s to {document.LowTtlSeconds} s"),
            null, cancellationToken);
        await FailUnlessAsync(outcome, id, document, current, cancellationToken);
    }

    private async Task ChangeAsync(string id, PlannedDocument document, Candidate current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string? moved = PlannedRecords.MovedSince(document, current);
        if (moved is null && document.IsTtlLowered && PlannedRecords.ZoneOf(current.Model, document.RecordsKey) is { } zone
            && PlannedRecords.TtlOf(current.Model, zone, DomainName.Parse(document.Name)) is { } ttl && ttl > document.LowTtlSeconds)
        {
            moved = string.Create(CultureInfo.InvariantCulture, $"somebody raised the TTL of {document.Name} to {ttl} s meanwhile: caches may hold the old answer");
        }
        if (moved is not null)
        {
            await FailAsync(id, document, current, moved, PlannedRecords.RestoredTtl(document, current), cancellationToken);
            return;
        }
        ImmutableArray<DocumentChange> made =
        [
            .. PlannedDocument.Restore(document.Changes).Select(change => change.Key == document.RecordsKey && change.Body is { } body && document.IsTtlLowered
                // The TTL stays low until the change has held.
                ? DocumentChange.Put(change.Key, TtlEdit.WithTtl(body, document.LowTtlSeconds))
                : change),
        ];
        PlannedDocument next = document with { Step = PlannedStep.Changed, ChangedAt = now, Revision = (changes.Head?.Number ?? 0) + 1, Note = "" };
        ChangeOutcome? outcome = await StepAsync(
            id, document, current, next, made, document.Author, $"{document.Message} (planned as {id})", document.Reason, cancellationToken);
        await FailUnlessAsync(outcome, id, document, current, cancellationToken);
    }

    private async Task WatchAsync(string id, PlannedDocument document, Candidate current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        string? broken = AnswerCheck.FailedGuard(current, document.Guard, parts.Verdicts);
        bool isOver = now >= document.EndAt;
        if (broken is null && isOver)
        {
            broken = _answers.ProblemOf(current.Model, document);
        }
        if (broken is not null)
        {
            // What was there before has the TTL of before in it.
            await FailAsync(id, document, current, $"taken back: {broken}", PlannedDocument.Restore(document.Before), cancellationToken);
            return;
        }
        if (isOver)
        {
            await StepAsync(
                id, document, current, document with { Step = PlannedStep.Done, EndedAt = now, Note = "the change held" },
                PlannedRecords.RestoredTtl(document, current), document.Author, $"{id}: restore the TTL of {document.Name}", "the TTL is as it was before a planned change", cancellationToken);
        }
    }

    /// <summary>Ends a plan that cannot go on; what a refusal may be about is left as it is.</summary>
    private async Task FailUnlessAsync(ChangeOutcome? outcome, string id, PlannedDocument document, Candidate current, CancellationToken cancellationToken)
    {
        string? why = outcome switch
        {
            // Another writer was faster, or the log is not there for the moment: the next tick tries again.
            ChangeOutcome.Accepted or ChangeOutcome.Conflict or ChangeOutcome.Unavailable or null => null,
            ChangeOutcome.Refused refused => $"the guard refuses it: {string.Join("; ", refused.Plan.Guard.Select(finding => finding.Message))}",
            ChangeOutcome.Invalid invalid => string.Join("; ", invalid.Errors),
            ChangeOutcome.NotOwner other => $"{other.Key} belongs to {other.Owner}",
            _ => $"it was not accepted ({outcome.GetType().Name})",
        };
        if (why is not null)
        {
            await FailAsync(id, document, current, why, PlannedRecords.RestoredTtl(document, current), cancellationToken);
        }
    }

    private async Task FailAsync(
        string id, PlannedDocument document, Candidate current, string why, ImmutableArray<DocumentChange> undo, CancellationToken cancellationToken)
    {
        logger.PlanFailed(id, document.Message, why);
        await StepAsync(
            id, document, current, document with { Step = PlannedStep.Failed, EndedAt = parts.Time.GetUtcNow(), Note = why },
            undo, "meridian", $"end {id}: {document.Message}", why, cancellationToken);
    }

    /// <summary>One step: what it changes and the record of it, in one revision.</summary>
    private async Task<ChangeOutcome?> StepAsync(
        string id, PlannedDocument from, Candidate current, PlannedDocument to, ImmutableArray<DocumentChange> made,
        string author, string message, string? reason, CancellationToken cancellationToken)
    {
        DocumentKey key = PlannedDocument.KeyOf(id);
        if (!current.Documents.TryFind(key, out Document stored))
        {
            return null;
        }
        ChangeOutcome outcome = await changes.ApplyAsync(
            new ProposedChange
            {
                Changes = [.. made, DocumentChange.Put(key, to.ToBody())],
                Preconditions = [new Precondition(key, stored.Version), .. made.Select(change => new Precondition(change.Key, VersionOf(current, change.Key)))],
                Author = author,
                Origin = from.Origin,
                Message = message,
                Reason = reason,
            },
            cancellationToken);
        if (outcome is ChangeOutcome.Accepted)
        {
            logger.PlanStepped(id, to.Step.ToString().ToLowerInvariant(), from.Message);
        }
        return outcome;
    }

    private static long VersionOf(Candidate current, DocumentKey key) => current.Documents.TryFind(key, out Document found) ? found.Version : 0;
}
