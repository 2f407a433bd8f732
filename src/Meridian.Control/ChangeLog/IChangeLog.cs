using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// The configuration as an append-only log of change sets, with optimistic concurrency per document. Everything may be
/// called from many threads at once. Reading throws <see cref="ChangeLogException"/> when the storage fails; what was read
/// until then is good.
/// </summary>
public interface IChangeLog : IAsyncDisposable
{
    /// <summary>The newest revision that is durable; null when there is none yet.</summary>
    Revision? Head { get; }

    /// <summary>The oldest revision whose changes are still kept; 1 until retention removed some.</summary>
    long OldestNumber { get; }

    /// <summary>
    /// Applies a change set, whole or not at all. <see cref="AppendResult.Accepted"/> is returned only after it is durable.
    /// </summary>
    /// <param name="changes">Must not be changed from here on.</param>
    /// <param name="cancellationToken">Ends waiting, not the append: it may be applied all the same.</param>
    Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken);

    /// <summary>The entries after a revision up to the present head, oldest first.</summary>
    /// <param name="after">A revision's number; 0: from the beginning. Entries before <see cref="OldestNumber"/> are gone: asking for one throws.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    IAsyncEnumerable<LogEntry> ReadFromAsync(long after, CancellationToken cancellationToken);

    /// <summary>As <see cref="ReadFromAsync"/>, and then each new entry once it is durable, without end.</summary>
    /// <param name="after">A revision's number; 0: from the beginning.</param>
    /// <param name="cancellationToken">Ends watching.</param>
    IAsyncEnumerable<LogEntry> WatchAsync(long after, CancellationToken cancellationToken);

    /// <summary>All documents at the head.</summary>
    ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken);

    /// <summary>All documents as they were after a revision; null when it is not there, or no longer.</summary>
    /// <param name="number">0: before the first.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken);

    /// <summary>One document at the head; null when it does not exist.</summary>
    ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken);

    /// <summary>One revision with its changes; null when it is not there, or no longer.</summary>
    ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken);

    /// <summary>What came with an idempotency key before; null when nothing did, or its revision is no longer there.</summary>
    /// <param name="idempotencyKey"><see cref="ChangeSet.IdempotencyKey"/>.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken);

    /// <summary>A page of revisions, newest first, without their changes.</summary>
    /// <param name="before">Only revisions before this number; null: from the head.</param>
    /// <param name="limit">1 to <see cref="ChangeLogLimits.MaxHistoryPage"/>; more are not given.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken);
}
