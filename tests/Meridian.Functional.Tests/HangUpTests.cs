using System.Globalization;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A hundred reloads under load: no query lost, no memory kept.</summary>
public sealed class HangUpTests
{
    private const int Reloads = 100;

    // The garbage collector lets memory swing by tens of MiB before it collects old snapshots, so the first rounds may bring
    // higher peaks. What is kept of each reload brings one in every round: that of 80 KiB each is seen.
    private const double FlatMebibytes = 8;
    private const int RoundsMax = 8;

    [Fact]
    public async Task HundredHangUpsWithChanges_UnderLoad_LoseNoQueryAndKeepNoMemory()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string queries = scene.WriteFile("queries", "www.example.test A\ncanary.example.test A\nns1.example.test A\nexample.test SOA\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries, queriesPerSecond: 1000);
        int revision = 1;
        List<double> peaks = [await PeakOfReloadsAsync()];

        bool isFlat = false;
        while (!isFlat && peaks.Count < RoundsMax)
        {
            double before = peaks.Max();
            peaks.Add(await PeakOfReloadsAsync());
            isFlat = peaks[^1] <= before + FlatMebibytes;
        }

        Assert.True(isFlat, $"Each {Reloads} reloads bring a new peak: {string.Join(", ", peaks.Select(peak => $"{peak:0.0} MiB"))}");
        (await load.StopAsync()).AssertNothingLost();

        async Task<double> PeakOfReloadsAsync()
        {
            double peak = 0;
            for (int i = 0; i < Reloads; i++)
            {
                // Each is a change, or there would be nothing to publish.
                revision++;
                scene.Rewrite(QuickstartScene.Replace(
                    scene.Text, "ns1:       {A: 127.0.0.1}", string.Create(CultureInfo.InvariantCulture, $"ns1:       {{A: 127.1.{revision / 250}.{revision % 250}}}")));
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
