using System.Text;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// A view of the store as of one revision: the state in a read transaction, with later changes undone where it is an
/// earlier one.
/// </summary>
internal sealed class StoreState : DocumentState
{
    private readonly ReaderPool _pool;
    private readonly SortedList<DocumentKey, Document?>? _undone;
    private SqliteConnection? _connection;

    private StoreState(ReaderPool pool, SqliteConnection connection, Revision? at, SortedList<DocumentKey, Document?>? undone)
    {
        _pool = pool;
        _connection = connection;
        At = at;
        _undone = undone;
    }

    public override Revision? At { get; }

    private SqliteConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(StoreState));

    /// <summary>The state at the head that the connection sees.</summary>
    public static StoreState OfHead(ReaderPool pool, SqliteConnection connection) =>
        new(pool, connection, StoreRows.Head(connection), null);

    /// <summary>The state at a revision; null when its history is not there. The connection is then the caller's to return.</summary>
    public static StoreState? Of(ReaderPool pool, SqliteConnection connection, long number)
    {
        Revision? head = StoreRows.Head(connection);
        if (number == head?.Number)
        {
            return new StoreState(pool, connection, head, null);
        }
        // The floor itself has no revision any more, so the first state that can be told is that of the oldest revision.
        Revision? at = number == 0 ? null : StoreRows.FindRevision(connection, number);
        if ((at is null && number != 0) || (number == 0 && StoreRows.Floor(connection).Number > 0))
        {
            return null;
        }
        Dictionary<DocumentKey, Document?> undone = [];
        foreach (LoggedChange change in StoreRows.ChangesBetween(connection, number, head?.Number ?? 0))
        {
            // The first change after the revision tells what was before it.
            undone.TryAdd(change.Key, change.Before);
        }
        return new StoreState(pool, connection, at, new SortedList<DocumentKey, Document?>(undone));
    }

    public override Document? Find(DocumentKey key) => Guarded(() =>
        _undone is not null && _undone.TryGetValue(key, out Document? before) ? before : StoreRows.FindDocument(Connection, key));

    public override IEnumerable<Document> Read(string? kind = null, string? namePrefix = null, string? after = null)
    {
        if (namePrefix is not null || after is not null)
        {
            ArgumentNullException.ThrowIfNull(kind);
        }
        IEnumerable<Document> documents = ReadHead(kind, namePrefix ?? "", after);
        if (_undone is not null)
        {
            documents = Merge(documents, [.. _undone.Where(item =>
                (kind is null || item.Key.Kind == kind) && item.Key.Name.StartsWith(namePrefix ?? "", StringComparison.Ordinal)
                && (after is null || item.Key > item.Key with { Name = after }))]);
        }
        return kind is null ? Counted(documents) : documents;
    }

    protected override void Dispose(bool disposing)
    {
        if (_connection is { } connection)
        {
            _connection = null;
            _pool.Return(connection);
        }
    }

    /// <summary>A row that SQLite cannot find any more would be missed without a word; the revision says how many there are.</summary>
    private IEnumerable<Document> Counted(IEnumerable<Document> documents)
    {
        long count = 0;
        foreach (Document document in documents)
        {
            count++;
            yield return document;
        }
        if (count != Count)
        {
            throw new ChangeLogException($"the store is damaged: revision {At?.Number ?? 0} has {Count} documents, and {count} were found");
        }
    }

    private IEnumerable<Document> ReadHead(string? kind, string prefix, string? after)
    {
        // One bound to begin at: of two SQLite would look for the first and read its way to the second.
        bool isBehind = after is not null && kind is not null && new DocumentKey(kind, after) >= new DocumentKey(kind, prefix);
        using SqliteStatement statement = Guarded(() => kind is null
            ? Connection.PrepareOnce("SELECT kind, name, version, checksum, body FROM document ORDER BY kind, name")
            : Connection.PrepareOnce(
                $"SELECT kind, name, version, checksum, body FROM document WHERE kind = ?1 AND name {(isBehind ? ">" : ">=")} ?2 ORDER BY name")
                .Bind(1, kind).Bind(2, isBehind ? after! : prefix)); // It is there when it is behind.
        byte[] prefixOctets = Encoding.UTF8.GetBytes(prefix);
        string lastKind = kind ?? "";
        byte[] lastKindOctets = Encoding.UTF8.GetBytes(lastKind);
        while (Guarded(statement.Step))
        {
            if (!statement.TextOctets(1).StartsWith(prefixOctets))
            {
                yield break;
            }
            if (!statement.TextOctets(0).SequenceEqual(lastKindOctets))
            {
                // A million documents share a few kinds: one string each.
                lastKind = statement.Text(0);
                lastKindOctets = Encoding.UTF8.GetBytes(lastKind);
            }
            Document document = new(new DocumentKey(lastKind, statement.Text(1)), statement.Int64(2), new DocumentBody(statement.Blob(4).ToArray()));
            yield return StoreRows.Checked(document, statement.Int64(3));
        }
    }

    private static IEnumerable<Document> Merge(IEnumerable<Document> present, KeyValuePair<DocumentKey, Document?>[] undone)
    {
        int next = 0;
        foreach (Document document in present)
        {
            while (next < undone.Length && undone[next].Key < document.Key)
            {
                if (undone[next++].Value is { } before)
                {
                    yield return before;
                }
            }
            if (next < undone.Length && undone[next].Key == document.Key)
            {
                if (undone[next++].Value is { } before)
                {
                    yield return before;
                }
                continue;
            }
            yield return document;
        }
        for (; next < undone.Length; next++)
        {
            if (undone[next].Value is { } before)
            {
                yield return before;
            }
        }
    }

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteFailure e)
        {
            throw new ChangeLogException(e.Message, e);
        }
    }
}
