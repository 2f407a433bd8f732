using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// A change log that forgets everything with the process: for tests, and the plain statement of what a change log does,
/// which others are compared with.
/// </summary>
public sealed class MemoryChangeLog : IChangeLog
{
    private readonly TimeProvider _time;
    private readonly HeadSignal _signal = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KnownRequest> _byIdempotencyKey = new(StringComparer.Ordinal);
    // Immutable, so that a view of an earlier state is a reference.
    private ImmutableList<(LogEntry Entry, ImmutableSortedDictionary<DocumentKey, Document> State)> _entries = [];
    private AppendTicket? _ticket;
    private bool _isClosed;

    /// <param name="time">Dates revisions.</param>
    public MemoryChangeLog(TimeProvider time)
    {
        _time = time;
    }

    public Revision? Head => Volatile.Read(ref _entries) is { IsEmpty: false } entries ? entries[^1].Entry.Revision : null;

    public long OldestNumber => 1;

    private ImmutableSortedDictionary<DocumentKey, Document> Current =>
        Volatile.Read(ref _entries) is { IsEmpty: false } entries ? entries[^1].State : ImmutableSortedDictionary<DocumentKey, Document>.Empty;

    public Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ChangeSetRules.Check(changes, out _) is { } refused)
        {
            return Task.FromResult<AppendResult>(refused);
        }
        AppendResult result;
        lock (_lock)
        {
            result = Append(changes);
        }
        if (result is AppendResult.Accepted { IsRepetition: false })
        {
            _signal.Raise();
        }
        return Task.FromResult(result);
    }

    public async IAsyncEnumerable<LogEntry> ReadFromAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach ((LogEntry entry, _) in Volatile.Read(ref _entries).Skip((int)Math.Min(after, int.MaxValue)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return entry;
        }
    }

    public async IAsyncEnumerable<LogEntry> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown = _signal.Next;
            await foreach (LogEntry entry in ReadFromAsync(after, cancellationToken))
            {
                after = entry.Revision.Number;
                yield return entry;
            }
            await grown.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult<DocumentState>(new State(Volatile.Read(ref _entries).LastOrDefault()));

    public ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken)
    {
        ImmutableList<(LogEntry Entry, ImmutableSortedDictionary<DocumentKey, Document> State)> entries = Volatile.Read(ref _entries);
        return ValueTask.FromResult<DocumentState?>(number < 0 || number > entries.Count
            ? null
            : new State(number == 0 ? default : entries[(int)number - 1]));
    }

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Document?>(Current.TryGetValue(key, out Document found) ? found : null);

    public ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken)
    {
        var entries = Volatile.Read(ref _entries);
        return ValueTask.FromResult(number < 1 || number > entries.Count ? null : entries[(int)number - 1].Entry);
    }

    public ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<KnownRequest?>(_byIdempotencyKey.TryGetValue(idempotencyKey, out KnownRequest known) ? known : null);
        }
    }

    public ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken)
    {
        var entries = Volatile.Read(ref _entries);
        int end = (int)Math.Clamp((before ?? long.MaxValue) - 1, 0, entries.Count);
        int start = Math.Max(0, end - Math.Clamp(limit, 1, ChangeLogLimits.MaxHistoryPage));
        return ValueTask.FromResult<ImmutableArray<Revision>>(
            [.. Enumerable.Range(start, end - start).Reverse().Select(i => entries[i].Entry.Revision)]);
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
        return ValueTask.CompletedTask;
    }

    private AppendResult Append(ChangeSet changes)
    {
        if (_isClosed)
        {
            return new AppendResult.Refused(RefusalKind.Closed, "the change log is closed");
        }
        if (changes.IdempotencyKey is { } known && _byIdempotencyKey.TryGetValue(known, out KnownRequest first))
        {
            return AppendEvaluation.OfRepetition(first.Revision, first.Request == LogHash.OfRequest(changes));
        }
        if (!AppendEvaluation.IsInPlace(changes, Head, _ticket))
        {
            return new AppendResult.Moved(Head?.Number ?? 0);
        }
        ImmutableSortedDictionary<DocumentKey, Document> current = Current;
        (LogEntry? entry, AppendResult.Conflict? conflict) = AppendEvaluation.Evaluate(
            changes, Head, _time.GetUtcNow(), key => current.TryGetValue(key, out Document found) ? found : null);
        if (entry is null)
        {
            return conflict ?? throw new InvalidOperationException("An evaluation is an entry or a conflict.");
        }
        ImmutableSortedDictionary<DocumentKey, Document>.Builder next = current.ToBuilder();
        foreach (LoggedChange change in entry.Changes)
        {
            if (change.After is { } after)
            {
                next[change.Key] = after;
            }
            else
            {
                next.Remove(change.Key);
            }
        }
        if (changes.IdempotencyKey is { } key)
        {
            _byIdempotencyKey.Add(key, new KnownRequest(entry.Revision, LogHash.OfRequest(changes)));
        }
        Volatile.Write(ref _entries, _entries.Add((entry, next.ToImmutable())));
        _ticket = changes.Ticket;
        return new AppendResult.Accepted(entry.Revision);
    }

    private sealed class State((LogEntry Entry, ImmutableSortedDictionary<DocumentKey, Document> State) item) : DocumentState
    {
        private readonly ImmutableSortedDictionary<DocumentKey, Document> _documents =
            item.State ?? ImmutableSortedDictionary<DocumentKey, Document>.Empty;

        public override Revision? At => item.Entry?.Revision;

        public override IEnumerable<Document> Read(string? kind = null, string? namePrefix = null, string? after = null) => _documents.Values
            .Where(document => kind is null || document.Key.Kind == kind)
            .Where(document => namePrefix is null || document.Key.Name.StartsWith(namePrefix, StringComparison.Ordinal))
            .Where(document => after is null || document.Key > document.Key with { Name = after });

        public override Document? Find(DocumentKey key) => _documents.TryGetValue(key, out Document found) ? found : null;

        protected override void Dispose(bool disposing)
        {
        }
    }
}
