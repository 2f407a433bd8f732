using Meridian.StoreBench;

namespace Meridian.Control.Tests.ChangeLog;

/// <summary>
/// Short forms of the proofs that nothing acknowledged is lost and nothing applied partly; <c>make soak</c> runs the long ones.
/// Real processes, killed and traced; strace and mount namespaces must be there.
/// </summary>
public sealed class StoreProofTests
{
    private const int Seed = 20261120;

    [Fact]
    public async Task Killed_AtRandomInstants_NothingAcknowledgedIsLostOrPartial() =>
        AssertHolds(await CrashRounds.RunAsync(10, Seed, TextWriter.Null));

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task Acknowledged_EachChangeSet_AfterTheSyncOfItsWrites(int writers) =>
        AssertHolds(await FsyncOrder.RunAsync(20, writers, Seed));

    [Fact]
    public async Task PowerCut_AfterEveryCall_NothingAcknowledgedIsLostOrPartial() =>
        AssertHolds(await PowerCuts.RunAsync(8, 2, Seed, TextWriter.Null));

    [Fact]
    public async Task PowerCut_HadNothingBeenSynced_IsFound() =>
        Assert.NotEmpty((await PowerCuts.RunAsync(3, 1, Seed, TextWriter.Null, withoutSyncs: true)).Failures);

    [Fact]
    public async Task FullDisk_Refused_NothingApplied() => AssertHolds(await FullDisk.RunAsync());

    [Fact]
    public async Task FailingSync_Refused_NothingAcknowledgedUntilOpenedAgain() => AssertHolds(await FailingSync.RunAsync(12, Seed));

    [Fact]
    public async Task FiftyWriters_WithConflicts_EachAppliedOnceOrToldSo() => AssertHolds(await ConflictingWriters.RunAsync(50, 20, Seed));

    private static void AssertHolds(ProofResult result) => Assert.True(result.Failures.Count == 0, result.Text + "\n" + string.Join('\n', result.Failures.Take(5)));
}
