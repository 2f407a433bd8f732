using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Engine.Model;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>What a store finds of damage when it is opened or checked, and how it goes on.</summary>
public sealed class StoreDamageTests : StoreBench
{
    [Fact]
    public async Task Run_StorageFailsAndComesBack_IsOpenedAgainThoughNobodyWrites()
    {
        await using SqliteChangeLog log = Store.Open(configure: options => options with { ReopenInterval = TimeSpan.FromMilliseconds(20) });
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
    public async Task Open_LogDamagedInTheMiddle_SaysSoAndRepairTellsWhatIsLeft()
    {
        string wal = Database + "-wal";
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 30);
            // What the disk has at this moment: the end of the process would move the log into the database.
            Directory.CreateDirectory(Other.Directory);
            File.Copy(Database, Path.Combine(Other.Directory, "meridian.db"));
            File.Copy(wal, Path.Combine(Other.Directory, "meridian.db-wal"));
        }
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(Other.Directory, "meridian.db-wal"), None);
        byte[] database = await File.ReadAllBytesAsync(Path.Combine(Other.Directory, "meridian.db"), None);
        int found = 0;
        foreach (int frame in new[] { 0, 1, 10, 40, 60 })
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[frame == 0 ? 17 : 32 + (frame * (24 + 4096)) + 100] ^= 0x10;
            await File.WriteAllBytesAsync(Path.Combine(Other.Directory, "meridian.db"), database, None);
            await File.WriteAllBytesAsync(Path.Combine(Other.Directory, "meridian.db-wal"), damaged, None);

            ChangeLogException refused = Assert.Throws<ChangeLogException>(() => Other.Open());
            Assert.Contains("commits behind it that were acknowledged cannot be read", refused.Message, StringComparison.Ordinal);
            StoreReport report = StoreMaintenance.Check(Other.Directory);
            Assert.Contains("meridian.db-wal is damaged at octet", report.Findings[0], StringComparison.Ordinal);
            if (frame >= 40)
            {
                StoreRepairReport repaired = StoreMaintenance.Repair(Other.Directory, TimeProvider.System);
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
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 20);
            Directory.CreateDirectory(Other.Directory);
            File.Copy(Database, Path.Combine(Other.Directory, "meridian.db"));
            File.Copy(Database + "-wal", Path.Combine(Other.Directory, "meridian.db-wal"));
        }
        string wal = Path.Combine(Other.Directory, "meridian.db-wal");
        // The last commit as a power cut leaves it: a frame of it missing, the others there.
        Flip(wal, new FileInfo(wal).Length - (2 * (24 + 4096)) + 50);
        await using SqliteChangeLog again = Other.Open();
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
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 30);
            before = await log.TextAsync();
            Execute("PRAGMA wal_checkpoint(PASSIVE)");
            Directory.CreateDirectory(Other.Directory);
            File.Copy(Database, Path.Combine(Other.Directory, "meridian.db"));
            File.Copy(Database + "-wal", Path.Combine(Other.Directory, "meridian.db-wal"));
        }
        // All of it is in the database; the new log's header and first frames are over the old ones in parts, and none is synced.
        string wal = Path.Combine(Other.Directory, "meridian.db-wal");
        byte[] cut = await File.ReadAllBytesAsync(wal, None);
        new Random(20261120).NextBytes(cut.AsSpan(from, count));
        await File.WriteAllBytesAsync(wal, cut, None);

        await using SqliteChangeLog again = Other.Open();

        Assert.Equal(before, await again.TextAsync());
    }

    [Fact]
    public async Task Check_AnyFlippedOctet_IsFoundOrChangesNothing()
    {
        string state, history;
        await using (SqliteChangeLog log = Store.Open())
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
            if (!StoreMaintenance.Check(Store.Directory).IsWhole)
            {
                found++;
                continue;
            }
            await using SqliteChangeLog log = Store.Open();
            Assert.Equal(state, await log.TextAsync());
            Assert.Equal(history, await HistoryAsync(log));
        }
        Assert.InRange(found, 40, 120);
    }

    [Fact]
    public async Task Retention_ByAgeAndCount_CutsHistoryAndNeverTheState()
    {
        SteppingTime time = new();
        await using SqliteChangeLog log = Store.Open(time, options => options with
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
        Assert.Empty(StoreMaintenance.Check(Store.Directory).Findings);
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

    private sealed class SteppingTime : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public void Advance(TimeSpan by) => _now += by;
    }
}
