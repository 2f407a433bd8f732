using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;

namespace Meridian.Control.Http.Documents;

/// <summary>A front door that stays shut: the configuration is changed in its files.</summary>
/// <param name="source">The file or directory.</param>
public sealed class FilesAreTheTruth(string source) : IChangeService
{
    public Revision? Head => null;

    public IChangeLog? Log => null;

    public Task<ChangeOutcome> PlanAsync(ProposedChange change, CancellationToken cancellationToken) => Refuse();

    public Task<ChangeOutcome> ApplyAsync(ProposedChange change, CancellationToken cancellationToken) => Refuse();

    public Task<bool> WaitForServingAsync(long revision, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<ImmutableArray<DocumentChange>> ReplaceAsync(IReadOnlyCollection<DocumentChange> documents, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DocumentChange>>([.. documents]);

    public Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DocumentChange>?>(null);

    public Task<string?> ExportAsync(long? revision, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<PendingChange>.Empty);

    public Task<ChangeOutcome?> ApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken) => Task.FromResult<ChangeOutcome?>(null);

    public Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken) => Task.FromResult<ChangeOutcome?>(null);

    private Task<ChangeOutcome> Refuse() => Task.FromResult<ChangeOutcome>(new ChangeOutcome.ReadOnly(source));
}
