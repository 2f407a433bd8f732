using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>A log that cannot be read while a test says so, and that keeps only as much of the past as it says.</summary>
internal sealed class BrokenLog(IChangeLog inner) : IChangeLog
{
    private volatile bool _isBroken;
    private long _floor;

    /// <summary>How often reading failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether nothing can be read.</summary>
    public bool IsBroken
    {
        get => _isBroken;
        set => _isBroken = value;
    }

    public Revision? Head => inner.Head;

    public long OldestNumber => Volatile.Read(ref _floor) + 1;

    /// <summary>Forgets the entries up to a revision.</summary>
    public void CutTo(long floor) => Volatile.Write(ref _floor, floor);

    public Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken) => inner.AppendAsync(changes, cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadFromAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read(after);
        await foreach (LogEntry entry in inner.ReadFromAsync(after, cancellationToken))
        {
            yield return entry;
        }
    }

    public async IAsyncEnumerable<LogEntry> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read(after);
        await foreach (LogEntry entry in inner.WatchAsync(after, cancellationToken))
        {
            Read(entry.Revision.Number - 1);
            yield return entry;
        }
    }

    public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken)
    {
        Read(Volatile.Read(ref _floor));
        return inner.StateAsync(cancellationToken);
    }

    public ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken) => inner.StateAtAsync(number, cancellationToken);

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken) => inner.FindAsync(number, cancellationToken);

    public ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        inner.FindRequestAsync(idempotencyKey, cancellationToken);

    public ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken) =>
        inner.HistoryAsync(before, limit, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Read(long after)
    {
        if (IsBroken || after < Volatile.Read(ref _floor))
        {
            Failures++;
            throw new ChangeLogException(IsBroken ? "the disk does not answer" : $"the history after {after} is no longer kept");
        }
    }
}
