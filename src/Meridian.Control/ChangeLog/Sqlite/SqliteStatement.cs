using System.Text;
using SQLitePCL;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>A prepared statement. Parameters count from 1 and columns from 0, as SQLite counts them.</summary>
internal sealed class SqliteStatement(SqliteConnection connection, sqlite3_stmt handle, string sql) : IDisposable
{
    /// <summary>Text up to this many octets is encoded on the stack.</summary>
    private const int StackLength = 512;

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(handle, parameter));
            return this;
        }
        if (value.Length == 0)
        {
            // An empty span has no address, and SQLite takes that for NULL.
            Check(raw.sqlite3_bind_text(handle, parameter, value));
            return this;
        }
        int most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = most <= StackLength ? stackalloc byte[StackLength] : new byte[most];
        // SQLite copies it: the span need not outlive the call.
        Check(raw.sqlite3_bind_text(handle, parameter, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(handle, parameter, value));
        return this;
    }

    public SqliteStatement BindNull(int parameter)
    {
        Check(raw.sqlite3_bind_null(handle, parameter));
        return this;
    }

    public SqliteStatement Bind(int parameter, in ContentHash value)
    {
        Span<byte> octets = stackalloc byte[ContentHash.Length];
        value.CopyTo(octets);
        return Bind(parameter, octets);
    }

    /// <summary>Moves to the next row; false after the last one.</summary>
    public bool Step() => raw.sqlite3_step(handle) switch
    {
        raw.SQLITE_ROW => true,
        raw.SQLITE_DONE => false,
        int code => throw Failed(code),
    };

    /// <summary>For a statement that returns no rows.</summary>
    public void Run()
    {
        while (Step())
        {
        }
        Reset();
    }

    public void Reset()
    {
        // Returns the code of the last step again, which was looked at then.
        _ = raw.sqlite3_reset(handle);
        raw.sqlite3_clear_bindings(handle);
    }

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    /// <summary>Of this row only: the next step overwrites it.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Empty for NULL.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(TextOctets(column));

    /// <summary>Of this row only. SQLite gives text out as a blob without converting it.</summary>
    public ReadOnlySpan<byte> TextOctets(int column) => raw.sqlite3_column_blob(handle, column);

    /// <summary>Throws <see cref="ChangeLogException"/> when it has another length.</summary>
    public ContentHash Hash(int column)
    {
        ReadOnlySpan<byte> octets = Blob(column);
        return octets.Length == ContentHash.Length
            ? new ContentHash(octets)
            : throw new ChangeLogException($"the store is damaged: a hash has {octets.Length} octets");
    }

    public void Dispose() => handle.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failed(code);
        }
    }

    private SqliteFailure Failed(int code)
    {
        SqliteFailure failure = connection.Failure(code, sql);
        _ = raw.sqlite3_reset(handle);
        return failure;
    }
}
