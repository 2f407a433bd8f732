using System.Globalization;
using Meridian.Control.ChangeLog.Sqlite;

namespace Meridian.Control.ChangeLog;

/// <summary>
/// What an operator does to a store beside using it. All of it throws <see cref="ChangeLogException"/>, in words for an
/// operator, when it cannot be done; nothing is changed then.
/// </summary>
public static class StoreMaintenance
{
    /// <summary>Verifies a store, also while a server has it open. Changes nothing.</summary>
    /// <param name="directory">The store's.</param>
    public static StoreReport Check(string directory)
    {
        StoreFiles files = new(directory);
        // Before anything opens the store: whoever opens it last takes the log for read.
        string? damage = DamageOfLog(files);
        StoreReport report = CheckFile(files.Database);
        return damage is null ? report : report with { Findings = report.Findings.Insert(0, damage) };
    }

    /// <summary>Verifies one database file: a store's, a snapshot, a backup.</summary>
    public static StoreReport CheckFile(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                return new StoreReport { Path = path, Findings = [$"{path} is not there"] };
            }
            using SqliteConnection connection = SqliteConnection.Open(path, readOnly: true);
            connection.Execute("BEGIN");
            StoreSchema.Check(connection, path);
            return StoreVerification.Run(connection, path);
        }
        catch (Exception e) when (e is SqliteFailure or ChangeLogException)
        {
            return new StoreReport { Path = path, Findings = [e.Message] };
        }
    }

    /// <summary>
    /// Copies a store to one file, also while a server has it open and writes. The copy is verified before it gets its name,
    /// and for its owner alone: it holds the keys that the store holds.
    /// </summary>
    /// <param name="directory">The store's.</param>
    /// <param name="file">Where to; replaced when it is there.</param>
    public static StoreBackup Backup(string directory, string file) => Told($"{file}: the backup cannot be made", () =>
    {
        StoreFiles files = new(directory);
        string destination = Path.GetFullPath(file);
        if (!File.Exists(files.Database))
        {
            throw new ChangeLogException($"{files.Directory}: there is no store");
        }
        StoreReport report = StoreCopy.Make(files.Database, destination);
        return report.IsWhole
            ? new StoreBackup(report, new FileInfo(destination).Length, DurableFiles.HashOf(destination))
            : throw Damaged($"{files.Directory}: the store is damaged and was not backed up", report);
    });

    /// <summary>Puts a backup in the place of a store, which no server may have open. What was there is kept aside.</summary>
    /// <param name="file">The backup; it is verified whole before anything is touched.</param>
    /// <param name="directory">The store's; made when it is missing.</param>
    /// <param name="expected">SHA-256 that the file must have, as the backup told it; null: only what is in the file is verified.</param>
    /// <param name="replace">Whether a store that is there may be replaced.</param>
    /// <param name="time">Names the directory of what was there before.</param>
    /// <returns>What was restored, and where the old files are.</returns>
    public static (StoreBackup Restored, string? Aside) Restore(
        string file, string directory, ContentHash? expected, bool replace, TimeProvider time) => Told($"{directory}: the backup cannot be restored", () =>
    {
        StoreFiles files = new(directory);
        StoreFiles.CreateDirectory(files.Directory);
        using StoreLock held = StoreLock.Take(files);
        bool isInterrupted = File.Exists(StoreReplacement.Marker(files));
        if (File.Exists(files.Database) && !replace && !isInterrupted)
        {
            throw new ChangeLogException($"{files.Directory}: there is a store; say that it may be replaced");
        }
        string incoming = files.Database + ".incoming";
        try
        {
            ContentHash hash = DurableFiles.Copy(file, incoming);
            if (expected is { } wanted && hash != wanted)
            {
                throw new ChangeLogException($"{file}: its SHA-256 is {hash}, not {wanted}");
            }
            StoreReport report = CheckFile(incoming);
            if (!report.IsWhole)
            {
                throw Damaged($"{file}: the backup is damaged and was not restored", report);
            }
            long length = new FileInfo(incoming).Length;
            // They are of the history that was there: a repair must not take one of them for a later state of this one.
            if (Directory.Exists(files.Snapshots))
            {
                Directory.Move(files.Snapshots, string.Create(CultureInfo.InvariantCulture, $"{files.Snapshots}-{time.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}"));
                DurableFiles.SyncDirectory(files.Directory);
            }
            string? aside = StoreReplacement.Apply(files, incoming, time.GetUtcNow());
            return (new StoreBackup(report with { Path = file }, length, hash), aside);
        }
        finally
        {
            File.Delete(incoming);
        }
    });

    /// <summary>
    /// Repairs a damaged store, which no server may have open. When only records of the past are damaged, the state stays and history
    /// begins after the damage. Otherwise it is made anew from its newest whole snapshot, or from its first revision when there is
    /// none, and the revisions after it for as long as they are provably what was written.
    /// </summary>
    public static StoreRepairReport Repair(string directory, TimeProvider time) => Told($"{directory}: the store cannot be repaired", () =>
    {
        StoreFiles files = new(directory);
        using StoreLock held = StoreLock.Take(files);
        StoreReport before = Check(directory);
        if (before.IsWhole)
        {
            return new StoreRepairReport { Before = before, After = before };
        }
        string repaired = files.Database + ".repaired";
        try
        {
            string? good = before.Head is not { } head ? null : IsStateWhole(before) ? files.Database
                : files.ListSnapshots().FirstOrDefault(snapshot => CheckFile(snapshot).IsWhole && StoreRepair.IsOfSameHistory(files.Database, head, snapshot));
            (long from, long to) = IsStateWhole(before)
                ? StoreRepair.CutDamage(files.Database, before.DamagedHistory ?? 0, repaired)
                : StoreRepair.Build(files.Database, good, repaired);
            StoreReport after = CheckFile(repaired);
            if (!after.IsWhole || to == 0)
            {
                throw new ChangeLogException($"{files.Directory}: there is no whole snapshot, and the history alone does not lead to a state; restore a backup");
            }
            string? aside = StoreReplacement.Apply(files, repaired, time.GetUtcNow());
            return new StoreRepairReport { Before = before, After = after with { Path = files.Database }, Snapshot = good == files.Database ? null : good, From = from, Aside = aside };
        }
        finally
        {
            File.Delete(repaired);
        }
    });

    /// <summary>Whether all that can be read is whole, but for records of the past before the newest revision.</summary>
    private static bool IsStateWhole(StoreReport report) => report.Head is { } head
        && (report.DamagedHistory is { } damaged ? damaged < head.Number
            // Nothing but the end of the log cannot be read.
            : report.Findings.All(finding => finding.StartsWith("log: ", StringComparison.Ordinal)));

    private static string? DamageOfLog(StoreFiles files)
    {
        try
        {
            return WalInspection.FindDamage(files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"log: {e.Message}";
        }
    }

    private static ChangeLogException Damaged(string what, StoreReport report) => new($"{what}:\n  {string.Join("\n  ", report.Findings)}");

    private static T Told<T>(string what, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is SqliteFailure or IOException or UnauthorizedAccessException)
        {
            throw new ChangeLogException($"{what}: {e.Message}", e);
        }
    }
}
