using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Publishing;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes.Planned;

/// <summary>
/// Makes changes at their time, with caches ready for them: the TTL of the name is lowered one old TTL (and the measured
/// tail) ahead, the change is made, watched, and taken back when it does not hold, and the TTL is restored. Every step is
/// one revision of the log with its own record in it, so a restart at any moment goes on from what was done.
/// </summary>
/// <param name="changes">The front door.</param>
/// <param name="parts">What it works with.</param>
/// <param name="logger">What became of it.</param>
public sealed class PlannedChangeService(ChangeService changes, PlannedParts parts, ILogger<PlannedChangeService> logger) : IPlannedChanges
{
    private readonly PlannedSteps _steps = new(changes, parts, logger);

    // Written by the one that takes steps, read by whoever asks for the status.
    private volatile PlannedChange[] _open = [];

    // A configuration without open plans: going through a million documents every second finds none either.
    private DocumentSet? _idle;

    public ImmutableArray<PlannedChange> Open => [.. _open];

    public async Task<(PlannedChange? Planned, ChangeOutcome Outcome)> PlanAsync(NewPlannedChange wanted, CancellationToken cancellationToken)
    {
        Candidate current = await changes.CurrentAsync(cancellationToken);
        if (wanted.Problem is { } invalid)
        {
            return (null, Invalid(invalid));
        }
        if (PlannedDraft.FindRecords(current, wanted, out Document records, out uint oldTtl) is { } missing)
        {
            return (null, Invalid(missing));
        }
        // As it would be made today: whoever plans it is to see what is wrong with it now, not at night.
        ChangeOutcome? dry = wanted.Change.Changes.IsEmpty ? null : await changes.PlanAsync(wanted.Change, cancellationToken);
        if (dry is not null && Objection(dry, wanted.Change.Reason) is { } objection)
        {
            return (null, objection);
        }
        // The records' TTL goes down first, which is a change of its own.
        ImmutableArray<string> asking = ChangePlanner.ZonesToApprove(current.Model, current.Model, [DocumentChange.Put(records.Key, records.Body)]);
        if ((dry is ChangeOutcome.Planned { Plan.ZonesToApprove: [_, ..] zones } ? zones : asking) is [var zone, ..])
        {
            return (null, Invalid($"changes of zone '{zone}' take a second person, who has to be there: they cannot be planned ahead"));
        }
        PlannedDocument document = PlannedDraft.Compose(wanted, current, records, oldTtl, parts.MeasuredTail(wanted.Name));
        if (PlannedDraft.TooSoon(document, wanted, parts.Time.GetUtcNow()) is { } tooSoon)
        {
            return (null, Invalid(tooSoon));
        }
        (ImmutableArray<DocumentChange> forgotten, string? refusal) = PlannedBook.MakeRoom(current, records.Key, wanted.Name);
        if (refusal is not null)
        {
            return (null, Invalid(refusal));
        }
        string id = string.Create(CultureInfo.InvariantCulture, $"c{(changes.Head?.Number ?? 0) + 1}");
        ChangeOutcome outcome = await changes.ApplyAsync(
            new ProposedChange
            {
                Changes = [.. forgotten, DocumentChange.Put(PlannedDocument.KeyOf(id), document.ToBody())],
                Preconditions = [new Precondition(PlannedDocument.KeyOf(id), 0), new Precondition(records.Key, records.Version)],
                Author = wanted.Change.Author,
                Origin = wanted.Change.Origin,
                Message = string.Create(CultureInfo.InvariantCulture, $"plan for {wanted.At:u}: {wanted.Change.Message}"),
            },
            cancellationToken);
        return (outcome is ChangeOutcome.Accepted ? document.ToPlanned(id) : null, outcome);
    }

    public async Task<ImmutableArray<PlannedChange>> ListAsync(CancellationToken cancellationToken)
    {
        Candidate current = await changes.CurrentAsync(cancellationToken);
        return
        [
            .. PlannedBook.All(current).Select(one => one.Document.ToPlanned(one.Id))
                .OrderBy(planned => planned.At).ThenBy(planned => planned.Id, StringComparer.Ordinal),
        ];
    }

    public async Task<ChangeOutcome?> CancelAsync(string id, string by, string? reason, CancellationToken cancellationToken)
    {
        Candidate current = await changes.CurrentAsync(cancellationToken);
        if (PlannedBook.Find(current, id) is not { } document)
        {
            return null;
        }
        if (document.Step is not (PlannedStep.Waiting or PlannedStep.Lowered))
        {
            return Invalid(document.HasEnded
                ? $"{id} has ended: {document.Step.ToString().ToLowerInvariant()}"
                : $"{id} has made its change (revision {document.Revision}): 'meridian rollback' takes that back, and the TTL is restored when it has been watched");
        }
        return await _steps.CancelAsync(id, document, current, by, reason, cancellationToken);
    }

    /// <summary>Takes steps when they are due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(PlannedSteps.Tick, parts.Time);
        try
        {
            do
            {
                try
                {
                    await StepAllAsync(cancellationToken);
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

    /// <summary>Looks once at every plan that is under way.</summary>
    internal async Task StepAllAsync(CancellationToken cancellationToken)
    {
        Candidate first = await changes.CurrentAsync(cancellationToken);
        if (ReferenceEquals(first.Documents, _idle))
        {
            return;
        }
        // Looked at anew for each: the step of one changes what the next one finds.
        ImmutableArray<string> open = [.. PlannedBook.All(first).Where(one => !one.Document.HasEnded).Select(one => one.Id)];
        _idle = open.IsEmpty ? first.Documents : null;
        foreach (string id in open)
        {
            Candidate current = await changes.CurrentAsync(cancellationToken);
            if (PlannedBook.Find(current, id) is { HasEnded: false } document)
            {
                await _steps.TakeAsync(id, document, current, cancellationToken);
            }
        }
        _open = [.. (await ListAsync(cancellationToken)).Where(planned => planned.Step is PlannedStep.Waiting or PlannedStep.Lowered or PlannedStep.Changed)];
    }

    /// <summary>What speaks against a change; null when it would be accepted today.</summary>
    private static ChangeOutcome? Objection(ChangeOutcome dry, string? reason) => dry switch
    {
        ChangeOutcome.Planned { Plan.Guard.IsEmpty: false } planned when reason is null => new ChangeOutcome.Refused(planned.Plan),
        ChangeOutcome.Planned or ChangeOutcome.Unchanged => null,
        _ => dry,
    };

    private static ChangeOutcome.Invalid Invalid(string problem) => new([new ChangeError(null, "", problem, null)]);
}
