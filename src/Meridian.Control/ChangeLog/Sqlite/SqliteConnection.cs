using SQLitePCL;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>One connection to a database file, for one thread at a time.</summary>
internal sealed class SqliteConnection : IDisposable
{
    /// <summary>How long to wait for somebody else's lock: an operator's shell.</summary>
    public static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(5);

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _prepared = new(StringComparer.Ordinal);

    private SqliteConnection(sqlite3 handle)
    {
        _handle = handle;
    }

    /// <summary>False within a transaction.</summary>
    public bool IsAutocommit => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>Opens a file that exists. Throws <see cref="SqliteFailure"/>.</summary>
    public static SqliteConnection Open(string path, bool readOnly)
    {
        SqliteLibrary.Use();
        int flags = (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE) | raw.SQLITE_OPEN_NOMUTEX;
        int code = raw.sqlite3_open_v2(path, out sqlite3 handle, flags, null);
        SqliteConnection connection = new(handle);
        try
        {
            if (code != raw.SQLITE_OK)
            {
                throw connection.Failure(code, $"opening {path}");
            }
            raw.sqlite3_extended_result_codes(handle, 1);
            connection.SetBusyTimeout(BusyTimeout);
            // A damaged or foreign schema must not be able to call functions; damaged cells must be found, not followed.
            connection.Execute("PRAGMA trusted_schema = OFF");
            connection.Execute("PRAGMA cell_size_check = ON");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>How long to wait for somebody else's lock before it is a failure.</summary>
    public void SetBusyTimeout(TimeSpan timeout) => raw.sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds);

    /// <summary>Runs statements that return nothing of interest.</summary>
    public void Execute(string sql)
    {
        int code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code, sql);
        }
    }

    /// <summary>The first column of the first row as a number; 0 when there is none.</summary>
    public long ScalarInt64(string sql)
    {
        using SqliteStatement statement = PrepareOnce(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>The first column of the first row as text; null when there is none.</summary>
    public string? ScalarText(string sql)
    {
        using SqliteStatement statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>A statement that is kept for the next call with the same text; it is reset, not disposed.</summary>
    public SqliteStatement Prepared(string sql)
    {
        if (!_prepared.TryGetValue(sql, out SqliteStatement? statement))
        {
            statement = PrepareOnce(sql);
            _prepared.Add(sql, statement);
        }
        statement.Reset();
        return statement;
    }

    /// <summary>A statement of the caller's own, who disposes it.</summary>
    public SqliteStatement PrepareOnce(string sql)
    {
        int code = raw.sqlite3_prepare_v2(_handle, sql, out sqlite3_stmt statement);
        if (code != raw.SQLITE_OK)
        {
            statement?.Dispose();
            throw Failure(code, sql);
        }
        return new SqliteStatement(this, statement, sql);
    }

    /// <summary>Undoes what is open; quiet, because it comes after a failure that is told.</summary>
    public void TryRollback()
    {
        if (!IsAutocommit)
        {
            _ = raw.sqlite3_exec(_handle, "ROLLBACK");
        }
    }

    /// <summary>What SQLite says of its last call.</summary>
    public SqliteFailure Failure(int code, string doing) =>
        new(raw.sqlite3_extended_errcode(_handle) is var extended && (extended & 0xFF) == (code & 0xFF) ? extended : code,
            $"{raw.sqlite3_errmsg(_handle).utf8_to_string()} (SQLite {code}; {doing})");

    public void Dispose()
    {
        foreach (SqliteStatement statement in _prepared.Values)
        {
            statement.Dispose();
        }
        _prepared.Clear();
        _handle.Dispose();
    }
}
