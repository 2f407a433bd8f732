using System.Collections.Immutable;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Cuts old history off, by age and count. The state is never touched.</summary>
internal sealed class StoreRetention(StoreOptions options, TimeProvider time)
{
    /// <summary>Revisions that one step removes: bounds how long writers wait for it.</summary>
    private const int Step = 1_000;

    private long _oldest = 1;

    /// <summary>The oldest revision that is kept.</summary>
    public long OldestNumber => Volatile.Read(ref _oldest);

    /// <summary>Reads where history begins.</summary>
    public void Load(SqliteConnection connection) => Volatile.Write(ref _oldest, StoreRows.Floor(connection).Number + 1);

    /// <summary>Removes what both limits let go, in steps.</summary>
    public void Apply(SqliteConnection connection, Revision? head)
    {
        long newestToGo = (head?.Number ?? 0) - Math.Max(options.KeepRevisions, StoreOptions.MinKeptRevisions);
        DateTimeOffset youngestToGo = time.GetUtcNow() - options.KeepAge;
        if (newestToGo < OldestNumber)
        {
            return;
        }
        ImmutableArray<Revision> candidates = StoreRows.RevisionsAfter(
            connection, OldestNumber - 1, (int)Math.Min(Step, newestToGo - OldestNumber + 1));
        // In order: a clock that went back does not open a hole in history.
        if (candidates.TakeWhile(revision => revision.At <= youngestToGo).LastOrDefault() is not { } last)
        {
            return;
        }
        connection.Execute("BEGIN IMMEDIATE");
        StoreRows.CutHistory(connection, last);
        connection.Execute("COMMIT");
        Volatile.Write(ref _oldest, last.Number + 1);
    }
}
