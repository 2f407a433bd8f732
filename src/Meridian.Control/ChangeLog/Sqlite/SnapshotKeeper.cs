using Meridian.Engine.Model;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>
/// Takes a verified copy of the store now and then, to repair from. That it verifies finds damage early, too: a copy that is
/// not whole is told and not kept.
/// </summary>
internal sealed class SnapshotKeeper(StoreFiles files, StoreRetention retention, TimeProvider time, ILogger logger)
{
    /// <summary>Two: while the newer one is made, and should it prove bad, there is the older one.</summary>
    private const int Kept = 2;

    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>When the newest copy was taken, by the time of its file; null without one, or when it cannot be looked at.</summary>
    public DateTimeOffset? NewestAt
    {
        get
        {
            try
            {
                return files.ListSnapshots() is [string newest, ..] ? File.GetLastWriteTimeUtc(newest) : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever collects metrics gets the others.
                return null;
            }
        }
    }

    /// <summary>Takes one when it is due at a head.</summary>
    public void TakeWhenDue(Revision? head)
    {
        StoreModel keeping = retention.Keeping;
        if (head is null || keeping.SnapshotEvery <= 0 || time.GetUtcNow() - _last < keeping.SnapshotInterval)
        {
            return;
        }
        try
        {
            if (head.Number - NewestNumber() >= keeping.SnapshotEvery)
            {
                _last = time.GetUtcNow();
                Take();
            }
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException or IOException or UnauthorizedAccessException)
        {
            // Also when the directory cannot be looked at: it is tried again, and not at each revision until then.
            _last = time.GetUtcNow();
            logger.SnapshotFailed(e.Message);
        }
    }

    private void Take()
    {
        StoreFiles.CreateDirectory(files.Snapshots);
        string fresh = Path.Combine(files.Snapshots, "fresh");
        StoreReport report = StoreCopy.Make(files.Database, fresh);
        if (!report.IsWhole || report.Head is not { } head)
        {
            logger.StoreDamaged(string.Join("; ", report.Findings));
            return;
        }
        File.Move(fresh, files.Snapshot(head.Number), overwrite: true);
        DurableFiles.SyncDirectory(files.Snapshots);
        foreach (string old in files.ListSnapshots().Skip(Kept))
        {
            File.Delete(old);
        }
        logger.SnapshotTaken(head.Number);
    }

    private long NewestNumber() =>
        files.ListSnapshots() is [string newest, ..] && long.TryParse(Path.GetFileNameWithoutExtension(newest), out long number) ? number : 0;
}
