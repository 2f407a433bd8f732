using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes;

/// <summary>
/// The front door where the store is the truth. Changes are checked one after another against the configuration that they
/// will meet; what is accepted is durable first and published then.
/// </summary>
public sealed partial class ChangeService : IChangeService, IDisposable
{
    /// <summary>Tells the point that serials count from from the revisions of files in the same ledger.</summary>
    private const string AnchorDigest = "store";

    private readonly ChangeServiceParts _parts;
    private readonly ILogger _logger;
    private readonly ConfigurationLimits _limits;
    private readonly CandidateBuilder _builder;
    private readonly ChangePlanner _planner;
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Only under the turn, but for reading the reference.
    private volatile Candidate? _current;
    private long _number;
    private RevisionInfo _anchor = new(0, 0, "", DateTimeOffset.UnixEpoch);

    public ChangeService(ChangeServiceParts parts, ILogger<ChangeService> logger)
    {
        _parts = parts;
        _logger = logger;
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(parts.Time) with { BaseDirectory = parts.BaseDirectory };
        _limits = options.Limits;
        _builder = new CandidateBuilder(new DocumentReader(new ConfigurationLoader(parts.Files, options), _limits), parts.Compiler);
        _planner = new ChangePlanner(parts.Verdicts);
    }

    public Revision? Head => _parts.Log.Head;

    public IChangeLog? Log => _parts.Log;

    /// <summary>What is served, or about to be; null before <see cref="StartAsync"/>.</summary>
    public MeridianModel? Model => _current?.Model;

    /// <summary>What is served, as the reader left it; null before the start.</summary>
    public LoadResult? Loaded => _current?.Loaded;

    /// <summary>Why the newest revision of the log is not served; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the newest state of the log and publishes it.</summary>
    /// <returns>Empty, or why it cannot be served.</returns>
    public async Task<ImmutableArray<ChangeError>> StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            using DocumentState state = await _parts.Log.StateAsync(cancellationToken);
            DocumentSet documents = DocumentSet.Of(state.Read());
            _number = state.At?.Number ?? 0;
            _anchor = AnchorSerials();
            CandidateResult built = _builder.Build(documents, [], RevisionOf(documents, _number), basis: null);
            if (built.Candidate is not { } candidate)
            {
                return built.Errors;
            }
            _current = candidate;
            await _parts.Publisher.PublishAsync(candidate.Snapshot, cancellationToken);
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Follows the log: what others append to it is served too. Ends when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task publishing = _parts.Publisher.RunAsync(cancellationToken);
        try
        {
            await foreach (LogEntry entry in _parts.Log.WatchAsync(_number, cancellationToken))
            {
                await _turn.WaitAsync(cancellationToken);
                try
                {
                    await CatchUpAsync(entry.Revision.Number, cancellationToken);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
        await publishing;
    }

    public async Task<ChangeOutcome> PlanAsync(ProposedChange change, CancellationToken cancellationToken) =>
        await ApplyAsync(change with { DryRun = true }, cancellationToken);

    public Task<ChangeOutcome> ApplyAsync(ProposedChange change, CancellationToken cancellationToken) => ApplyAsync(change, Approval.None, cancellationToken);

    public async Task<bool> WaitForServingAsync(long revision, CancellationToken cancellationToken)
    {
        await _parts.Publisher.WaitAsync(revision, cancellationToken);
        return true;
    }

    public async Task<ImmutableArray<DocumentChange>> ReplaceAsync(IReadOnlyCollection<DocumentChange> documents, CancellationToken cancellationToken)
    {
        Candidate current = await CurrentAsync(cancellationToken);
        HashSet<DocumentKey> kept = [.. documents.Select(document => document.Key)];
        IEnumerable<DocumentChange> gone = current.Documents
            .Where(document => DocumentSections.IsConfiguration(document.Key.Kind) && !kept.Contains(document.Key))
            .Where(document => OwnershipRules.MayWrite(OwnershipRules.OwnerOf(current.Model, document.Key), ChangeOrigin.File))
            .Select(document => DocumentChange.Delete(document.Key));
        return ChangeNormaliser.Normalise([.. documents, .. gone], current.Documents, _limits, keepsUnchanged: false, out _);
    }

    public async Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken)
    {
        Candidate current = await CurrentAsync(cancellationToken);
        using DocumentState? state = await _parts.Log.StateAtAsync(revision, cancellationToken);
        if (state is null)
        {
            return null;
        }
        Dictionary<DocumentKey, Document> then = state.Read().Where(document => DocumentSections.IsConfiguration(document.Key.Kind)).ToDictionary(document => document.Key);
        IEnumerable<DocumentChange> puts = then.Values
            .Where(document => !current.Documents.TryFind(document.Key, out Document now) || now.Body != document.Body)
            .Select(document => DocumentChange.Put(document.Key, document.Body));
        IEnumerable<DocumentChange> deletes = current.Documents
            .Where(document => DocumentSections.IsConfiguration(document.Key.Kind) && !then.ContainsKey(document.Key))
            .Select(document => DocumentChange.Delete(document.Key));
        return [.. puts.Concat(deletes).OrderBy(change => change.Key)];
    }

    public async Task<string?> ExportAsync(long? revision, CancellationToken cancellationToken)
    {
        using DocumentState? state = revision is { } number
            ? await _parts.Log.StateAtAsync(number, cancellationToken)
            : await _parts.Log.StateAsync(cancellationToken);
        if (state is null)
        {
            return null;
        }
        DocumentAssembler assembler = new(_limits);
        foreach (Document document in state.Read())
        {
            assembler.Add(document.Key, document.Body.Utf8);
        }
        return YamlText.Write(assembler.ToTree());
    }

    public async Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken)
    {
        Candidate current = await CurrentAsync(cancellationToken);
        return
        [
            .. current.Documents.Where(document => document.Key.Kind == PendingDocument.Kind)
                .Select(document => PendingDocument.TryRead(document.Body)?.ToPending(document.Key.Name))
                .OfType<PendingChange>().OrderBy(pending => pending.At).ThenBy(pending => pending.Id, StringComparer.Ordinal),
        ];
    }

    public async Task<ChangeOutcome?> ApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken)
    {
        if (await FindPendingAsync(id, cancellationToken) is not { } pending)
        {
            return null;
        }
        if (pending.Why == PendingReason.SecondPerson && string.Equals(pending.Author, approver, StringComparison.OrdinalIgnoreCase))
        {
            return new ChangeOutcome.NotOwner(KeyOf(id), $"somebody other than its author {pending.Author}");
        }
        ProposedChange proposal = pending.ToProposal() with
        {
            Reason = reason ?? pending.Reason ?? (pending.Why == PendingReason.Guard ? $"approved by {approver}" : null),
            Message = $"{pending.Message} (approved by {approver})",
        };
        return await ApplyAsync(proposal, new Approval(KeyOf(id)), cancellationToken);
    }

    public async Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken)
    {
        if (await FindPendingAsync(id, cancellationToken) is null)
        {
            return null;
        }
        ProposedChange change = new()
        {
            Changes = [DocumentChange.Delete(KeyOf(id))],
            Author = by,
            Origin = ChangeOrigin.Cli,
            Message = $"reject the pending change {id}",
            Reason = reason,
        };
        return await ApplyAsync(change, cancellationToken);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<ChangeOutcome> ApplyAsync(ProposedChange change, Approval approval, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(null, cancellationToken);
            Candidate current = _current ?? throw new InvalidOperationException("The change service has not been started.");
            return await ApplyToAsync(current, change, approval, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ChangeOutcome> ApplyToAsync(Candidate current, ProposedChange change, Approval approval, CancellationToken cancellationToken)
    {
        // A repeated request is for the log to recognise: it must come there as it came the first time.
        bool mayBeRepeated = change.IdempotencyKey is not null && !change.DryRun;
        ImmutableArray<DocumentChange> changes = ChangeNormaliser.Normalise(
            change.Changes, current.Documents, _limits, mayBeRepeated, out ImmutableArray<ChangeError> errors);
        if (!errors.IsEmpty)
        {
            return new ChangeOutcome.Invalid(errors);
        }
        if (!mayBeRepeated && FindConflict(current.Documents, change.Preconditions, changes) is { } conflict)
        {
            return conflict;
        }
        if (FindForeign(current.Model, changes, change.Origin) is { } foreign)
        {
            return foreign;
        }
        if (changes.IsEmpty)
        {
            return change.DryRun ? new ChangeOutcome.Planned(EmptyPlan(current)) : new ChangeOutcome.Unchanged(Head);
        }
        DocumentSet documents = current.Documents.With(changes, _number + 1);
        CandidateResult built = _builder.Build(documents, [.. changes.Select(one => one.Key)], RevisionOf(documents, _number + 1), current);
        if (built.Candidate is not { } candidate)
        {
            return new ChangeOutcome.Invalid(built.Errors);
        }
        if (Judge(current, candidate, changes, change, approval, built.Warnings) is { } verdict)
        {
            return verdict.IsToBeKept ? await KeepPendingAsync(current, changes, change, verdict, cancellationToken) : verdict.Outcome;
        }
        if (approval.Stage is { } stage)
        {
            return await KeepStagedAsync(current, changes, change, stage, approval.At, cancellationToken);
        }
        // The approved change and the end of its waiting are one revision.
        ImmutableArray<DocumentChange> all = approval.Kept is { } kept ? changes.Add(DocumentChange.Delete(kept)) : changes;
        return await AppendAsync(candidate, all, change, built.Warnings, cancellationToken);
    }

    /// <summary>What speaks against a change that is valid; null lets it through.</summary>
    private Verdict? Judge(
        Candidate current, Candidate candidate, ImmutableArray<DocumentChange> changes, ProposedChange change, Approval approval, ImmutableArray<ChangeError> warnings)
    {
        if (change.DryRun)
        {
            return new Verdict(new ChangeOutcome.Planned(_planner.Plan(current, candidate, changes, _number, warnings)));
        }
        if (change.PlanHash is { } hash && hash != ChangePlanner.HashOf(current.Documents, changes))
        {
            return new Verdict(new ChangeOutcome.PlanMoved(_planner.Plan(current, candidate, changes, _number, warnings)));
        }
        if (ReferenceEquals(current.Snapshot, candidate.Snapshot))
        {
            return null;
        }
        ImmutableArray<GuardFinding> findings = change.Reason is null ? _planner.Guard(current, candidate).Findings : [];
        if (!findings.IsEmpty)
        {
            ChangePlan plan = _planner.Plan(current, candidate, changes, _number, warnings);
            return new Verdict(new ChangeOutcome.Refused(plan))
            {
                // Nobody stands behind a reload who could be asked for a reason.
                Why = change.Origin == ChangeOrigin.File ? PendingReason.Guard : null,
                Findings = findings,
            };
        }
        ImmutableArray<string> zones = approval.Kept is null ? ChangePlanner.ZonesToApprove(current.Model, changes) : [];
        return zones.IsEmpty ? null : new Verdict(new ChangeOutcome.Refused(EmptyPlan(current))) { Why = PendingReason.SecondPerson, Zones = zones };
    }

    private async Task<ChangeOutcome> KeepPendingAsync(
        Candidate current, ImmutableArray<DocumentChange> changes, ProposedChange change, Verdict verdict, CancellationToken cancellationToken)
    {
        PendingDocument pending = new()
        {
            Why = verdict.Why ?? PendingReason.Guard,
            At = _parts.Time.GetUtcNow(),
            Author = change.Author,
            Origin = change.Origin,
            Message = change.Message,
            Reason = change.Reason,
            Guard = verdict.Findings,
            Zones = verdict.Zones,
            Changes = PendingDocument.Store(changes),
            Preconditions = [.. change.Preconditions.Select(one => new StoredPrecondition(one.Key.Kind, one.Key.Name, one.Version))],
        };
        // The next revision's number is never used twice.
        string id = string.Create(CultureInfo.InvariantCulture, $"p{_number + 1}");
        ImmutableArray<DocumentChange> kept = [DocumentChange.Put(KeyOf(id), pending.ToBody())];
        ProposedChange keeping = change with { Message = $"waits for approval: {change.Message}", Preconditions = [] };
        Candidate same = current with { Documents = current.Documents.With(kept, _number + 1) };
        ChangeOutcome outcome = await AppendAsync(same, kept, keeping, [], cancellationToken);
        return outcome is ChangeOutcome.Accepted ? new ChangeOutcome.PendingApproval(pending.ToPending(id)) : outcome;
    }

    private async Task<ChangeOutcome> AppendAsync(
        Candidate candidate, ImmutableArray<DocumentChange> changes, ProposedChange change, ImmutableArray<ChangeError> warnings, CancellationToken cancellationToken)
    {
        // Not cancelled from here on: what is in the log has to be served, whether the caller still waits or not.
        cancellationToken.ThrowIfCancellationRequested();
        AppendResult result = await _parts.Log.AppendAsync(
            new ChangeSet
            {
                Changes = changes,
                Preconditions = change.Preconditions,
                Author = change.Author,
                Origin = change.Origin,
                Message = change.Message,
                Reason = change.Reason,
                IdempotencyKey = change.IdempotencyKey,
            },
            CancellationToken.None);
        switch (result)
        {
            case AppendResult.Accepted { IsRepetition: true } again:
                return new ChangeOutcome.Accepted(again.Revision, []);
            case AppendResult.Accepted accepted when accepted.Revision.Number == _number + 1:
                _number++;
                _logger.ChangeAccepted(_number, change.Author, change.Origin, changes.Length, change.Message);
                if (change.Reason is { } reason)
                {
                    _logger.GuardOverruled(_number, change.Author, reason);
                }
                Serve(candidate with { Documents = _current!.Documents.With(changes, _number) });
                return new ChangeOutcome.Accepted(accepted.Revision, warnings);
            case AppendResult.Accepted accepted:
                // Somebody else wrote to the log meanwhile: what they wrote comes first.
                await CatchUpAsync(accepted.Revision.Number, CancellationToken.None);
                return new ChangeOutcome.Accepted(accepted.Revision, warnings);
            case AppendResult.Conflict conflict:
                return new ChangeOutcome.Conflict(conflict.Key, conflict.Expected, conflict.Actual);
            case AppendResult.Refused refused:
                return new ChangeOutcome.Unavailable(refused.Kind, refused.Words);
            default:
                throw new InvalidOperationException($"an append ended in an unknown way: {result}");
        }
    }

    /// <summary>Takes over what is in the log and not yet here.</summary>
    /// <param name="upTo">Up to this revision; null for the head.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    private async Task CatchUpAsync(long? upTo, CancellationToken cancellationToken)
    {
        if ((upTo ?? _parts.Log.Head?.Number ?? 0) <= _number || _current is not { } current)
        {
            return;
        }
        List<DocumentChange> changes = [];
        long number = _number;
        await foreach (LogEntry entry in _parts.Log.ReadFromAsync(_number, cancellationToken))
        {
            changes.AddRange(entry.Changes.Select(change => new DocumentChange(change.Key, change.After?.Body)));
            number = entry.Revision.Number;
        }
        DocumentSet documents = current.Documents.With(changes, number);
        CandidateResult built = _builder.Build(documents, [.. changes.Select(change => change.Key).Distinct()], RevisionOf(documents, number), current);
        _number = number;
        if (built.Candidate is { } candidate)
        {
            Serve(candidate);
            return;
        }
        // What was appended past this door was not checked. The documents count, what is served stays.
        _current = current with { Documents = documents };
        Problem = $"revision {number} cannot be served: {string.Join("; ", built.Errors)}";
        _logger.RevisionUnservable(number, string.Join("; ", built.Errors));
    }

    private void Serve(Candidate candidate)
    {
        bool isSame = ReferenceEquals(candidate.Snapshot, _current?.Snapshot);
        _current = candidate;
        Problem = null;
        if (isSame)
        {
            _parts.Publisher.Announce(_number);
        }
        else
        {
            _parts.Publisher.Submit(candidate.Snapshot);
        }
    }

    private RevisionInfo RevisionOf(DocumentSet documents, long number) => new(
        number, unchecked(_anchor.SoaSerial + (uint)(number - _anchor.Number)), documents.Digest, _parts.Time.GetUtcNow());

    /// <summary>
    /// Serials count revisions from a point that is kept once: they grow with every revision, also with one that takes others
    /// back, and are the same after a restart.
    /// </summary>
    private RevisionInfo AnchorSerials()
    {
        if (_parts.Ledger.Last is { Digest: AnchorDigest } kept && kept.Number <= Math.Max(1, _number))
        {
            return kept;
        }
        RevisionInfo anchor = _parts.Ledger.Propose(AnchorDigest) with { Number = Math.Max(1, _number) };
        try
        {
            _parts.Ledger.Commit(anchor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only the serial is lost: after a restart it begins with the clock again.
            _logger.StateNotKept(e.Message);
        }
        return anchor;
    }

    /// <summary>The configuration that the next change meets.</summary>
    internal async Task<Candidate> CurrentAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(null, cancellationToken);
            return _current ?? throw new InvalidOperationException("The change service has not been started.");
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<PendingDocument?> FindPendingAsync(string id, CancellationToken cancellationToken)
    {
        Candidate current = await CurrentAsync(cancellationToken);
        return current.Documents.TryFind(KeyOf(id), out Document document) ? PendingDocument.TryRead(document.Body) : null;
    }

    private ChangePlan EmptyPlan(Candidate current) => new()
    {
        Hash = ChangePlanner.HashOf(current.Documents, []),
        BaseRevision = _number,
        Documents = [],
        ChangeCount = 0,
    };

    private static ChangeOutcome.Conflict? FindConflict(DocumentSet documents, ImmutableArray<Precondition> preconditions, ImmutableArray<DocumentChange> changes)
    {
        foreach (Precondition precondition in preconditions)
        {
            long actual = documents.TryFind(precondition.Key, out Document document) ? document.Version : 0;
            if (actual != precondition.Version)
            {
                return new ChangeOutcome.Conflict(precondition.Key, precondition.Version, actual);
            }
        }
        foreach (DocumentChange change in changes.Where(change => change.IsDelete && !documents.TryFind(change.Key, out _)))
        {
            return new ChangeOutcome.Conflict(change.Key, null, 0);
        }
        return null;
    }

    private static ChangeOutcome.NotOwner? FindForeign(MeridianModel model, ImmutableArray<DocumentChange> changes, ChangeOrigin origin)
    {
        foreach (DocumentChange change in changes)
        {
            ChangeOwner owner = OwnershipRules.OwnerOf(model, change.Key);
            if (!OwnershipRules.MayWrite(owner, origin))
            {
                return new ChangeOutcome.NotOwner(change.Key, OwnershipRules.WordOf(owner));
            }
        }
        return null;
    }

    private static DocumentKey KeyOf(string id) => new(PendingDocument.Kind, id);

    /// <summary>How a change comes that does not simply come.</summary>
    /// <param name="Kept">The document in which it waited until it was let through; null when it did not.</param>
    /// <param name="Stage">How it is to grow; null applies it at once.</param>
    /// <param name="At">When it is staged.</param>
    private readonly record struct Approval(DocumentKey? Kept, StagePlan? Stage = null, DateTimeOffset At = default)
    {
        public static Approval None => default;
    }

    /// <summary>What becomes of a change that does not go through.</summary>
    private sealed record Verdict(ChangeOutcome Outcome)
    {
        public PendingReason? Why { get; init; }

        public ImmutableArray<GuardFinding> Findings { get; init; } = [];

        public ImmutableArray<string> Zones { get; init; } = [];

        public bool IsToBeKept => Why is not null;
    }
}
