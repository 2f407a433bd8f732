using System.Text;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Publishing;

public sealed class VerdictStoreTests : IDisposable
{
    private static readonly MemberSlot Slot = Models.Slot("eu", "203.0.113.10", Models.Monitor());
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-verdicts-");

    private string FilePath => Path.Combine(_directory.FullName, VerdictStore.FileName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task SaveAndLoad_GiveTheSame()
    {
        DateTimeOffset at = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);
        StoredVerdict[] verdicts =
        [
            new(new MemberKey("eu", "203.0.113.10"), HealthState.Down, at, at.AddMinutes(5), "status 503, expected 200-299"),
            new(new MemberKey("us", "2001:db8::1"), HealthState.Up, at.AddDays(-30), at, "body does not hold \"ä\""),
        ];

        Assert.True(await Store().SaveAsync(new StoredHealth([.. verdicts], null, []), TestContext.Current.CancellationToken));

        Assert.Equal(verdicts, Store().Load().Verdicts);
        Assert.Equal([FilePath], Directory.GetFiles(_directory.FullName));
    }

    [Fact]
    public void Load_NoFile_IsEmpty() => Assert.Empty(Store().Load().Verdicts);

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1,\"verdicts\":[{\"pool\":\"eu\",")]
    [InlineData("{\"version\":2,\"verdicts\":[]}")]
    [InlineData("{\"version\":1}")]
    [InlineData("{\"version\":1,\"verdicts\":[null]}")]
    [InlineData("{\"version\":1,\"verdicts\":[{\"pool\":\"eu\",\"target\":\"a\",\"state\":\"sideways\"}]}")]
    [InlineData("null")]
    public void Load_UnusableFile_IsEmpty(string content)
    {
        File.WriteAllText(FilePath, content);

        Assert.Empty(Store().Load().Verdicts);
    }

    [Fact]
    public async Task Load_RandomlyDamagedFile_NeverThrows()
    {
        StoredVerdict verdict = new(new MemberKey("eu", "203.0.113.10"), HealthState.Down, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "x");
        await Store().SaveAsync(new StoredHealth([verdict], null, []), TestContext.Current.CancellationToken);
        byte[] good = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        Random random = new(3);
        for (int i = 0; i < 300; i++)
        {
            byte[] bad = [.. good];
            bad[random.Next(bad.Length)] = (byte)random.Next(256);
            await File.WriteAllBytesAsync(FilePath, bad[..random.Next(bad.Length / 2, bad.Length + 1)], TestContext.Current.CancellationToken);

            Assert.InRange(Store().Load().Verdicts.Length, 0, 1);
        }
    }

    [Fact]
    public async Task Engine_Restarted_KeepsItsVerdictsUntilResultsInARowDisagree()
    {
        await RunForAWhileAsync(isUp: false);

        using EngineBench bench = new(ScriptedProbe.Answering(_ => true), store: Store());
        bench.Time.Advance(TimeSpan.FromMinutes(3));
        bench.Engine.Reconfigure([Slot]);
        MemberHealthReport restored = bench.Engine.GetReport(Slot.Key)!;
        MemberVerdict verdict = bench.Engine.GetVerdict(Slot.Key);
        bench.Run(TimeSpan.FromMilliseconds(1));

        Assert.Equal(HealthState.Down, verdict.State);
        Assert.True(bench.Engine.IsWarm);
        Assert.Equal((VerdictOrigin.Restored, "status 503, expected 200-299"), (restored.Origin, restored.Cause));
        Assert.InRange(bench.Time.GetUtcNow() - restored.LastResultAt!.Value, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));

        bench.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal(HealthState.Down, bench.Engine.GetVerdict(Slot.Key).State);
        bench.Run(TimeSpan.FromSeconds(11));
        Assert.Equal(HealthState.Up, bench.Engine.GetVerdict(Slot.Key).State);
    }

    [Fact]
    public async Task Engine_RestartedTooLate_StartsWithoutVerdicts()
    {
        await RunForAWhileAsync(isUp: false);

        using EngineBench bench = new(ScriptedProbe.Answering(_ => true), store: Store());
        bench.Time.Advance(TimeSpan.FromHours(2));
        bench.Engine.Reconfigure([Slot]);

        Assert.Equal(HealthState.Unknown, bench.Engine.GetVerdict(Slot.Key).State);
        Assert.False(bench.Engine.IsWarm);
    }

    [Fact]
    public async Task Engine_StoppedBeforeConfigured_LeavesTheFileAlone()
    {
        await RunForAWhileAsync(isUp: true);
        byte[] before = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);

        using EngineBench bench = new(ScriptedProbe.Answering(_ => true), store: Store());
        await bench.Engine.RunAsync(new CancellationToken(canceled: true));

        Assert.Equal(before, await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Save_DirectoryIsAFile_FailsWithoutThrowing()
    {
        File.WriteAllText(FilePath, "x");
        VerdictStore store = new(FilePath, NullLogger<VerdictStore>.Instance);

        Assert.False(await store.SaveAsync(StoredHealth.None, TestContext.Current.CancellationToken));
    }

    private VerdictStore Store() => new(_directory.FullName, NullLogger<VerdictStore>.Instance);

    private async Task RunForAWhileAsync(bool isUp)
    {
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp), store: Store());
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromSeconds(35));

        // Stopping writes what is known.
        await bench.Engine.RunAsync(new CancellationToken(canceled: true));
        string text = await File.ReadAllTextAsync(FilePath, Encoding.UTF8, TestContext.Current.CancellationToken);
        Assert.Contains(isUp ? "\"state\":\"up\"" : "\"state\":\"down\"", text, StringComparison.Ordinal);
    }
}
