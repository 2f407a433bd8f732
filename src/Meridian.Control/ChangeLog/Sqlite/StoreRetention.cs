using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>Cuts old history off, by age and count. The state is never touched.</summary>
internal sealed class StoreRetention(StoreModel keeping, TimeProvider time)
{
    private StoreModel _keeping = keeping;

    /// <summary>Revisions that one step removes: bounds how long writers wait for it.</summary>
    private const int Step = 1_000;

    private long _oldest = 1;
    private long _oldestAt;

    /// <summary>The oldest revision that is kept.</summary>
    public long OldestNumber => Volatile.Read(ref _oldest);

    /// <summary>What is kept; may be changed from any thread, and counts from the next time that something is cut off.</summary>
    public StoreModel Keeping
    {
        get => Volatile.Read(ref _keeping);
        set => Volatile.Write(ref _keeping, value);
    }

    /// <summary>When the oldest revision that is kept was made; null without one.</summary>
    public DateTimeOffset? OldestAt => Volatile.Read(ref _oldestAt) is > 0 and long milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>Reads where history begins.</summary>
    public void Load(SqliteConnection connection)
    {
        Volatile.Write(ref _oldest, StoreRows.Floor(connection).Number + 1);
        Volatile.Write(
            ref _oldestAt, StoreRows.RevisionsAfter(connection, _oldest - 1, 1) is [{ } oldest] ? oldest.At.ToUnixTimeMilliseconds() : time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Removes what both limits let go, one step of it.</summary>
    /// <returns>Whether there may be more.</returns>
    public bool Apply(SqliteConnection connection, Revision? head)
    {
        long newestToGo = (head?.Number ?? 0) - Math.Max(Keeping.KeepRevisions, StoreModel.MinKeptRevisions);
        DateTimeOffset youngestToGo = time.GetUtcNow() - Keeping.KeepAge;
        if (newestToGo < OldestNumber)
        {
            return false;
        }
        ImmutableArray<Revision> candidates = StoreRows.RevisionsAfter(
            connection, OldestNumber - 1, (int)Math.Min(Step, newestToGo - OldestNumber + 1));
        // In order: a clock that went back does not open a hole in history.
        if (candidates.TakeWhile(revision => revision.At <= youngestToGo).LastOrDefault() is not { } last)
        {
            return false;
        }
        connection.Execute("BEGIN IMMEDIATE");
        StoreRows.CutHistory(connection, last);
        connection.Execute("COMMIT");
        Load(connection);
        return candidates.Length == Step;
    }
}
