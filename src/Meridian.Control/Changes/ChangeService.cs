using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Applying;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Changes;

/// <summary>
/// The front door where the store is the truth. Changes are checked one after another against the configuration that they
/// will meet (<see cref="ChangeChecks"/>); what is accepted is durable first and published then (<see cref="ChangeLine"/>).
/// </summary>
public sealed partial class ChangeService : IChangeService, IDisposable
{
    private readonly ChangeServiceParts _parts;
    private readonly ConfigurationLimits _limits;
    private readonly ChangeChecks _checks;
    private readonly ChangeLine _line;
    private readonly RepeatedRequests _requests;
    private readonly ILogger _logger;

    public ChangeService(ChangeServiceParts parts, ILogger<ChangeService> logger)
    {
        _parts = parts;
        _logger = logger;
        ConfigurationLoaderOptions options = ConfigurationCompiler.LoaderOptions(parts.Time) with { BaseDirectory = parts.BaseDirectory };
        _limits = options.Limits;
        CandidateBuilder builder = new(new DocumentReader(new ConfigurationLoader(parts.Files, options), _limits), parts.Compiler, parts.Places);
        SerialAnchor serials = new(parts.Ledger, parts.Time, logger);
        _checks = new ChangeChecks(builder, new ChangePlanner(parts.Verdicts, parts.Observed), serials, _limits, parts.Time);
        _line = new ChangeLine(parts, builder, serials, logger);
        _requests = new RepeatedRequests(parts.Log, _limits);
    }

    public Revision? Head => _parts.Log.Head;

    public IChangeLog? Log => _parts.Log;

    /// <summary>What is served, or about to be; null before <see cref="StartAsync"/>.</summary>
    public MeridianModel? Model => _line.Current?.Model;

    /// <summary>What is served, or about to be, compiled; null before <see cref="StartAsync"/>.</summary>
    internal DataPlaneSnapshot? Snapshot => _line.Current?.Snapshot;

    /// <summary>What is served, as the reader left it; null before the start.</summary>
    public LoadResult? Loaded => _line.Current?.Loaded;

    /// <summary>Why the newest revision of the log is not served; null when it is.</summary>
    public string? Problem => _line.Problem;

    /// <summary>Reads the newest state of the log and publishes it.</summary>
    /// <returns>Empty, or why it cannot be served.</returns>
    public Task<ImmutableArray<ChangeError>> StartAsync(CancellationToken cancellationToken) => _line.StartAsync(cancellationToken);

    /// <summary>Follows the log: what others append to it is served too. Ends when cancelled, or when a part of it fails.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task publishing = _parts.Publisher.RunAsync(stopping.Token);
        // Answering needs no store: it goes on while the log cannot be read.
        Task following = new LogFollower(_parts.Log, _parts.Time, _logger).RunAsync(
            async token =>
            {
                await _line.FollowAsync(Head?.Number ?? 0, token);
                return _line.Number;
            },
            (entry, token) => _line.FollowAsync(entry.Revision.Number, token),
            stopping.Token);
        // Neither is of use without the other: whichever fails is seen at once.
        await Task.WhenAny(publishing, following);
        await stopping.CancelAsync();
        await Task.WhenAll(publishing, following);
    }

    /// <summary>
    /// Reads the files anew that documents name, and takes a newer location database if it may be used. What cannot be served
    /// changes nothing, and is logged.
    /// </summary>
    public Task RenewAsync(CancellationToken cancellationToken) => _line.RenewAsync(cancellationToken);

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
        Candidate current = await _line.CurrentAsync(cancellationToken);
        HashSet<DocumentKey> kept = [.. documents.Select(document => document.Key)];
        IEnumerable<DocumentChange> gone = current.Documents
            .Where(document => DocumentSections.IsConfiguration(document.Key.Kind) && !kept.Contains(document.Key))
            .Where(document => OwnershipRules.MayWrite(OwnershipRules.OwnerOf(current.Model, document.Key), ChangeOrigin.File))
            .Select(document => DocumentChange.Delete(document.Key));
        return ChangeNormaliser.Normalise([.. documents, .. gone], current.Documents, _limits, keepsUnchanged: false, out _);
    }

    public async Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken)
    {
        Candidate current = await _line.CurrentAsync(cancellationToken);
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
        Candidate current = await _line.CurrentAsync(cancellationToken);
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
            return new ChangeOutcome.NotOwner(ChangeChecks.KeyOf(id), $"somebody other than its author {pending.Author}");
        }
        ProposedChange proposal = pending.ToProposal() with
        {
            Reason = reason ?? pending.Reason ?? (pending.Why == PendingReason.Guard ? $"approved by {approver}" : null),
            Message = $"{pending.Message} (approved by {approver})",
        };
        return await ApplyAsync(proposal, new Approval(ChangeChecks.KeyOf(id)), cancellationToken);
    }

    public async Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken)
    {
        if (await FindPendingAsync(id, cancellationToken) is null)
        {
            return null;
        }
        ProposedChange change = new()
        {
            Changes = [DocumentChange.Delete(ChangeChecks.KeyOf(id))],
            Author = by,
            Origin = ChangeOrigin.Cli,
            Message = $"reject the pending change {id}",
            Reason = reason,
        };
        return await ApplyAsync(change, cancellationToken);
    }

    /// <summary>The configuration that the next change meets.</summary>
    internal Task<Candidate> CurrentAsync(CancellationToken cancellationToken) => _line.CurrentAsync(cancellationToken);

    public void Dispose() => _line.Dispose();

    private async Task<ChangeOutcome> ApplyAsync(ProposedChange change, Approval approval, CancellationToken cancellationToken)
    {
        if (change is not { IdempotencyKey: { } key, DryRun: false })
        {
            return await PassAsync(change, approval, cancellationToken);
        }
        // Before anything is asked of it: what spoke for it the first time may speak against it by now.
        using IDisposable turn = await _requests.EnterAsync(key, cancellationToken);
        return await _requests.AnswerAsync(key, change, cancellationToken) ?? await PassAsync(change, approval, cancellationToken);
    }

    private async Task<ChangeOutcome> PassAsync(ProposedChange change, Approval approval, CancellationToken cancellationToken)
    {
        ChangeOutcome outcome = await _line.PassAsync(place => _checks.Check(place, change, approval), cancellationToken);
        return outcome is ChangeOutcome.Unchanged ? new ChangeOutcome.Unchanged(Head) : outcome;
    }

    private async Task<PendingDocument?> FindPendingAsync(string id, CancellationToken cancellationToken)
    {
        Candidate current = await _line.CurrentAsync(cancellationToken);
        return current.Documents.TryFind(ChangeChecks.KeyOf(id), out Document document) ? PendingDocument.TryRead(document.Body) : null;
    }
}
