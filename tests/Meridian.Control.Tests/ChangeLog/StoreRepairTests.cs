using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.ChangeLog.Sqlite;
using Meridian.Engine.Model;
using static Meridian.Control.Tests.ChangeLog.ChangeSets;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>What a repair saves of a damaged store, and what it says of the rest.</summary>
public sealed class StoreRepairTests : StoreBench
{
    [Fact]
    public async Task Repair_DamagedState_RebuiltFromHistoryWithoutLoss()
    {
        string before;
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 40);
            before = await log.TextAsync();
        }
        Execute("UPDATE document SET body = x'7b7d' WHERE name = 'p3'");
        Execute("DELETE FROM document WHERE name = 'p4'");

        StoreReport found = StoreMaintenance.Check(Store.Directory);
        StoreRepairReport repaired = StoreMaintenance.Repair(Store.Directory, TimeProvider.System);

        Assert.Contains(found.Findings, finding => finding.StartsWith("state: pool p3 (version ", StringComparison.Ordinal));
        Assert.Contains(found.Findings, finding => finding.Contains("documents, and", StringComparison.Ordinal));
        Assert.Equal((0L, true, 0L), (repaired.Lost, repaired.After.IsWhole, repaired.From));
        await using SqliteChangeLog again = Store.Open();
        Assert.Equal(before, await again.TextAsync());
    }

    [Fact]
    public async Task Repair_DamagedHistory_FromSnapshotUpToTheDamageAndSaysWhatIsLost()
    {
        await using (SqliteChangeLog log = Store.Open(configure: options => options with { Keeping = new StoreModel { SnapshotEvery = 10, SnapshotInterval = TimeSpan.Zero } }))
        {
            await FillAsync(log, 20);
            await SnapshotOfAsync(Store, log);
        }
        await using (SqliteChangeLog log = Store.Open(configure: options => options with { Keeping = new StoreModel { SnapshotEvery = 0 } }))
        {
            // Eleven: one comes with the idempotency key of an earlier one.
            await FillAsync(log, 12);
        }
        long snapshot = StoreMaintenance.CheckFile(new StoreFiles(Store.Directory).ListSnapshots()[0]).Head?.Number ?? 0;
        // The newest one: what it did to the state cannot be told from what is there.
        Execute("UPDATE change SET after = x'7b7d' WHERE revision IN (2, 31)");
        Assert.Contains("revision 31 of", Assert.Throws<ChangeLogException>(() => Store.Open()).Message, StringComparison.Ordinal);

        StoreRepairReport repaired = StoreMaintenance.Repair(Store.Directory, TimeProvider.System);

        Assert.Equal((snapshot, 30L, 1L), (repaired.From, repaired.After.Head?.Number, repaired.Lost));
        Assert.True(snapshot >= 10, $"the snapshot is of {snapshot}");
        await using SqliteChangeLog again = Store.Open();
        Assert.Equal(31, (await again.AcceptAsync(Set(Put("goes on", "1")))).Number);
    }

    [Fact]
    public async Task Repair_SnapshotOfAnotherHistory_IsNotTaken()
    {
        StoreModel often = new() { SnapshotEvery = 10, SnapshotInterval = TimeSpan.Zero };
        foreach ((TemporaryStore store, string body) in new[] { (Other, "2"), (Store, "1") })
        {
            await using SqliteChangeLog log = store.Open(configure: options => options with { Keeping = store == Other ? often : new StoreModel { SnapshotEvery = 0 } });
            for (int i = 0; i < (store == Other ? 40 : 20); i++)
            {
                await log.AcceptAsync(Set(Put("p", body + i.ToString(CultureInfo.InvariantCulture))));
            }
            if (store == Other)
            {
                await SnapshotOfAsync(store, log);
            }
        }
        // As after files were exchanged by hand: whole copies, of a store that was another one, before and beyond the head of this.
        Directory.Move(new StoreFiles(Other.Directory).Snapshots, new StoreFiles(Store.Directory).Snapshots);
        Execute("UPDATE document SET body = x'7b7d' WHERE name = 'p'");

        StoreRepairReport repaired = StoreMaintenance.Repair(Store.Directory, TimeProvider.System);

        Assert.Equal((null, 0L, 20L, 0L), (repaired.Snapshot, repaired.From, repaired.After.Head?.Number, repaired.Lost));
        await using SqliteChangeLog again = Store.Open();
        Assert.Equal("p@20=119", await again.TextAsync());
    }

    [Fact]
    public async Task Repair_OnlyThePastIsDamaged_KeepsTheStateAndBeginsHistoryAfterTheDamage()
    {
        string before;
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 40);
            before = await log.TextAsync();
        }
        Execute("UPDATE change SET after = x'7b7d' WHERE revision IN (2, 30)");
        Execute("UPDATE revision SET message = 'forged' WHERE number = 17");

        StoreRepairReport repaired = StoreMaintenance.Repair(Store.Directory, TimeProvider.System);

        Assert.Equal((40L, 31L, 0L, null), (repaired.After.Head?.Number, repaired.After.OldestNumber, repaired.Lost, repaired.Snapshot));
        await using SqliteChangeLog again = Store.Open();
        Assert.Equal(before, await again.TextAsync());
        Assert.Equal(41, (await again.AcceptAsync(Set(Put("goes on", "1")))).Number);
        Assert.Empty(StoreMaintenance.Check(Store.Directory).Findings);
    }

    [Fact]
    public async Task Repair_WholeStore_ChangesNothing()
    {
        await using (SqliteChangeLog log = Store.Open())
        {
            await FillAsync(log, 3);
        }

        StoreRepairReport repaired = StoreMaintenance.Repair(Store.Directory, TimeProvider.System);

        Assert.Equal((null, 0L, repaired.Before), (repaired.Aside, repaired.Lost, repaired.After));
    }
}
