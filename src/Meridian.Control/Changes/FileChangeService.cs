using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Publishing;

namespace Meridian.Control.Changes;

/// <summary>
/// The front door where files are the truth: it can be looked through, a reload that waits can be let in, and what an operator
/// says at night (overrides) passes, because it cannot wait for a file.
/// </summary>
/// <param name="publisher">Serves the files.</param>
internal sealed class FileChangeService(ConfigurationPublisher publisher) : IChangeService
{
    public Revision? Head => null;

    public IChangeLog? Log => null;

    public Task<ChangeOutcome> PlanAsync(ProposedChange change, CancellationToken cancellationToken) => Refuse();

    public Task<ChangeOutcome> ApplyAsync(ProposedChange change, CancellationToken cancellationToken) =>
        change.Changes.All(one => one.Key.Kind == DocumentKinds.Override) ? publisher.ChangeOverridesAsync(change, cancellationToken) : Refuse();

    // What is accepted here is served before it is answered.
    public Task<bool> WaitForServingAsync(long revision, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<ImmutableArray<DocumentChange>> ReplaceAsync(IReadOnlyCollection<DocumentChange> documents, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DocumentChange>>([.. documents]);

    public Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DocumentChange>?>(null);

    public Task<string?> ExportAsync(long? revision, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<PendingChange>>(publisher.Pending is { } pending ? [pending] : []);

    public async Task<ChangeOutcome?> ApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken)
    {
        if (publisher.Pending is not { } pending || pending.Id != id)
        {
            return null;
        }
        return await publisher.TryApproveAsync(id, approver, reason, cancellationToken)
            ? new ChangeOutcome.Unchanged(null)
            : new ChangeOutcome.Unavailable(RefusalKind.Busy, $"the files are no longer those that {id} was about; look again with 'meridian pending'");
    }

    // The files say what they say: whoever does not want it changes them.
    public Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken) =>
        Task.FromResult<ChangeOutcome?>(publisher.Pending?.Id == id ? new ChangeOutcome.ReadOnly(publisher.Source) : null);

    private Task<ChangeOutcome> Refuse() => Task.FromResult<ChangeOutcome>(new ChangeOutcome.ReadOnly(publisher.Source));
}
