using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;

namespace Meridian.Control.Tests.Http.Api;

/// <summary>
/// A front door that takes whatever is valid JSON, in memory. A test can have it answer anything else: how the real one
/// decides is not what tests of the API are about.
/// </summary>
internal sealed class ScriptedChanges : IChangeService, IAsyncDisposable
{
    private MemoryChangeLog _log = new(TimeProvider.System);

    /// <summary>What it answers instead of accepting; null accepts.</summary>
    public Func<ProposedChange, ChangeOutcome>? Answer { get; set; }

    /// <summary>What came, oldest first.</summary>
    public List<ProposedChange> Proposed { get; } = [];

    public Revision? Head => _log.Head;

    public IChangeLog Log => _log;

    public static PendingChange Waiting { get; } = new(
        "p1", PendingReason.SecondPerson, DateTimeOffset.UnixEpoch, "ada", ChangeOrigin.Api, "a change", null, [], ["example.com"], 1);

    /// <summary>The revision that keeps it.</summary>
    public static readonly Revision Keeping = new()
    {
        Number = 1,
        At = DateTimeOffset.UnixEpoch,
        Author = "ada",
        Origin = ChangeOrigin.Api,
        Message = "waits for approval: a change",
        ChangeCount = 1,
        DocumentCount = 1,
        StateHash = default,
        Hash = default,
    };

    /// <summary>Begins anew with these documents, each as a revision of its own.</summary>
    public async Task SeedAsync(params (string Kind, string Name, string Body)[] documents)
    {
        MemoryChangeLog log = new(TimeProvider.System);
        foreach ((string kind, string name, string body) in documents)
        {
            await log.AppendAsync(
                new ChangeSet
                {
                    Changes = [DocumentChange.Put(new DocumentKey(kind, name), DocumentBody.FromText(body))],
                    Author = "test",
                    Origin = ChangeOrigin.Api,
                    Message = $"seed {name}",
                },
                TestContext.Current.CancellationToken);
        }
        _log = log;
    }

    public Task<ChangeOutcome> PlanAsync(ProposedChange change, CancellationToken cancellationToken) =>
        Task.FromResult<ChangeOutcome>(new ChangeOutcome.Planned(Plan(change)));

    public async Task<ChangeOutcome> ApplyAsync(ProposedChange change, CancellationToken cancellationToken)
    {
        Proposed.Add(change);
        if (Answer is { } answer)
        {
            return answer(change);
        }
        if (change.DryRun)
        {
            return new ChangeOutcome.Planned(Plan(change));
        }
        if (change.Changes.IsEmpty)
        {
            return new ChangeOutcome.Unchanged(Head);
        }
        AppendResult result = await _log.AppendAsync(
            new ChangeSet
            {
                Changes = change.Changes,
                Preconditions = change.Preconditions,
                Author = change.Author,
                Origin = change.Origin,
                Message = change.Message,
                Reason = change.Reason,
                IdempotencyKey = change.IdempotencyKey,
            },
            cancellationToken);
        return result switch
        {
            AppendResult.Accepted accepted => new ChangeOutcome.Accepted(accepted.Revision, []),
            AppendResult.Conflict conflict => new ChangeOutcome.Conflict(conflict.Key, conflict.Expected, conflict.Actual),
            AppendResult.Refused refused => new ChangeOutcome.Unavailable(refused.Kind, refused.Words),
            _ => throw new InvalidOperationException(),
        };
    }

    public Task<bool> WaitForServingAsync(long revision, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<ImmutableArray<DocumentChange>> ReplaceAsync(IReadOnlyCollection<DocumentChange> documents, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DocumentChange>>([.. documents]);

    public async Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken)
    {
        using DocumentState? state = await _log.StateAtAsync(revision, cancellationToken);
        return state is null || revision > Head?.Number ? null : [.. state.Read().Select(document => DocumentChange.Put(document.Key, document.Body))];
    }

    public Task<string?> ExportAsync(long? revision, CancellationToken cancellationToken) => Task.FromResult<string?>("zones: {}\n");

    public Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<PendingChange>>([Waiting]);

    public Task<ChangeOutcome?> ApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken) =>
        Task.FromResult<ChangeOutcome?>(id == Waiting.Id ? new ChangeOutcome.Unchanged(Head) : null);

    public Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken) =>
        Task.FromResult<ChangeOutcome?>(id == Waiting.Id ? new ChangeOutcome.Unchanged(Head) : null);

    public ValueTask DisposeAsync() => _log.DisposeAsync();

    private ChangePlan Plan(ProposedChange change) => new()
    {
        Hash = new string('a', 64),
        ChangeCount = change.Changes.Length,
        BaseRevision = Head?.Number ?? 0,
        Documents =
        [
            .. change.Changes.Select(one => new DocumentDiff(
                one.Key, one.IsDelete ? DiffKind.Removed : DiffKind.Changed, [new DiffLine(true, $"/ {one.Body}")])),
        ],
    };
}
