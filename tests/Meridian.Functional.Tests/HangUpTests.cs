using System.Globalization;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A hundred reloads under load: no query lost, no memory kept.</summary>
public sealed class HangUpTests
{
    private const int Reloads = 100;
    // The garbage collector lets the heap swing by some 50 MiB before it collects the old snapshots: peaks are compared, and
    // the first must be one of full swings.
    private const int WarmUpReloads = 150;

    // MiB. What was kept of a hundred reloads, 250 KiB of each, would be more.
    private const double FlatMebibytes = 24;

    [Fact]
    public async Task HundredHangUpsWithChanges_UnderLoad_LoseNoQueryAndKeepNoMemory()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string queries = scene.WriteFile("queries", "www.example.test A\ncanary.example.test A\nns1.example.test A\nexample.test SOA\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries, queriesPerSecond: 1000);
        int revision = 1;
        double before = await PeakOfReloadsAsync(WarmUpReloads);

        double after = await PeakOfReloadsAsync(Reloads);

        TestContext.Current.TestOutputHelper?.WriteLine($"peak {before:0.0} MiB before, {after:0.0} MiB in {Reloads} reloads");
        Assert.InRange(after, 0, before + FlatMebibytes);
        (await load.StopAsync()).AssertNothingLost();

        async Task<double> PeakOfReloadsAsync(int count)
        {
            double peak = 0;
            for (int i = 0; i < count; i++)
            {
                // Each is a change, or there would be nothing to publish.
                revision++;
                scene.Rewrite(QuickstartScene.Replace(
                    scene.Text, "ns1:       {A: 127.0.0.1}", string.Create(CultureInfo.InvariantCulture, $"ns1:       {{A: 127.1.0.{revision}}}")));
                server.Send(Signal.HangUp);
                await server.WaitForLogAsync($"Revision {revision} is served");
                peak = Math.Max(peak, server.ResidentMebibytes);
            }
            return peak;
        }
    }

    [Fact]
    public async Task HundredHangUpsAtOnce_UnderLoad_LoseNoQueryAndEndWithTheLastChange()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string queries = scene.WriteFile("queries", "www.example.test A\nns1.example.test A\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries, queriesPerSecond: 1000);

        for (int i = 1; i <= Reloads; i++)
        {
            scene.Rewrite(QuickstartScene.Replace(
                scene.Text, "ns1:       {A: 127.0.0.1}", string.Create(CultureInfo.InvariantCulture, $"ns1:       {{A: 127.1.0.{i}}}")));
            server.Send(Signal.HangUp);
        }

        // A signal that came during a load is not forgotten: what is served in the end is what was written last.
        using DnsProbe probe = new(server.Dns);
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("ns1.example.test")).SequenceEqual([$"127.1.0.{Reloads}"]),
            Wait.Long, "the last change is served", () => server.Log);
        (await load.StopAsync()).AssertNothingLost();
    }
}
