using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Computes every hash of a store again and compares: pages, chain of revisions, changes, state.</summary>
internal sealed class StoreVerification
{
    /// <summary>Findings that are told; the first ones lead to the cause, and a broken disk has thousands.</summary>
    private const int MaxFindings = 20;

    /// <summary>Revisions that are verified at each opening.</summary>
    private const int NewestRevisions = 200;

    /// <summary>Changes of them: a few milliseconds. An import of a million is left to the whole check.</summary>
    private const int NewestChanges = 5_000;

    private readonly SqliteConnection _connection;
    private readonly List<string> _findings = [];
    private long _revisions;
    private long _documents;
    private long _lastDamaged;
    private bool _isBeyondHistory;

    private StoreVerification(SqliteConnection connection)
    {
        _connection = connection;
    }

    /// <summary>Verifies a database as a read transaction sees it. What cannot be read is a finding, not an exception.</summary>
    public static StoreReport Run(SqliteConnection connection, string path)
    {
        StoreVerification verification = new(connection);
        verification.Try("pages", verification.CheckPages);
        verification.Try("state", verification.CheckState);
        verification._isBeyondHistory = verification._findings.Count > 0;
        verification.Try("history", verification.CheckHistory);
        Revision? head = null;
        long oldest = 1;
        verification.Try("head", () =>
        {
            head = StoreRows.Head(connection);
            oldest = StoreRows.Floor(connection).Number + 1;
        });
        return new StoreReport
        {
            Path = path,
            Head = head,
            OldestNumber = oldest,
            Revisions = verification._revisions,
            Documents = verification._documents,
            Findings = [.. verification._findings],
            DamagedHistory = verification._isBeyondHistory || verification._lastDamaged == 0 ? null : verification._lastDamaged,
        };
    }

    /// <summary>
    /// Verifies the newest revisions, which is what a crash or a failing disk hits first, in a time that does not grow with
    /// the store: at each opening.
    /// </summary>
    public static ImmutableArray<string> OfNewest(SqliteConnection connection)
    {
        StoreVerification verification = new(connection);
        verification.Try("history", () =>
        {
            Revision[] newest = [.. StoreRows.RevisionsBefore(connection, long.MaxValue, NewestRevisions).Reverse()];
            long changes = newest.Sum(revision => (long)revision.ChangeCount);
            for (int i = 1; i < newest.Length; changes -= newest[i++].ChangeCount)
            {
                if (newest[i].Number != newest[i - 1].Number + 1)
                {
                    verification.Add($"history: after revision {newest[i - 1].Number} comes {newest[i].Number}");
                }
                else if (changes <= NewestChanges)
                {
                    verification.CheckRevision(newest[i], newest[i - 1], newest[i - 1].Hash, isFirst: false);
                }
            }
        });
        return [.. verification._findings];
    }

    private void CheckPages()
    {
        using SqliteStatement statement = _connection.PrepareOnce($"PRAGMA integrity_check({MaxFindings})");
        while (statement.Step())
        {
            string line = statement.Text(0);
            if (line != "ok")
            {
                Add($"pages: {line}");
            }
        }
    }

    /// <summary>From where history was cut off to the head: numbers without gaps, each hash over the one before.</summary>
    private void CheckHistory()
    {
        (long number, ContentHash hash) = StoreRows.Floor(_connection);
        Revision? before = null;
        ImmutableArray<Revision> some;
        while (!(some = StoreRows.RevisionsAfter(_connection, number, ChangeLogLimits.MaxHistoryPage)).IsEmpty)
        {
            foreach (Revision revision in some)
            {
                if (revision.Number != number + 1)
                {
                    Add($"history: {(revision.Number == number + 2 ? $"revision {number + 1} is" : $"revisions {number + 1} to {revision.Number - 1} are")} missing");
                    _lastDamaged = revision.Number - 1;
                }
                CheckRevision(revision, before, hash, number == 0);
                before = revision;
                number = revision.Number;
                // The hash as stored: one damaged revision is one finding, and not one for each that follows.
                hash = revision.Hash;
                _revisions++;
            }
        }
    }

    private void CheckRevision(Revision revision, Revision? before, in ContentHash previous, bool isFirst)
    {
        int findings = _findings.Count;
        CheckHashes(revision, before, previous, isFirst);
        _lastDamaged = _findings.Count > findings || findings == MaxFindings ? revision.Number : _lastDamaged;
    }

    private void CheckHashes(Revision revision, Revision? before, in ContentHash previous, bool isFirst)
    {
        ContentHash? state = before?.StateHash ?? (isFirst ? default(ContentHash) : null);
        int count = 0;
        ContentHash computed;
        try
        {
            computed = LogHash.OfRevision(previous, revision, StoreRows.ChangesBetween(_connection, revision.Number - 1, revision.Number).Select(change =>
            {
                count++;
                state = state is { } known ? LogHash.OfState(known, change) : null;
                return change;
            }));
        }
        catch (SqliteFailure e)
        {
            Add($"history: the changes of revision {revision.Number} cannot be read: {e.Message}");
            return;
        }
        if (count != revision.ChangeCount)
        {
            Add($"history: revision {revision.Number} has {revision.ChangeCount} changes, and {count} are there");
        }
        else if (computed != revision.Hash)
        {
            Add($"history: revision {revision.Number} of {revision.At:u} is not what was written, or follows another one");
        }
        else if (state is { } after && after != revision.StateHash)
        {
            Add($"history: the changes of revision {revision.Number} do not lead to the state it has");
        }
    }

    private void CheckState()
    {
        ContentHash sum = default;
        using SqliteStatement statement = _connection.PrepareOnce("SELECT kind, name, version, checksum, body FROM document ORDER BY kind, name");
        while (statement.Step())
        {
            _documents++;
            Document document = new(
                new DocumentKey(statement.Text(0), statement.Text(1)), statement.Int64(2), new DocumentBody(statement.Blob(4).ToArray()));
            if (StoreRows.Checksum(document) != statement.Int64(3))
            {
                Add($"state: {document.Key} (version {document.Version}) is damaged");
            }
            sum = sum.Plus(LogHash.OfDocument(document));
        }
        Revision? head = StoreRows.Head(_connection);
        if (_documents != (head?.DocumentCount ?? 0))
        {
            Add($"state: revision {head?.Number ?? 0} has {head?.DocumentCount ?? 0} documents, and {_documents} are there");
        }
        else if (sum != (head?.StateHash ?? default))
        {
            Add($"state: the documents are not those of revision {head?.Number ?? 0}");
        }
    }

    private void Try(string what, Action check)
    {
        try
        {
            check();
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException)
        {
            Add($"{what}: {e.Message}");
        }
    }

    private void Add(string finding)
    {
        if (_findings.Count < MaxFindings)
        {
            _findings.Add(finding);
        }
    }
}
