using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>The connection that writes, and what keeps its file in shape. For the writer's thread alone.</summary>
internal sealed class StoreSession : IDisposable
{
    /// <summary>How long opening waits for a backup or a check to end: the largest store takes about half of it.</summary>
    private static readonly TimeSpan LongestReader = TimeSpan.FromSeconds(60);

    /// <summary>What a commit writes beyond names and bodies, about: the inner pages of four trees.</summary>
    private const long CommitOverhead = 24 << 10;

    private readonly StoreFiles _files;
    private readonly StoreRetention _retention;
    private readonly long _checkpointLength;
    private readonly ILogger _logger;
    private SqliteConnection _connection;
    private long _uncheckpointed;

    // Of the set that made the head; a number alone would not tell it from another that came in its place.
    private AppendTicket? _ticket;

    private StoreSession(
        StoreFiles files, StoreOptions options, StoreRetention retention, ILogger logger, SqliteConnection connection)
    {
        _files = files;
        _checkpointLength = options.CheckpointLength;
        _retention = retention;
        _logger = logger;
        _connection = connection;
    }

    /// <summary>The newest revision in the store.</summary>
    public Revision? Head => StoreRows.Head(_connection);

    public long OldestNumber => _retention.OldestNumber;

    /// <summary>What is kept of the past.</summary>
    public StoreRetention Retention => _retention;

    /// <summary>Opens a store, made when it is missing. Throws <see cref="ChangeLogException"/> or <see cref="SqliteFailure"/>.</summary>
    public static StoreSession Open(StoreFiles files, StoreOptions options, TimeProvider time, ILogger logger)
    {
        if (!File.Exists(files.Database))
        {
            StoreFiles.CreateFile(files.Database);
            DurableFiles.SyncDirectory(files.Directory);
        }
        StoreRetention retention = new(options.Keeping, time);
        return new StoreSession(files, options, retention, logger, Connect(files, retention));
    }

    /// <summary>
    /// Commits a group, each set on the state that the one before leaves, and sets what became of each. When it returns, all
    /// of it is durable; when it throws, nothing of it is applied.
    /// </summary>
    /// <returns>The head after it.</returns>
    public Revision? Write(IReadOnlyList<PendingAppend> group, Revision? head, TimeProvider time)
    {
        Revision? next = head;
        AppendTicket? ticket = _ticket;
        long length = 0;
        try
        {
            _connection.Execute("BEGIN IMMEDIATE");
            foreach (PendingAppend pending in group)
            {
                pending.Outcome = WriteOne(pending.Changes, next, ticket, time.GetUtcNow());
                if (pending.Outcome is AppendResult.Accepted { IsRepetition: false } accepted)
                {
                    next = accepted.Revision;
                    ticket = pending.Changes.Ticket;
                    // Each body is in the state, in its change, and later in the change that replaces it.
                    length += (2 * pending.Length) + CommitOverhead;
                }
            }
            _connection.Execute("COMMIT");
        }
        catch
        {
            _connection.TryRollback();
            throw;
        }
        _ticket = ticket;
        _uncheckpointed += length;
        return next;
    }

    /// <summary>What is due after a commit: a checkpoint, the end of old history.</summary>
    /// <param name="head">The newest revision.</param>
    /// <param name="isAsked">Whether somebody asked for it: time goes by without commits too.</param>
    /// <returns>Whether there is more to do.</returns>
    public bool Maintain(Revision? head, bool isAsked)
    {
        if (_uncheckpointed < _checkpointLength && !isAsked)
        {
            return false;
        }
        _uncheckpointed = 0;
        try
        {
            bool hasMore = _retention.Apply(_connection, head);
            _connection.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            return hasMore;
        }
        catch (SqliteFailure e) when (e.IsDiskFull || e.IsBusy)
        {
            // Everything acknowledged is in the log, which stays until a checkpoint succeeds.
            _connection.TryRollback();
            _logger.MaintenanceFailed(e.Message);
            return false;
        }
    }

    /// <summary>Closes the connection and opens the store as at a start.</summary>
    /// <returns>The head that is found.</returns>
    public Revision? Reopen()
    {
        _connection.Dispose();
        _connection = Connect(_files, _retention);
        return Head;
    }

    public void Dispose() => _connection.Dispose();

    private static SqliteConnection Connect(StoreFiles files, StoreRetention retention)
    {
        // Looked at first: SQLite takes a damaged frame for the end of the log, and what is behind it is gone once it is open.
        if (WalInspection.FindDamage(files) is { } damage)
        {
            throw new ChangeLogException($"{files.Directory}: the store is damaged and was not opened; `meridian store check` says more, "
                + $"`meridian store repair` makes a store of what can be read:\n  {damage}");
        }
        SqliteConnection connection = SqliteConnection.Open(files.Database, readOnly: false);
        try
        {
            StoreSchema.PrepareWriter(connection);
            StoreSchema.CreateWhenEmpty(connection);
            StoreSchema.Check(connection, files.Database);
            // What was recovered may be in the kernel's memory only, after a failed fsync: it is written again, and durable,
            // before anything builds on it. The log has to begin anew for it, which a reader holds up.
            connection.SetBusyTimeout(LongestReader);
            if (connection.ScalarInt64("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            {
                throw new ChangeLogException($"{files.Database}: somebody read the store for {LongestReader.TotalSeconds:F0} s and kept it from being opened");
            }
            connection.SetBusyTimeout(SqliteConnection.BusyTimeout);
            if (StoreVerification.OfNewest(connection) is { IsEmpty: false } findings)
            {
                throw new ChangeLogException($"{files.Directory}: the store is damaged and was not opened; `meridian store check` says more, "
                    + $"`meridian store repair` repairs it:\n  {string.Join("\n  ", findings)}");
            }
            retention.Load(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private AppendResult WriteOne(ChangeSet changes, Revision? head, AppendTicket? ticket, DateTimeOffset now)
    {
        ContentHash? request = changes.IdempotencyKey is null ? null : LogHash.OfRequest(changes);
        if (changes.IdempotencyKey is { } key && StoreRows.FindByKey(_connection, key) is { } known)
        {
            return AppendEvaluation.OfRepetition(known.Revision, known.Request == request);
        }
        if (!AppendEvaluation.IsInPlace(changes, head, ticket))
        {
            return new AppendResult.Moved(head?.Number ?? 0);
        }
        (LogEntry? entry, AppendResult.Conflict? conflict) = AppendEvaluation.Evaluate(
            changes, head, now, wanted => StoreRows.FindDocument(_connection, wanted));
        if (entry is null)
        {
            return conflict ?? throw new InvalidOperationException("An evaluation is an entry or a conflict.");
        }
        StoreRows.Write(_connection, entry, request);
        return new AppendResult.Accepted(entry.Revision);
    }
}
