using System.Collections.Concurrent;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Connections that read. Each sees the store as of its transaction, and none keeps the writer waiting.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    /// <summary>
    /// Views that can be open at once: a compile, an export, a few requests. More wait, because each open view keeps the
    /// write-ahead log from being reused.
    /// </summary>
    public const int MaxReaders = 8;

    private readonly SemaphoreSlim _free = new(MaxReaders);
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>A connection in a read transaction, for the caller alone until it is returned.</summary>
    public async ValueTask<SqliteConnection> RentAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await _free.WaitAsync(cancellationToken);
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = SqliteConnection.Open(path, readOnly: true);
                connection.Execute("PRAGMA cache_size = -8192");
            }
            connection.Execute("BEGIN");
            // A transaction sees the store as of its first read, not as of BEGIN.
            connection.ScalarInt64("SELECT max(number) FROM revision");
            return connection;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            _free.Release();
            throw e is SqliteFailure failure ? new ChangeLogException(failure.Message, failure) : e;
        }
    }

    /// <summary>Ends the transaction.</summary>
    public void Return(SqliteConnection connection)
    {
        connection.TryRollback();
        if (_isDisposed || !connection.IsAutocommit)
        {
            connection.Dispose();
        }
        else
        {
            _idle.Add(connection);
        }
        _free.Release();
    }

    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out SqliteConnection? connection))
        {
            connection.Dispose();
        }
    }
}
