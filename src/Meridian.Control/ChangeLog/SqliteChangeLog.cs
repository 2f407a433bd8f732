using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Meridian.Control.ChangeLog.Sqlite;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// A change log in an SQLite database. An append is acknowledged after an fdatasync of the write-ahead log; what is
/// acknowledged survives the end of the process and of the power at any instant, and a change set is there whole or not at
/// all.
/// </summary>
public sealed class SqliteChangeLog : IChangeLog
{
    /// <summary>Entries that a reader takes at a time, so that it holds no transaction while its caller works on them.</summary>
    private const int ReadAhead = 64;

    /// <summary>Changes that a reader takes at a time, unless a single entry has more.</summary>
    private const int ReadAheadChanges = 10_000;

    // 1 min to 1 day. Ages of history are days.
    private static readonly TimeSpan MaintenanceInterval = TimeSpan.FromMinutes(10);

    private readonly StoreLock _lock;
    private readonly StoreSession _session;
    private readonly StoreWriter _writer;
    private readonly ReaderPool _readers;
    private readonly HeadSignal _signal;
    private readonly StoreMetrics _metrics;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _keeping;
    private bool _isDisposed;

    private SqliteChangeLog(
        StoreLock held,
        StoreSession session,
        StoreWriter writer,
        ReaderPool readers,
        HeadSignal signal,
        SnapshotKeeper snapshots,
        StoreMetrics metrics,
        StoreOptions options,
        TimeProvider time)
    {
        _metrics = metrics;
        _lock = held;
        _session = session;
        _writer = writer;
        _readers = readers;
        _signal = signal;
        _keeping = Task.Run(() => Task.WhenAll(
            KeepSnapshotsAsync(snapshots, _closing.Token),
            EachAsync(MaintenanceInterval, _writer.Maintain, time, _closing.Token),
            EachAsync(options.ReopenInterval, _writer.Recover, time, _closing.Token)));
    }

    public Revision? Head => _writer.Head;

    public long OldestNumber => _session.OldestNumber;

    /// <summary>Why nothing is acknowledged at present; null when all is well.</summary>
    public string? Fault => _writer.Fault;

    /// <summary>Changes how much history and how many copies are kept. What is cut off is gone; the state never is.</summary>
    public void Keep(StoreModel keeping)
    {
        if (_session.Retention.Keeping != keeping)
        {
            _session.Retention.Keeping = keeping;
            _writer.Maintain();
        }
    }

    /// <summary>
    /// Opens a store, made when it is missing. Throws <see cref="ChangeLogException"/>, in words for an operator, when another
    /// process has it, when it is damaged, or when the storage does not let it be opened.
    /// </summary>
    public static SqliteChangeLog Open(StoreOptions options, TimeProvider time, ILogger logger)
    {
        StoreFiles files = new(options.Directory);
        StoreLock? held = null;
        StoreSession? session = null;
        try
        {
            StoreFiles.CreateDirectory(files.Directory);
            held = StoreLock.Take(files);
            if (File.Exists(StoreReplacement.Marker(files)))
            {
                throw new ChangeLogException(
                    $"{files.Directory}: the replacement of the store was interrupted; restore the backup, or repair the store, once more");
            }
            session = StoreSession.Open(files, options, time, logger);
            Revision? head = session.Head;
            logger.StoreOpened(files.Directory, head?.Number ?? 0, head?.DocumentCount ?? 0, SqliteLibrary.Use());
            HeadSignal signal = new();
            StoreMetrics metrics = new();
            StoreWriter writer = new(session, options, signal, time, metrics, logger);
            SnapshotKeeper snapshots = new(files, session.Retention, time, logger);
            metrics.Observe(files, session.Retention, writer, snapshots, time);
            return new SqliteChangeLog(held, session, writer, new ReaderPool(files.Database), signal, snapshots, metrics, options, time);
        }
        catch (Exception e)
        {
            session?.Dispose();
            held?.Dispose();
            if (e is SqliteFailure or IOException or UnauthorizedAccessException)
            {
                string advice = e is SqliteFailure { IsDamage: true } ? "; `meridian store check` says more, `meridian store repair` repairs it" : "";
                throw new ChangeLogException($"{files.Directory}: the store cannot be opened: {e.Message}{advice}", e);
            }
            throw;
        }
    }

    public Task<AppendResult> AppendAsync(ChangeSet changes, CancellationToken cancellationToken) =>
        ChangeSetRules.Check(changes, out long length) is { } refused
            ? Task.FromResult<AppendResult>(refused)
            : _writer.Append(changes, length).WaitAsync(cancellationToken);

    public async IAsyncEnumerable<LogEntry> ReadFromAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long upTo = Head?.Number ?? 0;
        while (after < upTo)
        {
            ImmutableArray<LogEntry> entries = await UseReaderAsync(connection => ReadEntries(connection, after, upTo), cancellationToken);
            foreach (LogEntry entry in entries)
            {
                after = entry.Revision.Number;
                yield return entry;
            }
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

    public async ValueTask<DocumentState> StateAsync(CancellationToken cancellationToken)
    {
        SqliteConnection connection = await _readers.RentAsync(cancellationToken);
        return Opened(connection, () => StoreState.OfHead(_readers, connection))
            ?? throw new InvalidOperationException("There is always a state at the head.");
    }

    public async ValueTask<DocumentState?> StateAtAsync(long number, CancellationToken cancellationToken)
    {
        SqliteConnection connection = await _readers.RentAsync(cancellationToken);
        return Opened(connection, () => StoreState.Of(_readers, connection, number));
    }

    public ValueTask<Document?> GetAsync(DocumentKey key, CancellationToken cancellationToken) =>
        UseReaderAsync(connection => StoreRows.FindDocument(connection, key), cancellationToken);

    public ValueTask<LogEntry?> FindAsync(long number, CancellationToken cancellationToken) => UseReaderAsync(
        connection => StoreRows.FindRevision(connection, number) is { } revision
            ? new LogEntry(revision, StoreRows.Changes(connection, revision))
            : null,
        cancellationToken);

    public ValueTask<KnownRequest?> FindRequestAsync(string idempotencyKey, CancellationToken cancellationToken) =>
        UseReaderAsync(connection => StoreRows.FindByKey(connection, idempotencyKey), cancellationToken);

    public ValueTask<ImmutableArray<Revision>> HistoryAsync(long? before, int limit, CancellationToken cancellationToken) => UseReaderAsync(
        connection => StoreRows.RevisionsBefore(connection, before ?? long.MaxValue, Math.Clamp(limit, 1, ChangeLogLimits.MaxHistoryPage)),
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }
        _isDisposed = true;
        await _closing.CancelAsync();
#pragma warning disable VSTHRD003 // Started by the constructor of this very object, and there is no synchronisation context.
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
#pragma warning restore VSTHRD003
        _metrics.Dispose();
        // The connection that is closed last moves the log into the database, and only the writer's may.
        _readers.Dispose();
        _writer.Dispose();
        _lock.Dispose();
        _closing.Dispose();
    }

    /// <summary>Old history goes, and a store that failed comes back, whether or not anything is written.</summary>
    private static async Task EachAsync(TimeSpan interval, Action action, TimeProvider time, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            action();
        }
    }

    private async Task KeepSnapshotsAsync(SnapshotKeeper snapshots, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task grown = _signal.Next;
            snapshots.TakeWhenDue(Head);
            await grown.WaitAsync(cancellationToken);
        }
    }

    private static ImmutableArray<LogEntry> ReadEntries(SqliteConnection connection, long after, long upTo)
    {
        long floor = StoreRows.Floor(connection).Number;
        if (after < floor)
        {
            throw new ChangeLogException($"the history up to revision {floor} is no longer kept, and revision {after + 1} was asked for");
        }
        ImmutableArray<LogEntry>.Builder entries = ImmutableArray.CreateBuilder<LogEntry>();
        long changes = 0;
        foreach (Revision revision in StoreRows.RevisionsAfter(connection, after, ReadAhead))
        {
            changes += revision.ChangeCount;
            if (revision.Number > upTo || (entries.Count > 0 && changes > ReadAheadChanges))
            {
                break;
            }
            entries.Add(new LogEntry(revision, StoreRows.Changes(connection, revision)));
        }
        return entries.Count > 0
            ? entries.ToImmutable()
            : throw new ChangeLogException($"the store is damaged: revision {after + 1} is missing");
    }

    private async ValueTask<T> UseReaderAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        SqliteConnection connection = await _readers.RentAsync(cancellationToken);
        try
        {
            return read(connection);
        }
        catch (SqliteFailure e)
        {
            throw new ChangeLogException(e.Message, e);
        }
        finally
        {
            _readers.Return(connection);
        }
    }

    /// <summary>The state keeps the connection; without one it goes back.</summary>
    private StoreState? Opened(SqliteConnection connection, Func<StoreState?> open)
    {
        StoreState? state = null;
        try
        {
            return state = open();
        }
        catch (SqliteFailure e)
        {
            throw new ChangeLogException(e.Message, e);
        }
        finally
        {
            if (state is null)
            {
                _readers.Return(connection);
            }
        }
    }
}
