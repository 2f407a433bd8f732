using SQLitePCL;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>SQLite said no.</summary>
internal sealed class SqliteFailure : Exception
{
    /// <param name="code">SQLite's extended result code.</param>
    /// <param name="message">What it says about it, and what was being done.</param>
    public SqliteFailure(int code, string message)
        : base(message)
    {
        Code = code;
    }

    /// <summary>SQLite's extended result code; its lowest octet is the primary one.</summary>
    public int Code { get; }

    private int Primary => Code & 0xFF;

    /// <summary>There was no room. The transaction is undone and nothing is in doubt.</summary>
    public bool IsDiskFull => Primary == raw.SQLITE_FULL;

    /// <summary>Another process writes to the file: somebody's shell.</summary>
    public bool IsBusy => Primary is raw.SQLITE_BUSY or raw.SQLITE_LOCKED;

    /// <summary>The content is not what SQLite wrote.</summary>
    public bool IsDamage => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_FORMAT;
}
