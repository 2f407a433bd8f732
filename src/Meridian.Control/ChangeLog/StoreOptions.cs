namespace Meridian.Control.ChangeLog;

/// <summary>Where a store is and how much history it keeps.</summary>
public sealed record StoreOptions
{
    /// <summary>So many revisions can always be returned to, whatever is configured.</summary>
    public const int MinKeptRevisions = 100;

    /// <summary>Made, for its owner alone, when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// The newest this many revisions are kept however old they are. From <see cref="MinKeptRevisions"/>; ten thousand are a
    /// year of a busy team, and some tens of megabytes.
    /// </summary>
    public int KeepRevisions { get; init; } = 10_000;

    /// <summary>Revisions younger than this are kept however many they are. 400 days: last year's holiday season can be looked up in this one's.</summary>
    public TimeSpan KeepAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// Octets written to the write-ahead log before a checkpoint moves them into the database: what a start reads again at
    /// most, and rarely enough that the checkpoint's own fsync does not show.
    /// </summary>
    public long CheckpointLength { get; init; } = 16 << 20;

    /// <summary>
    /// A verified copy to repair from is taken after so many revisions; 0: never. The newest two are kept, each as large as the
    /// store.
    /// </summary>
    public int SnapshotEvery { get; init; } = 1_000;

    /// <summary>And no more often than this: it reads and writes the whole store.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After a fault of the storage it is tried again no more often than this.</summary>
    public TimeSpan ReopenInterval { get; init; } = TimeSpan.FromSeconds(5);
}
