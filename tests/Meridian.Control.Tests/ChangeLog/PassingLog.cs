using System.Collections.Immutable;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>A log that passes everything on to another one; what derives from it does some of it otherwise.</summary>
internal abstract class PassingLog(IChangeLog inner) : IChangeLog
{
    public Revision? Head => Inner.Head;

    public virtual long OldestNumber => Inner.OldestNumber;

    protected IChangeLog Inner { get; } = inner;

    public virtual Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken) => Inner.AppendAsync(changes, cancellationToken);

    public virtual IAsyncEnumerable<LogEntry> ReadFromAsync(long after, CancellationToken cancellationToken) => Inner.ReadFromAsync(after, cancellationToken);

    public virtual IAsyncEnumerable<LogEntry> WatchAsync(long after, CancellationToken cancellationToken) => Inner.WatchAsync(after, cancellationToken);

    public virtual ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) => Inner.StateAsync(cancellationToken);

    public ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken) => Inner.StateAtAsync(number, cancellationToken);

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => Inner.GetAsync(key, cancellationToken);

    public ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken) => Inner.FindAsync(number, cancellationToken);

    public ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        Inner.FindRequestAsync(idempotencyKey, cancellationToken);

    public ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken) =>
        Inner.HistoryAsync(before, limit, cancellationToken);

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
