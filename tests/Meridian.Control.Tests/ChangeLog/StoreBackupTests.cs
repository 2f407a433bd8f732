using Meridian.Control.ChangeLog;
using Meridian.Control.ChangeLog.Sqlite;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>What a backup gives back, and what is refused.</summary>
public sealed class StoreBackupTests : StoreBench
{
    [Fact]
    public async Task Backup_OfARunningStore_RestoresTheSameHistoryAndState()
    {
        StoreBackup backup;
        Revision head;
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 30);
            head = log.Head ?? throw new InvalidOperationException("The store is empty.");
            backup = StoreMaintenance.Backup(Store.Directory, BackupFile);
            await log.AcceptAsync(Set(Put("later", "1")));
        }

        (StoreBackup restored, string? aside) = StoreMaintenance.Restore(BackupFile, Other.Directory, backup.Sha256, replace: false, TimeProvider.System);

        Assert.Equal((null, backup.Sha256, head), (aside, restored.Sha256, restored.Report.Head));
        await using SqliteChangeLog again = Other.Open();
        Assert.Equal(head, again.Head);
        await using SqliteChangeLog original = Store.Open();
        using DocumentState? then = await original.StateAtAsync(head.Number, None);
        Assert.Equal(then?.Text(), await again.TextAsync());
        Assert.IsType<AppendResult.Accepted>(await again.AppendAsync(Set(Put("p1", "repeated")) with { IdempotencyKey = "key3" }, None) is AppendResult.Refused
            ? await again.AppendAsync(Set(Put("goes on", "1")), None)
            : null);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task Backup_File_IsForItsOwnerAlone()
    {
        await using SqliteChangeLog log = Store.Open();
        await FillAsync(log, 1);

        StoreMaintenance.Backup(Store.Directory, BackupFile);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BackupFile));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(BackupFile)!, "*.partial")); // A path with a name has a directory.
    }

    [Fact]
    public async Task Restore_DamagedBackup_RefusedAndNothingTouched()
    {
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 30);
        }
        StoreBackup backup = StoreMaintenance.Backup(Store.Directory, BackupFile);
        Flip(BackupFile, new FileInfo(BackupFile).Length / 2);

        ChangeLogException byHash = Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, Other.Directory, backup.Sha256, replace: true, TimeProvider.System));
        ChangeLogException byContent = Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, Other.Directory, null, replace: true, TimeProvider.System));

        Assert.Contains("its SHA-256 is", byHash.Message, StringComparison.Ordinal);
        Assert.Contains("the backup is damaged and was not restored", byContent.Message, StringComparison.Ordinal);
        Assert.Equal(["store.lock"], Directory.EnumerateFiles(Other.Directory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Restore_OverAStore_OnlyWhenToldAndKeepsTheOldAside()
    {
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 5);
        }
        StoreMaintenance.Backup(Store.Directory, BackupFile);
        await using (SqliteChangeLog log = Store.Open())
        {
            await log.AcceptAsync(Set(Put("newer", "1")));
            Assert.Contains("another process has the store", Assert.Throws<ChangeLogException>(
                () => StoreMaintenance.Restore(BackupFile, Store.Directory, null, replace: true, TimeProvider.System)).Message, StringComparison.Ordinal);
        }
        Assert.Contains("there is a store", Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, Store.Directory, null, replace: false, TimeProvider.System)).Message, StringComparison.Ordinal);

        StoreFiles files = new(Store.Directory);
        Directory.CreateDirectory(files.Snapshots);
        File.Copy(Database, files.Snapshot(6), overwrite: true);

        (_, string? aside) = StoreMaintenance.Restore(BackupFile, Store.Directory, null, replace: true, TimeProvider.System);

        // A repair would take it for a later state of what was restored.
        Assert.Empty(files.ListSnapshots());
        Assert.Equal(5, StoreMaintenance.Check(Store.Directory).Head?.Number);
        Assert.NotNull(aside);
        Assert.Equal(6, StoreMaintenance.CheckFile(Path.Combine(aside, "meridian.db")).Head?.Number);
    }

    [Fact]
    public async Task Restore_Interrupted_TheStoreDoesNotOpenUntilItIsDoneAgain()
    {
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 5);
        }
        StoreMaintenance.Backup(Store.Directory, BackupFile);
        // As a crash between the two renames leaves it.
        File.Move(Database, Database + ".replacing");

        Assert.Contains("interrupted", Assert.Throws<ChangeLogException>(() => Store.Open()).Message, StringComparison.Ordinal);
        StoreMaintenance.Restore(BackupFile, Store.Directory, null, replace: false, TimeProvider.System);
        await using SqliteChangeLog again = Store.Open();

        Assert.Equal(5, again.Head?.Number);
    }
}
