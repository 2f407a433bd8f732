namespace Meridian.Engine.Model;

/// <summary>How much of its past the store keeps. The current state is always there.</summary>
public sealed record StoreModel
{
    /// <summary>So many revisions can always be returned to, whatever is configured.</summary>
    public const int MinKeptRevisions = 100;

    /// <summary>
    /// The newest this many revisions are kept however old they are. From <see cref="MinKeptRevisions"/>; ten thousand are a
    /// year of a busy team, and some tens of megabytes.
    /// </summary>
    public int KeepRevisions { get; init; } = 10_000;

    /// <summary>Revisions younger than this are kept however many they are. 400 days: last year's holiday season can be looked up in this one's.</summary>
    public TimeSpan KeepAge { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// A verified copy to repair from is taken after so many revisions; 0: never. The newest two are kept, each as large as the
    /// store.
    /// </summary>
    public int SnapshotEvery { get; init; } = 1_000;

    /// <summary>And no more often than this: it reads and writes the whole store.</summary>
    public TimeSpan SnapshotInterval { get; init; } = TimeSpan.FromHours(1);
}
