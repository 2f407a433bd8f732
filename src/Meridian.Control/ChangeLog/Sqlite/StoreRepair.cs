namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// Makes a whole database from a damaged one: a good copy of an earlier revision, and after it the revisions of the damaged
/// one for as long as each is provably what was written.
/// </summary>
internal static class StoreRepair
{
    /// <summary>Revisions in one transaction.</summary>
    private const int Batch = 500;

    /// <summary>Builds the database.</summary>
    /// <param name="damaged">The store's database, which is only read.</param>
    /// <param name="good">A whole copy; null: nothing, which only helps when the history was never cut off.</param>
    /// <param name="destination">Replaced when it is there.</param>
    /// <returns>The revision it begins from, and the one it comes to.</returns>
    public static (long From, long To) Build(string damaged, string? good, string destination)
    {
        if (good is null)
        {
            File.Delete(destination);
            StoreFiles.CreateFile(destination);
        }
        else
        {
            DurableFiles.Copy(good, destination);
        }
        long from, to;
        using (SqliteConnection target = SqliteConnection.Open(destination, readOnly: false))
        {
            StoreSchema.CreateWhenEmpty(target);
            Revision? head = StoreRows.Head(target);
            from = head?.Number ?? 0;
            to = Replay(damaged, target, head);
        }
        DurableFiles.Sync(destination);
        return (from, to);
    }

    /// <summary>Copies a database whose state is whole, and begins its history after the damage.</summary>
    /// <param name="damaged">The store's database, which is only read.</param>
    /// <param name="upTo">The last revision whose record is damaged, before the newest; 0: none, the end of the log could not be read.</param>
    /// <param name="destination">Replaced when it is there.</param>
    public static (long From, long To) CutDamage(string damaged, long upTo, string destination)
    {
        File.Delete(destination);
        StoreFiles.CreateFile(destination);
        using (SqliteConnection source = SqliteConnection.Open(damaged, readOnly: true))
        {
            using SqliteStatement copy = source.PrepareOnce("VACUUM INTO ?1").Bind(1, destination);
            copy.Run();
        }
        long to;
        using (SqliteConnection target = SqliteConnection.Open(destination, readOnly: false))
        {
            if (upTo > 0)
            {
                target.Execute("BEGIN IMMEDIATE");
                // A revision that is missing altogether has no hash; the next one's own hash says that nothing follows it here.
                Revision last = StoreRows.RevisionsAfter(target, upTo - 1, 1) is [{ } found, ..] && found.Number == upTo
                    ? found
                    : throw new ChangeLogException($"revision {upTo} is missing, and the history after it hangs on nothing");
                StoreRows.CutHistory(target, last);
                target.Execute("COMMIT");
            }
            to = StoreRows.Head(target)?.Number ?? 0;
        }
        DurableFiles.Sync(destination);
        return (to, to);
    }

    /// <summary>
    /// Whether a copy is of the history that the damaged store has, as far as that can be read. One of another history, as of a
    /// store whose files were exchanged by hand, would bring back what was never in this one.
    /// </summary>
    /// <param name="damaged">The store's database, which is only read.</param>
    /// <param name="head">The newest revision that can be read in it.</param>
    /// <param name="copy">A whole copy.</param>
    public static bool IsOfSameHistory(string damaged, Revision head, string copy)
    {
        using SqliteConnection kept = SqliteConnection.Open(copy, readOnly: true);
        if (StoreRows.Head(kept) is not { } last)
        {
            return false;
        }
        if (last.Number >= head.Number)
        {
            // One that is ahead is of use when it came after the newest revision that is left: then nothing has to be lost.
            return StoreRows.FindRevision(kept, head.Number)?.Hash == head.Hash;
        }
        try
        {
            using SqliteConnection source = SqliteConnection.Open(damaged, readOnly: true);
            // What provably follows the copy tells more than a record that may be damaged itself.
            return StoreRows.FindRevision(source, last.Number) is not { } same || same.Hash == last.Hash || ReadNext(source, last) is not null;
        }
        catch (SqliteFailure)
        {
            // Nothing speaks against it.
            return true;
        }
    }

    private static long Replay(string damaged, SqliteConnection target, Revision? head)
    {
        try
        {
            using SqliteConnection source = SqliteConnection.Open(damaged, readOnly: true);
            source.Execute("BEGIN");
            while (true)
            {
                Revision? before = head;
                target.Execute("BEGIN IMMEDIATE");
                for (int i = 0; i < Batch && ReadNext(source, head) is { } next; i++)
                {
                    StoreRows.Write(target, next.Entry, next.Request);
                    head = next.Entry.Revision;
                }
                target.Execute("COMMIT");
                if (head == before)
                {
                    return head?.Number ?? 0;
                }
            }
        }
        catch (SqliteFailure)
        {
            // Not even a header: there is nothing to add to the copy.
            target.TryRollback();
            return StoreRows.Head(target)?.Number ?? 0;
        }
    }

    /// <summary>The revision after one, when it is all there and its hash follows; else null.</summary>
    private static (LogEntry Entry, ContentHash? Request)? ReadNext(SqliteConnection source, Revision? head)
    {
        try
        {
            if (StoreRows.FindRevision(source, (head?.Number ?? 0) + 1) is not { } revision)
            {
                return null;
            }
            LogEntry entry = new(revision, StoreRows.Changes(source, revision));
            ContentHash state = entry.Changes.Aggregate(head?.StateHash ?? default, (sum, change) => LogHash.OfState(sum, change));
            if (state != revision.StateHash || LogHash.OfRevision(head?.Hash ?? default, revision, entry.Changes) != revision.Hash)
            {
                return null;
            }
            return (entry, revision.IdempotencyKey is { } key ? StoreRows.FindByKey(source, key)?.Request : null);
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException)
        {
            return null;
        }
    }
}
