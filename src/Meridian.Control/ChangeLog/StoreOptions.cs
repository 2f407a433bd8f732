using Meridian.Engine.Model;

namespace Meridian.Control.ChangeLog;

/// <summary>Where a store is and how much history it keeps.</summary>
public sealed record StoreOptions
{
    /// <summary>Made, for its owner alone, when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How much history and how many copies are kept; <see cref="SqliteChangeLog.Keep"/> changes it while the store is open.</summary>
    public StoreModel Keeping { get; init; } = new();

    /// <summary>
    /// Octets written to the write-ahead log before a checkpoint moves them into the database: what a start reads again at
    /// most, and rarely enough that the checkpoint's own fsync does not show.
    /// </summary>
    public long CheckpointLength { get; init; } = 16 << 20;

    /// <summary>After a fault of the storage it is tried again no more often than this.</summary>
    public TimeSpan ReopenInterval { get; init; } = TimeSpan.FromSeconds(5);
}
