using System.Collections.Immutable;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes;

/// <summary>
/// The one front door for changes: commands, the API, dynamic updates and files all come through it, and are validated,
/// guarded, owned and recorded alike. May be called from many threads at once.
/// </summary>
public interface IChangeService
{
    /// <summary>The newest revision that is durable; null before the first, and where files are the truth.</summary>
    Revision? Head { get; }

    /// <summary>The history; null where files are the truth, which keep none.</summary>
    IChangeLog? Log { get; }

    /// <summary>Works out what a change would do. Nothing is recorded.</summary>
    /// <returns><see cref="ChangeOutcome.Planned"/>, or why it could not be applied.</returns>
    Task<ChangeOutcome> PlanAsync(ProposedChange change, CancellationToken cancellationToken);

    /// <summary>Applies a change, whole or not at all.</summary>
    Task<ChangeOutcome> ApplyAsync(ProposedChange change, CancellationToken cancellationToken);

    /// <summary>Waits until a revision, or a later one, answers queries.</summary>
    /// <returns>False when that revision cannot be served; the server's status says why.</returns>
    Task<bool> WaitForServingAsync(long revision, CancellationToken cancellationToken);

    /// <summary>
    /// The changes that make the configuration these documents. What belongs to others than files stays as it is, unless it
    /// is among the documents.
    /// </summary>
    /// <param name="documents">The whole configuration, as <see cref="Documents.ConfigurationImport"/> reads it from files.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    Task<ImmutableArray<DocumentChange>> ReplaceAsync(IReadOnlyCollection<DocumentChange> documents, CancellationToken cancellationToken);

    /// <summary>The changes that bring the configuration back to what it was after a revision; null when that is not known (any more).</summary>
    Task<ImmutableArray<DocumentChange>?> ReturnToAsync(long revision, CancellationToken cancellationToken);

    /// <summary>The whole configuration as one YAML document, stable in order; null where there is no store.</summary>
    /// <param name="revision">Null for the newest.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    Task<string?> ExportAsync(long? revision, CancellationToken cancellationToken);

    /// <summary>What waits for somebody's word, oldest first.</summary>
    Task<ImmutableArray<PendingChange>> PendingAsync(CancellationToken cancellationToken);

    /// <summary>Lets a pending change through, as its author's. It is planned anew: the world may have moved.</summary>
    /// <param name="id"><see cref="PendingChange.Id"/>.</param>
    /// <param name="approver">Must be another than the author where a second person is asked for.</param>
    /// <param name="reason">Overrules the guard; null keeps what the author said.</param>
    /// <param name="cancellationToken">Ends waiting.</param>
    /// <returns>Null when nothing of that name is pending.</returns>
    Task<ChangeOutcome?> ApproveAsync(string id, string approver, string? reason, CancellationToken cancellationToken);

    /// <summary>Throws a pending change away.</summary>
    /// <returns>Null when nothing of that name is pending.</returns>
    Task<ChangeOutcome?> RejectAsync(string id, string by, string? reason, CancellationToken cancellationToken);
}
