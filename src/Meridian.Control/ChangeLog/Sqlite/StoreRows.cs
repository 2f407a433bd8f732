using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Numerics;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Rows to values and back: the only place that knows the columns.</summary>
internal static class StoreRows
{
    private const string RevisionColumns =
        "number, at, author, origin, message, reason, idempotency_key, change_count, document_count, state_hash, hash";

    private const string SelectDocument = "SELECT version, checksum, body FROM document WHERE kind = ?1 AND name = ?2";

    public static Revision? Head(SqliteConnection connection) =>
        OneRevision(connection.Prepared($"SELECT {RevisionColumns} FROM revision ORDER BY number DESC LIMIT 1"));

    public static Revision? FindRevision(SqliteConnection connection, long number) =>
        OneRevision(connection.Prepared($"SELECT {RevisionColumns} FROM revision WHERE number = ?1").Bind(1, number));

    /// <summary>Up to a number of revisions before one, newest first.</summary>
    public static ImmutableArray<Revision> RevisionsBefore(SqliteConnection connection, long before, int limit) =>
        ManyRevisions(connection.Prepared($"SELECT {RevisionColumns} FROM revision WHERE number < ?1 ORDER BY number DESC LIMIT ?2")
            .Bind(1, before).Bind(2, limit));

    /// <summary>Up to a number of revisions after one, oldest first.</summary>
    public static ImmutableArray<Revision> RevisionsAfter(SqliteConnection connection, long after, int limit) =>
        ManyRevisions(connection.Prepared($"SELECT {RevisionColumns} FROM revision WHERE number > ?1 ORDER BY number LIMIT ?2")
            .Bind(1, after).Bind(2, limit));

    /// <summary>The revision that came with an idempotency key, and the hash of what it asked for.</summary>
    public static KnownRequest? FindByKey(SqliteConnection connection, string key)
    {
        SqliteStatement statement = connection
            .Prepared($"SELECT {RevisionColumns}, request_hash FROM revision WHERE idempotency_key = ?1").Bind(1, key);
        KnownRequest? found = statement.Step() ? new KnownRequest(ReadRevision(statement), statement.Hash(11)) : null;
        statement.Reset();
        return found;
    }

    public static Document? FindDocument(SqliteConnection connection, DocumentKey key)
    {
        SqliteStatement statement = connection.Prepared(SelectDocument).Bind(1, key.Kind).Bind(2, key.Name);
        if (!statement.Step())
        {
            statement.Reset();
            return null;
        }
        Document found = new(key, statement.Int64(0), new DocumentBody(statement.Blob(2).ToArray()));
        long checksum = statement.Int64(1);
        statement.Reset();
        return Checked(found, checksum);
    }

    /// <summary>Throws <see cref="ChangeLogException"/> when a document is not what was written.</summary>
    public static Document Checked(in Document document, long checksum) => Checksum(document) == checksum
        ? document
        : throw new ChangeLogException($"{document.Key} (version {document.Version}) is damaged: its checksum does not match");

    /// <summary>What one revision changed, in order.</summary>
    public static ImmutableArray<LoggedChange> Changes(SqliteConnection connection, Revision revision)
    {
        ImmutableArray<LoggedChange>.Builder changes = ImmutableArray.CreateBuilder<LoggedChange>(Math.Min(revision.ChangeCount, ChangeLogLimits.MaxChanges));
        changes.AddRange(ChangesBetween(connection, revision.Number - 1, revision.Number));
        return changes.ToImmutable();
    }

    /// <summary>What the revisions after one and up to another changed, oldest first. For one enumeration at a time per connection.</summary>
    public static IEnumerable<LoggedChange> ChangesBetween(SqliteConnection connection, long after, long upTo)
    {
        SqliteStatement statement = connection.Prepared(
            "SELECT revision, kind, name, before_version, before, after FROM change WHERE revision > ?1 AND revision <= ?2 ORDER BY revision, position")
            .Bind(1, after).Bind(2, upTo);
        try
        {
            while (statement.Step())
            {
                DocumentKey key = new(statement.Text(1), statement.Text(2));
                yield return new LoggedChange(
                    key,
                    statement.Int64(3) is > 0 and long version ? new Document(key, version, BodyOf(statement, 4)) : null,
                    statement.IsNull(5) ? null : new Document(key, statement.Int64(0), BodyOf(statement, 5)));
            }
        }
        finally
        {
            // Also when the caller stops early: an open statement would keep the log from being checkpointed.
            statement.Reset();
        }
    }

    /// <summary>Writes an entry: its revision, its changes, and the state they lead to.</summary>
    public static void Write(SqliteConnection connection, LogEntry entry, ContentHash? request)
    {
        WriteRevision(connection, entry.Revision, request);
        SqliteStatement insert = connection.Prepared("INSERT INTO change VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        int position = 0;
        foreach (LoggedChange change in entry.Changes)
        {
            insert.Bind(1, entry.Revision.Number).Bind(2, position++).Bind(3, change.Key.Kind).Bind(4, change.Key.Name)
                .Bind(5, change.Before?.Version ?? 0);
            BindBody(insert, 6, change.Before);
            BindBody(insert, 7, change.After);
            insert.Run();
        }
        foreach (LoggedChange change in entry.Changes)
        {
            WriteState(connection, change);
        }
    }

    /// <summary>Makes the state follow one change.</summary>
    public static void WriteState(SqliteConnection connection, in LoggedChange change)
    {
        if (change.After is { } after)
        {
            connection.Prepared("INSERT OR REPLACE INTO document VALUES(?1, ?2, ?3, ?4, ?5)")
                .Bind(1, after.Key.Kind).Bind(2, after.Key.Name).Bind(3, after.Version).Bind(4, Checksum(after)).Bind(5, after.Body.Utf8).Run();
            return;
        }
        connection.Prepared("DELETE FROM document WHERE kind = ?1 AND name = ?2").Bind(1, change.Key.Kind).Bind(2, change.Key.Name).Run();
    }

    /// <summary>The revision up to which history was cut off, and its hash; 0 and zeros when none was.</summary>
    public static (long Number, ContentHash Hash) Floor(SqliteConnection connection)
    {
        SqliteStatement statement = connection.Prepared("SELECT value FROM meta WHERE name = ?1").Bind(1, "floor");
        long number = statement.Step() ? statement.Int64(0) : 0;
        statement.Reset();
        statement.Bind(1, "floor-hash");
        ContentHash hash = statement.Step() ? statement.Hash(0) : default;
        statement.Reset();
        return (number, hash);
    }

    /// <summary>Cuts history off after a revision. The state does not change.</summary>
    public static void CutHistory(SqliteConnection connection, Revision last)
    {
        connection.Prepared("DELETE FROM change WHERE revision <= ?1").Bind(1, last.Number).Run();
        connection.Prepared("DELETE FROM revision WHERE number <= ?1").Bind(1, last.Number).Run();
        connection.Prepared("INSERT OR REPLACE INTO meta VALUES('floor', ?1)").Bind(1, last.Number).Run();
        connection.Prepared("INSERT OR REPLACE INTO meta VALUES('floor-hash', ?1)").Bind(1, last.Hash).Run();
    }

    /// <summary>CRC-32C over key, version and body: finds what a disk or memory changed, for a few nanoseconds.</summary>
    public static uint Checksum(in Document document)
    {
        uint crc = Add(uint.MaxValue, System.Runtime.InteropServices.MemoryMarshal.AsBytes(document.Key.Kind.AsSpan()));
        crc = BitOperations.Crc32C(Add(crc, System.Runtime.InteropServices.MemoryMarshal.AsBytes(document.Key.Name.AsSpan())), (ulong)document.Version);
        return ~Add(crc, document.Body.Utf8);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> octets)
    {
        while (octets.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(octets));
            octets = octets[8..];
        }
        foreach (byte octet in octets)
        {
            crc = BitOperations.Crc32C(crc, octet);
        }
        return crc;
    }

    private static void WriteRevision(SqliteConnection connection, Revision revision, ContentHash? request)
    {
        SqliteStatement statement = connection.Prepared(
            $"INSERT INTO revision({RevisionColumns}, request_hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
            .Bind(1, revision.Number).Bind(2, revision.At.ToUnixTimeMilliseconds()).Bind(3, revision.Author).Bind(4, (long)revision.Origin)
            .Bind(5, revision.Message).Bind(6, revision.Reason).Bind(7, revision.IdempotencyKey)
            .Bind(8, revision.ChangeCount).Bind(9, revision.DocumentCount).Bind(10, revision.StateHash).Bind(11, revision.Hash);
        if (request is { } hash)
        {
            statement.Bind(12, hash);
        }
        statement.Run();
    }

    private static void BindBody(SqliteStatement statement, int parameter, Document? document)
    {
        if (document is { } present)
        {
            statement.Bind(parameter, present.Body.Utf8);
        }
        else
        {
            statement.BindNull(parameter);
        }
    }

    private static DocumentBody BodyOf(SqliteStatement statement, int column) => new(statement.Blob(column).ToArray());

    private static Revision? OneRevision(SqliteStatement statement)
    {
        Revision? found = statement.Step() ? ReadRevision(statement) : null;
        statement.Reset();
        return found;
    }

    private static ImmutableArray<Revision> ManyRevisions(SqliteStatement statement)
    {
        ImmutableArray<Revision>.Builder found = ImmutableArray.CreateBuilder<Revision>();
        while (statement.Step())
        {
            found.Add(ReadRevision(statement));
        }
        statement.Reset();
        return found.ToImmutable();
    }

    private static Revision ReadRevision(SqliteStatement statement) => new()
    {
        Number = statement.Int64(0),
        At = ReadTime(statement.Int64(1)),
        Author = statement.Text(2),
        Origin = (ChangeOrigin)statement.Int64(3),
        Message = statement.Text(4),
        Reason = statement.IsNull(5) ? null : statement.Text(5),
        IdempotencyKey = statement.IsNull(6) ? null : statement.Text(6),
        ChangeCount = (int)statement.Int64(7),
        DocumentCount = statement.Int64(8),
        StateHash = statement.Hash(9),
        Hash = statement.Hash(10),
    };

    /// <summary>A damaged time is no reason to fail here: the revision's hash tells.</summary>
    private static DateTimeOffset ReadTime(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
