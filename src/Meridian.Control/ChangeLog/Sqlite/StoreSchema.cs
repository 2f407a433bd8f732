namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>The tables of a store.</summary>
internal static class StoreSchema
{
    /// <summary>In the file's header, so that <c>file</c> and other programs can tell what it is: "MERD".</summary>
    private const int ApplicationId = 0x4D455244;

    /// <summary>What this version writes and reads.</summary>
    private const int Format = 1;

    /// <summary>
    /// <c>document</c> is the state at the head; <c>change</c> what each revision did, with what was before, so that any
    /// earlier state is the present one with changes undone, and history can be cut off at any point without touching the
    /// state. <c>meta</c> has the point up to which it was cut off, and the hash there.
    /// </summary>
    private const string Tables = """
        CREATE TABLE meta(name TEXT PRIMARY KEY NOT NULL, value) WITHOUT ROWID;
        CREATE TABLE revision(
            number INTEGER PRIMARY KEY, at INTEGER NOT NULL, author TEXT NOT NULL, origin INTEGER NOT NULL,
            message TEXT NOT NULL, reason TEXT, idempotency_key TEXT, request_hash BLOB,
            change_count INTEGER NOT NULL, document_count INTEGER NOT NULL, state_hash BLOB NOT NULL, hash BLOB NOT NULL);
        CREATE UNIQUE INDEX revision_by_key ON revision(idempotency_key) WHERE idempotency_key IS NOT NULL;
        CREATE TABLE change(
            revision INTEGER NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
            before_version INTEGER NOT NULL, before BLOB, after BLOB, PRIMARY KEY(revision, position)) WITHOUT ROWID;
        CREATE TABLE document(
            kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY(kind, name)) WITHOUT ROWID;
        """;

    /// <summary>
    /// Sets up the connection that writes. In WAL mode with FULL, a commit is one append to the log and one fdatasync, and
    /// is not reported before that; NORMAL would report before.
    /// </summary>
    public static void PrepareWriter(SqliteConnection connection)
    {
        connection.Execute($"PRAGMA page_size = {StoreFiles.PageLength}");
        string? mode = connection.ScalarText("PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new ChangeLogException($"the file system does not let SQLite keep a write-ahead log here (it offers {mode})");
        }
        connection.Execute("PRAGMA synchronous = FULL");
        // Checkpoints are made and looked at by the writer: SQLite's own ignore what goes wrong.
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        connection.Execute($"PRAGMA journal_size_limit = {64 << 20}");
        connection.Execute("PRAGMA cache_size = -65536");
        connection.Execute("PRAGMA temp_store = MEMORY");
    }

    /// <summary>Makes the tables in an empty file.</summary>
    public static void CreateWhenEmpty(SqliteConnection connection)
    {
        if (connection.ScalarInt64("SELECT count(*) FROM sqlite_schema") > 0 || connection.ScalarInt64("PRAGMA application_id") != 0)
        {
            return;
        }
        connection.Execute("BEGIN IMMEDIATE");
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute($"PRAGMA user_version = {Format}");
        connection.Execute(Tables);
        connection.Execute("COMMIT");
    }

    /// <summary>Throws <see cref="ChangeLogException"/> when the file is no store, or one of a later version.</summary>
    public static void Check(SqliteConnection connection, string path)
    {
        long application = connection.ScalarInt64("PRAGMA application_id");
        if (application != ApplicationId)
        {
            throw new ChangeLogException($"{path}: this is no Meridian store (application id {application:X8})");
        }
        long format = connection.ScalarInt64("PRAGMA user_version");
        if (format != Format)
        {
            throw new ChangeLogException($"{path}: the store has format {format}, and this version reads {Format}");
        }
    }
}
