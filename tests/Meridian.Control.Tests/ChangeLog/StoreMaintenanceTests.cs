using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.ChangeLog.Sqlite;
using Meridian.Engine.Model;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

public sealed class StoreMaintenanceTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryStore _store = new();
    private readonly TemporaryStore _other = new();

    public void Dispose()
    {
        _store.Dispose();
        _other.Dispose();
    }

    private string BackupFile => _store.Directory + ".backup";

    private string Database => Path.Combine(_store.Directory, "meridian.db");

    [Fact]
    public async Task Backup_OfARunningStore_RestoresTheSameHistoryAndState()
    {
        StoreBackup backup;
        Revision head;
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 30);
            head = log.Head ?? throw new InvalidOperationException("The store is empty.");
            backup = StoreMaintenance.Backup(_store.Directory, BackupFile);
            await log.AcceptAsync(Set(Put("later", "1")));
        }

        (StoreBackup restored, string? aside) = StoreMaintenance.Restore(BackupFile, _other.Directory, backup.Sha256, replace: false, TimeProvider.System);

        Assert.Equal((null, backup.Sha256, head), (aside, restored.Sha256, restored.Report.Head));
        await using SqliteChangeLog again = _other.Open();
        Assert.Equal(head, again.Head);
        await using SqliteChangeLog original = _store.Open();
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
        await using SqliteChangeLog log = _store.Open();
        await FillAsync(log, 1);

        StoreMaintenance.Backup(_store.Directory, BackupFile);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(BackupFile));
        Assert.Empty(Directory.EnumerateFiles(Path.GetDirectoryName(BackupFile)!, "*.partial")); // A path with a name has a directory.
    }

    [Fact]
    public async Task Restore_DamagedBackup_RefusedAndNothingTouched()
    {
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 30);
        }
        StoreBackup backup = StoreMaintenance.Backup(_store.Directory, BackupFile);
        Flip(BackupFile, new FileInfo(BackupFile).Length / 2);

        ChangeLogException byHash = Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, _other.Directory, backup.Sha256, replace: true, TimeProvider.System));
        ChangeLogException byContent = Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, _other.Directory, null, replace: true, TimeProvider.System));

        Assert.Contains("its SHA-256 is", byHash.Message, StringComparison.Ordinal);
        Assert.Contains("the backup is damaged and was not restored", byContent.Message, StringComparison.Ordinal);
        Assert.Equal(["store.lock"], Directory.EnumerateFiles(_other.Directory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Restore_OverAStore_OnlyWhenToldAndKeepsTheOldAside()
    {
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 5);
        }
        StoreMaintenance.Backup(_store.Directory, BackupFile);
        await using (SqliteChangeLog log = _store.Open())
        {
            await log.AcceptAsync(Set(Put("newer", "1")));
            Assert.Contains("another process has the store", Assert.Throws<ChangeLogException>(
                () => StoreMaintenance.Restore(BackupFile, _store.Directory, null, replace: true, TimeProvider.System)).Message, StringComparison.Ordinal);
        }
        Assert.Contains("there is a store", Assert.Throws<ChangeLogException>(
            () => StoreMaintenance.Restore(BackupFile, _store.Directory, null, replace: false, TimeProvider.System)).Message, StringComparison.Ordinal);

        StoreFiles files = new(_store.Directory);
        Directory.CreateDirectory(files.Snapshots);
        File.Copy(Database, files.Snapshot(6), overwrite: true);

        (_, string? aside) = StoreMaintenance.Restore(BackupFile, _store.Directory, null, replace: true, TimeProvider.System);

        // A repair would take it for a later state of what was restored.
        Assert.Empty(files.ListSnapshots());
        Assert.Equal(5, StoreMaintenance.Check(_store.Directory).Head?.Number);
        Assert.NotNull(aside);
        Assert.Equal(6, StoreMaintenance.CheckFile(Path.Combine(aside, "meridian.db")).Head?.Number);
    }

    [Fact]
    public async Task Restore_Interrupted_TheStoreDoesNotOpenUntilItIsDoneAgain()
    {
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 5);
        }
        StoreMaintenance.Backup(_store.Directory, BackupFile);
        // As a crash between the two renames leaves it.
        File.Move(Database, Database + ".replacing");

        Assert.Contains("interrupted", Assert.Throws<ChangeLogException>(() => _store.Open()).Message, StringComparison.Ordinal);
        StoreMaintenance.Restore(BackupFile, _store.Directory, null, replace: false, TimeProvider.System);
        await using SqliteChangeLog again = _store.Open();

        Assert.Equal(5, again.Head?.Number);
    }

    [Fact]
    public async Task Repair_DamagedState_RebuiltFromHistoryWithoutLoss()
    {
        string before;
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 40);
            before = await log.TextAsync();
        }
        Execute("UPDATE document SET body = x'7b7d' WHERE name = 'p3'");
        Execute("DELETE FROM document WHERE name = 'p4'");

        StoreReport found = StoreMaintenance.Check(_store.Directory);
        StoreRepairReport repaired = StoreMaintenance.Repair(_store.Directory, TimeProvider.System);

        Assert.Contains(found.Findings, finding => finding.StartsWith("state: pool p3 (version ", StringComparison.Ordinal));
        Assert.Contains(found.Findings, finding => finding.Contains("documents, and", StringComparison.Ordinal));
        Assert.Equal((0L, true, 0L), (repaired.Lost, repaired.After.IsWhole, repaired.From));
        await using SqliteChangeLog again = _store.Open();
        Assert.Equal(before, await again.TextAsync());
    }

    [Fact]
    public async Task Repair_DamagedHistory_FromSnapshotUpToTheDamageAndSaysWhatIsLost()
    {
        await using (SqliteChangeLog log = _store.Open(configure: options => options with { Keeping = new StoreModel { SnapshotEvery = 10, SnapshotInterval = TimeSpan.Zero } }))
        {
            await FillAsync(log, 20);
            await SnapshotOfAsync(log);
        }
        await using (SqliteChangeLog log = _store.Open(configure: options => options with { Keeping = new StoreModel { SnapshotEvery = 0 } }))
        {
            // Eleven: one comes with the idempotency key of an earlier one.
            await FillAsync(log, 12);
        }
        long snapshot = StoreMaintenance.CheckFile(new StoreFiles(_store.Directory).ListSnapshots()[0]).Head?.Number ?? 0;
        // The newest one: what it did to the state cannot be told from what is there.
        Execute("UPDATE change SET after = x'7b7d' WHERE revision IN (2, 31)");
        Assert.Contains("revision 31 of", Assert.Throws<ChangeLogException>(() => _store.Open()).Message, StringComparison.Ordinal);

        StoreRepairReport repaired = StoreMaintenance.Repair(_store.Directory, TimeProvider.System);

        Assert.Equal((snapshot, 30L, 1L), (repaired.From, repaired.After.Head?.Number, repaired.Lost));
        Assert.True(snapshot >= 10, $"the snapshot is of {snapshot}");
        await using SqliteChangeLog again = _store.Open();
        Assert.Equal(31, (await again.AcceptAsync(Set(Put("goes on", "1")))).Number);
    }

    [Fact]
    public async Task Repair_SnapshotOfAnotherHistory_IsNotTaken()
    {
        StoreModel often = new() { SnapshotEvery = 10, SnapshotInterval = TimeSpan.Zero };
        foreach ((TemporaryStore store, string body) in new[] { (_other, "2"), (_store, "1") })
        {
            await using SqliteChangeLog log = store.Open(configure: options => options with { Keeping = store == _other ? often : new StoreModel { SnapshotEvery = 0 } });
            for (int i = 0; i < (store == _other ? 40 : 20); i++)
            {
                await log.AcceptAsync(Set(Put("p", body + i.ToString(CultureInfo.InvariantCulture))));
            }
            if (store == _other)
            {
                await SnapshotOfAsync(store, log);
            }
        }
        // As after files were exchanged by hand: whole copies, of a store that was another one, before and beyond the head of this.
        Directory.Move(new StoreFiles(_other.Directory).Snapshots, new StoreFiles(_store.Directory).Snapshots);
        Execute("UPDATE document SET body = x'7b7d' WHERE name = 'p'");

        StoreRepairReport repaired = StoreMaintenance.Repair(_store.Directory, TimeProvider.System);

        Assert.Equal((null, 0L, 20L, 0L), (repaired.Snapshot, repaired.From, repaired.After.Head?.Number, repaired.Lost));
        await using SqliteChangeLog again = _store.Open();
        Assert.Equal("p@20=119", await again.TextAsync());
    }

    [Fact]
    public async Task Run_StorageFailsAndComesBack_IsOpenedAgainThoughNobodyWrites()
    {
        await using SqliteChangeLog log = _store.Open(configure: options => options with { ReopenInterval = TimeSpan.FromMilliseconds(20) });
        await log.AcceptAsync(Set(Put("before", "1")));
        Execute("ALTER TABLE revision RENAME TO hidden");
        AppendResult.Refused refused = Assert.IsType<AppendResult.Refused>(await log.AppendAsync(Set(Put("lost", "1")), None));
        Assert.Equal((RefusalKind.Fault, true), (refused.Kind, log.Fault is not null));
        Execute("ALTER TABLE hidden RENAME TO revision");

        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (log.Fault is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }

        Assert.Equal((1L, "before@1=1"), (log.Head?.Number, await log.TextAsync()));
        Assert.Equal(2, (await log.AcceptAsync(Set(Put("after", "1")))).Number);
    }

    [Fact]
    public async Task Repair_OnlyThePastIsDamaged_KeepsTheStateAndBeginsHistoryAfterTheDamage()
    {
        string before;
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 40);
            before = await log.TextAsync();
        }
        Execute("UPDATE change SET after = x'7b7d' WHERE revision IN (2, 30)");
        Execute("UPDATE revision SET message = 'forged' WHERE number = 17");

        StoreRepairReport repaired = StoreMaintenance.Repair(_store.Directory, TimeProvider.System);

        Assert.Equal((40L, 31L, 0L, null), (repaired.After.Head?.Number, repaired.After.OldestNumber, repaired.Lost, repaired.Snapshot));
        await using SqliteChangeLog again = _store.Open();
        Assert.Equal(before, await again.TextAsync());
        Assert.Equal(41, (await again.AcceptAsync(Set(Put("goes on", "1")))).Number);
        Assert.Empty(StoreMaintenance.Check(_store.Directory).Findings);
    }

    [Fact]
    public async Task Open_LogDamagedInTheMiddle_SaysSoAndRepairTellsWhatIsLeft()
    {
        string wal = Database + "-wal";
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 30);
            // What the disk has at this moment: the end of the process would move the log into the database.
            Directory.CreateDirectory(_other.Directory);
            File.Copy(Database, Path.Combine(_other.Directory, "meridian.db"));
            File.Copy(wal, Path.Combine(_other.Directory, "meridian.db-wal"));
        }
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(_other.Directory, "meridian.db-wal"), None);
        byte[] database = await File.ReadAllBytesAsync(Path.Combine(_other.Directory, "meridian.db"), None);
        int found = 0;
        foreach (int frame in new[] { 0, 1, 10, 40, 60 })
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[frame == 0 ? 17 : 32 + (frame * (24 + 4096)) + 100] ^= 0x10;
            await File.WriteAllBytesAsync(Path.Combine(_other.Directory, "meridian.db"), database, None);
            await File.WriteAllBytesAsync(Path.Combine(_other.Directory, "meridian.db-wal"), damaged, None);

            ChangeLogException refused = Assert.Throws<ChangeLogException>(() => _other.Open());
            Assert.Contains("commits behind it that were acknowledged cannot be read", refused.Message, StringComparison.Ordinal);
            StoreReport report = StoreMaintenance.Check(_other.Directory);
            Assert.Contains("meridian.db-wal is damaged at octet", report.Findings[0], StringComparison.Ordinal);
            if (frame >= 40)
            {
                StoreRepairReport repaired = StoreMaintenance.Repair(_other.Directory, TimeProvider.System);
                Assert.InRange(repaired.After.Head?.Number ?? 0, 1, 29);
                Assert.True(repaired.After.IsWhole);
                found++;
            }
        }
        Assert.Equal(2, found);
    }

    [Fact]
    public async Task Open_LogThatEndsInTheMiddleOfACommit_LosesOnlyWhatWasNotAcknowledged()
    {
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 20);
            Directory.CreateDirectory(_other.Directory);
            File.Copy(Database, Path.Combine(_other.Directory, "meridian.db"));
            File.Copy(Database + "-wal", Path.Combine(_other.Directory, "meridian.db-wal"));
        }
        string wal = Path.Combine(_other.Directory, "meridian.db-wal");
        // The last commit as a power cut leaves it: a frame of it missing, the others there.
        Flip(wal, new FileInfo(wal).Length - (2 * (24 + 4096)) + 50);
        await using SqliteChangeLog again = _other.Open();
        Assert.Equal(19, again.Head?.Number);
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(32, 24 + 4096)]
    [InlineData(32, 100)]
    [InlineData(0, 32 + (3 * (24 + 4096)))]
    public async Task Open_PowerCutWhileTheLogBeganAnew_LosesNothing(int from, int count)
    {
        string before;
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 30);
            before = await log.TextAsync();
            Execute("PRAGMA wal_checkpoint(PASSIVE)");
            Directory.CreateDirectory(_other.Directory);
            File.Copy(Database, Path.Combine(_other.Directory, "meridian.db"));
            File.Copy(Database + "-wal", Path.Combine(_other.Directory, "meridian.db-wal"));
        }
        // All of it is in the database; the new log's header and first frames are over the old ones in parts, and none is synced.
        string wal = Path.Combine(_other.Directory, "meridian.db-wal");
        byte[] cut = await File.ReadAllBytesAsync(wal, None);
        new Random(20261120).NextBytes(cut.AsSpan(from, count));
        await File.WriteAllBytesAsync(wal, cut, None);

        await using SqliteChangeLog again = _other.Open();

        Assert.Equal(before, await again.TextAsync());
    }

    [Fact]
    public async Task Repair_WholeStore_ChangesNothing()
    {
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 3);
        }

        StoreRepairReport repaired = StoreMaintenance.Repair(_store.Directory, TimeProvider.System);

        Assert.Equal((null, 0L, repaired.Before), (repaired.Aside, repaired.Lost, repaired.After));
    }

    [Fact]
    public async Task Check_AnyFlippedOctet_IsFoundOrChangesNothing()
    {
        string state, history;
        await using (SqliteChangeLog log = _store.Open())
        {
            await FillAsync(log, 25);
            state = await log.TextAsync();
            history = await HistoryAsync(log);
        }
        byte[] whole = await File.ReadAllBytesAsync(Database, None);
        Random random = new(20261120);
        int found = 0;
        for (int i = 0; i < 120; i++)
        {
            byte[] flipped = (byte[])whole.Clone();
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Database, flipped, None);
            if (!StoreMaintenance.Check(_store.Directory).IsWhole)
            {
                found++;
                continue;
            }
            await using SqliteChangeLog log = _store.Open();
            Assert.Equal(state, await log.TextAsync());
            Assert.Equal(history, await HistoryAsync(log));
        }
        Assert.InRange(found, 40, 120);
    }

    [Fact]
    public async Task Retention_ByAgeAndCount_CutsHistoryAndNeverTheState()
    {
        SteppingTime time = new();
        await using SqliteChangeLog log = _store.Open(time, options => options with
        {
            Keeping = new StoreModel { KeepRevisions = 100, KeepAge = TimeSpan.FromDays(10) },
            CheckpointLength = 0,
        });
        await log.AcceptAsync(Set(Put("old", "1")));
        for (int i = 0; i < 150; i++)
        {
            await log.AcceptAsync(Set(Put("p", i.ToString(CultureInfo.InvariantCulture))));
        }
        Assert.Equal(1, log.OldestNumber);
        time.Advance(TimeSpan.FromDays(11));
        for (int i = 0; i < 30; i++)
        {
            await log.AcceptAsync(Set(Put("q", i.ToString(CultureInfo.InvariantCulture))));
        }
        // What a commit makes due is done after it is told: one more waits for it.
        await log.AcceptAsync(Set(Put("q", "last")));

        Assert.InRange(log.OldestNumber, 180 - 100, 182 - 100 + 1);
        Assert.Equal("old@1=1 p@151=149 q@182=last", await log.TextAsync());
        Assert.Null(await log.StateAtAsync(log.OldestNumber - 1, None));
        using DocumentState? oldest = await log.StateAtAsync(log.OldestNumber, None);
        Assert.Equal(2, oldest?.Read().Count());
        await Assert.ThrowsAsync<ChangeLogException>(async () => await log.ReadFromAsync(0, None).GetAsyncEnumerator(None).MoveNextAsync());
        Assert.Empty(StoreMaintenance.Check(_store.Directory).Findings);
    }

    private static async Task FillAsync(SqliteChangeLog log, int revisions)
    {
        for (int i = 0; i < revisions; i++)
        {
            string body = $"\"{new string('x', 30 + (i * 37 % 400))}\"";
            await log.AcceptAsync(Set(Put($"p{i % 10}", body), Put($"q{i % 7}", body)) with
            {
                IdempotencyKey = log.Head is null || i != 3 ? null : $"key{i}",
            });
        }
    }

    private Task SnapshotOfAsync(SqliteChangeLog log) => SnapshotOfAsync(_store, log);

    private static async Task SnapshotOfAsync(TemporaryStore store, SqliteChangeLog log)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (new StoreFiles(store.Directory).ListSnapshots().Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
        Assert.NotNull(log.Head);
    }

    private static async Task<string> HistoryAsync(SqliteChangeLog log)
    {
        List<string> lines = [];
        await foreach (LogEntry entry in log.ReadFromAsync(0, None))
        {
            lines.Add($"{entry.Revision} {string.Join(' ', entry.Changes)}");
        }
        return string.Join('\n', lines);
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = SqliteConnection.Open(Database, readOnly: false);
        connection.Execute(sql);
    }

    private static void Flip(string path, long offset)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = offset;
        int octet = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(octet ^ 0xFF));
    }

    private sealed class SteppingTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
