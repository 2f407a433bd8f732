using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Publishing;
using Meridian.Dns.Names;
using Meridian.Engine.Model;
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
    // 100 ms to 10 s: how late a step may be.
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Ended plans that are kept to be looked at; 0 to 1,000. The revisions themselves stay in the history.</summary>
    private const int EndedKept = 16;

    /// <summary>Plans under way at once; 1 to 10,000: each is looked at every second.</summary>
    private const int OpenMax = 256;

    private readonly AnswerCheck _answers = new(parts.DataPlane, parts.Limits, parts.Time);

    // Written by the one that takes steps, read by whoever asks for the status.
    private volatile PlannedChange[] _open = [];

    public ImmutableArray<PlannedChange> Open => [.. _open];

    public async Task<(PlannedChange? Planned, ChangeOutcome Outcome)> PlanAsync(NewPlannedChange wanted, CancellationToken cancellationToken)
    {
        Candidate current = await changes.CurrentAsync(cancellationToken);
        if (wanted.Problem is { } problem || FindRecords(current, wanted, out DocumentKey key, out Document records, out uint oldTtl) is { } problem2 && (problem = problem2) is not null)
        {
            return (null, Invalid(problem));
        }
        // As it would be made today: whoever plans it is to see what is wrong with it now, not at night.
        if (!wanted.Change.Changes.IsEmpty && await changes.PlanAsync(wanted.Change, cancellationToken) is var dry && Objection(dry, wanted.Change.Reason) is { } objection)
        {
            return (null, objection);
        }
        if (ChangePlanner.ZonesToApprove(current.Model, [.. wanted.Change.Changes, DocumentChange.Put(key, records.Body)]) is [var zone, ..])
        {
            return (null, Invalid($"changes of zone '{zone}' take a second person, who has to be there: they cannot be planned ahead"));
        }
        PlannedDocument document = Compose(wanted, current, key, records, oldTtl);
        DateTimeOffset now = parts.Time.GetUtcNow();
        if (TooSoon(document, wanted, now) is { } tooSoon)
        {
            return (null, Invalid(tooSoon));
        }
        string id = string.Create(CultureInfo.InvariantCulture, $"c{(changes.Head?.Number ?? 0) + 1}");
        (ImmutableArray<DocumentChange> forgotten, string? refusal) = MakeRoom(current, wanted.Name);
        if (refusal is not null)
        {
            return (null, Invalid(refusal));
        }
        ChangeOutcome outcome = await changes.ApplyAsync(
            new ProposedChange
            {
                Changes = [.. forgotten, DocumentChange.Put(PlannedDocument.KeyOf(id), document.ToBody())],
                Preconditions = [new Precondition(PlannedDocument.KeyOf(id), 0), new Precondition(key, records.Version)],
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
        return [.. All(current).Select(one => one.Document.ToPlanned(one.Id)).OrderBy(planned => planned.At).ThenBy(planned => planned.Id, StringComparer.Ordinal)];
    }

    public async Task<ChangeOutcome?> CancelAsync(string id, string by, string? reason, CancellationToken cancellationToken)
    {
        Candidate current = await changes.CurrentAsync(cancellationToken);
        if (All(current).FirstOrDefault(one => one.Id == id) is not { Document: { } document })
        {
            return null;
        }
        if (document.Step is not (PlannedStep.Waiting or PlannedStep.Lowered))
        {
            return Invalid(document.HasEnded
                ? $"{id} has ended: {document.Step.ToString().ToLowerInvariant()}"
                : $"{id} has made its change (revision {document.Revision}): 'meridian rollback' takes that back, and the TTL is restored when it has been watched");
        }
        string note = $"cancelled by {by}{(reason is null ? "" : $": {reason}")}";
        return await StepAsync(
            id, document, current, document with { Step = PlannedStep.Cancelled, EndedAt = parts.Time.GetUtcNow(), Note = note },
            RestoredTtl(document, current), by, $"cancel {id}: {document.Message}", reason ?? "the TTL is as it was", cancellationToken);
    }

    /// <summary>Takes steps when they are due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Tick, parts.Time);
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
        // Looked at anew for each: the step of one changes what the next one finds.
        ImmutableArray<string> open = [.. All(await changes.CurrentAsync(cancellationToken)).Where(one => !one.Document.HasEnded).Select(one => one.Id)];
        foreach (string id in open)
        {
            Candidate current = await changes.CurrentAsync(cancellationToken);
            if (All(current).FirstOrDefault(one => one.Id == id) is not { Document: { HasEnded: false } document })
            {
                continue;
            }
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
        _open = [.. (await ListAsync(cancellationToken)).Where(planned => planned.Step is PlannedStep.Waiting or PlannedStep.Lowered or PlannedStep.Changed)];
    }

    private async Task LowerAsync(string id, PlannedDocument document, Candidate current, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (MovedSince(document, current) is { } moved)
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
        string? moved = MovedSince(document, current);
        if (moved is null && document.IsTtlLowered && TtlOf(current.Model, DomainName.Parse(document.Name)) is { } ttl && ttl > document.LowTtlSeconds)
        {
            moved = string.Create(CultureInfo.InvariantCulture, $"somebody raised the TTL of {document.Name} to {ttl} s meanwhile: caches may hold the old answer");
        }
        if (moved is not null)
        {
            await FailAsync(id, document, current, moved, RestoredTtl(document, current), cancellationToken);
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
            broken = _answers.ProblemOf(current.Model, DomainName.Parse(document.Name));
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
                RestoredTtl(document, current), document.Author, $"{id}: restore the TTL of {document.Name}", "the TTL is as it was before a planned change", cancellationToken);
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
            await FailAsync(id, document, current, why, RestoredTtl(document, current), cancellationToken);
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

    /// <summary>The records of the name as they are, with the TTL that they are to have; nothing where that is so already.</summary>
    private static ImmutableArray<DocumentChange> RestoredTtl(PlannedDocument document, Candidate current)
    {
        if (document.LoweredAt is null || !document.IsTtlLowered || !current.Documents.TryFind(document.RecordsKey, out Document records))
        {
            return [];
        }
        DocumentBody wanted = document.Step == PlannedStep.Changed
            && PlannedDocument.Restore(document.Changes).FirstOrDefault(change => change.Key == document.RecordsKey) is { Body: { } changed }
            ? changed
            : document.Original.ToBody();
        return [DocumentChange.Put(document.RecordsKey, TtlEdit.WithTtlsOf(records.Body, wanted))];
    }

    /// <summary>What somebody changed since the plan was made, in words; null when nothing that it is about.</summary>
    private static string? MovedSince(PlannedDocument document, Candidate current)
    {
        foreach (DocumentChange before in PlannedDocument.Restore(document.Before))
        {
            DocumentBody? now = current.Documents.TryFind(before.Key, out Document found) ? found.Body : null;
            if (before.Key == document.RecordsKey && now is { } lowered && before.Body is { } original)
            {
                now = TtlEdit.WithTtlsOf(lowered, original);
            }
            bool isSame = (now, before.Body) switch
            {
                (null, null) => true,
                ({ } one, { } other) => JsonNode.DeepEquals(JsonNode.Parse(one.Utf8), JsonNode.Parse(other.Utf8)),
                _ => false,
            };
            if (!isSame)
            {
                return $"somebody changed {before.Key} after this was planned";
            }
        }
        return null;
    }

    private PlannedDocument Compose(NewPlannedChange wanted, Candidate current, DocumentKey key, Document records, uint oldTtl)
    {
        TimeSpan tail = wanted.Tail ?? parts.MeasuredTail(wanted.Name) ?? TimeSpan.Zero;
        IEnumerable<DocumentKey> touched = wanted.Change.Changes.Select(change => change.Key).Append(key).Distinct();
        return new PlannedDocument
        {
            Name = wanted.Name.ToString(),
            Records = key.Name,
            At = wanted.At,
            OldTtlSeconds = oldTtl,
            LowTtlSeconds = wanted.LowTtlSeconds,
            TailSeconds = tail.TotalSeconds,
            VerifySeconds = (wanted.VerifyFor ?? TimeSpan.FromSeconds(2 * wanted.LowTtlSeconds) + tail).TotalSeconds,
            Guard = wanted.Guard,
            IsForced = wanted.IsForced,
            Author = wanted.Change.Author,
            Origin = wanted.Change.Origin,
            Message = wanted.Change.Message,
            Reason = wanted.Change.Reason,
            Changes = PendingDocument.Store(wanted.Change.Changes),
            Before = PendingDocument.Store([.. touched.Select(one => new DocumentChange(one, current.Documents.TryFind(one, out Document found) ? found.Body : null))]),
            Original = records.Body.ToElement(),
        };
    }

    private static string? TooSoon(PlannedDocument document, NewPlannedChange wanted, DateTimeOffset now)
    {
        if (wanted.At < now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{wanted.At:u} is over");
        }
        return document.LowerAt >= now || wanted.IsForced
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"caches may hold {document.Name} for {document.OldTtlSeconds} s{(document.TailSeconds > 0 ? $" and {document.TailSeconds:0} s more, as measured" : "")}: the earliest time is {now + document.Wait:u}; --force makes the change at {wanted.At:u} all the same, and some clients then follow late");
    }

    /// <summary>Ended plans give way to new ones; one name has one plan at a time.</summary>
    private static (ImmutableArray<DocumentChange> Forgotten, string? Refusal) MakeRoom(Candidate current, DomainName name)
    {
        ImmutableArray<(string Id, PlannedDocument Document)> all = All(current);
        if (all.FirstOrDefault(one => !one.Document.HasEnded && one.Document.Name == name.ToString()) is { Id: { } other })
        {
            return ([], $"{name} has a planned change already: {other}");
        }
        if (all.Count(one => !one.Document.HasEnded) >= OpenMax)
        {
            return ([], $"at most {OpenMax} changes are planned at once");
        }
        return ([.. all.Where(one => one.Document.HasEnded).OrderByDescending(one => one.Document.EndedAt).Skip(EndedKept - 1).Select(one => DocumentChange.Delete(PlannedDocument.KeyOf(one.Id)))], null);
    }

    private static string? FindRecords(Candidate current, NewPlannedChange wanted, out DocumentKey key, out Document records, out uint ttl)
    {
        (key, records, ttl) = (default, default, 0);
        ZoneModel? zone = current.Model.Zones.Values.Where(one => wanted.Name.IsSubdomainOf(one.Apex)).MaxBy(one => one.Apex.Wire.Length);
        if (zone is null)
        {
            return $"{wanted.Name} is in no zone of this server";
        }
        key = new DocumentKey(DocumentKinds.Records, RecordsName.Of(zone.Key, wanted.Name));
        if (!current.Documents.TryFind(key, out records) || TtlOf(current.Model, wanted.Name) is not { } found)
        {
            return $"{wanted.Name} has no records of its own";
        }
        ttl = found;
        return wanted.Guard.FirstOrDefault(monitor => !current.Model.Monitors.ContainsKey(monitor)) is { } unknown ? $"there is no monitor '{unknown}' to guard it" : null;
    }

    /// <summary>The longest TTL among a name's records; null when it has none.</summary>
    private static uint? TtlOf(MeridianModel model, DomainName name) => model.Zones.Values
        .SelectMany(zone => zone.RRsets.Where(rrset => rrset.Owner == name).Select(rrset =>
            (uint?)(rrset.TtlSeconds ?? (rrset.Steering is { } steering ? model.Policies[steering.Policy].TtlSeconds : null) ?? zone.DefaultTtlSeconds)))
        .Max();

    private static ImmutableArray<(string Id, PlannedDocument Document)> All(Candidate current) =>
    [
        .. current.Documents.Where(document => document.Key.Kind == PlannedDocument.Kind)
            .Select(document => (document.Key.Name, Document: PlannedDocument.TryRead(document.Body)))
            .Where(one => one.Document is not null).Select(one => (one.Name, one.Document!)), // Filtered.
    ];

    private static long VersionOf(Candidate current, DocumentKey key) => current.Documents.TryFind(key, out Document found) ? found.Version : 0;

    /// <summary>What speaks against a change; null when it would be accepted today.</summary>
    private static ChangeOutcome? Objection(ChangeOutcome dry, string? reason) => dry switch
    {
        ChangeOutcome.Planned { Plan.Guard.IsEmpty: false } planned when reason is null => new ChangeOutcome.Refused(planned.Plan),
        ChangeOutcome.Planned or ChangeOutcome.Unchanged => null,
        _ => dry,
    };

    private static ChangeOutcome.Invalid Invalid(string problem) => new([new ChangeError(null, "", problem, null)]);
}
