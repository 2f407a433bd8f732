using System.Globalization;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A hundred reloads under load: no query lost, no memory kept.</summary>
public sealed class HangUpTests
{
    private const int Reloads = 100;
    private const int WarmUpReloads = 30;

    // What the garbage collector may hold more at one moment than at another, in MiB. A snapshot of this configuration with
    // its geo map takes some MiB: a hundred that were kept would show ten times over.
    private const double FlatMebibytes = 24;

    [Fact]
    public async Task HundredHangUpsWithChanges_UnderLoad_LoseNoQueryAndKeepNoMemory()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string queries = scene.WriteFile("queries", "www.example.test A\ncanary.example.test A\nns1.example.test A\nexample.test SOA\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries, queriesPerSecond: 1000);
        int revision = 1;
        await ReloadAsync(WarmUpReloads);
        double before = server.ResidentMebibytes;

        await ReloadAsync(Reloads);

        double after = double.MaxValue;
        await Wait.UntilAsync(
            () => (after = Math.Min(after, server.ResidentMebibytes)) <= before + FlatMebibytes,
            TimeSpan.FromSeconds(5), "memory is as before", () => $"{before:0.0} MiB before, {after:0.0} MiB after");
        TestContext.Current.TestOutputHelper?.WriteLine($"{before:0.0} MiB before, {after:0.0} MiB after {Reloads} reloads");
        (await load.StopAsync()).AssertNothingLost();

        async Task ReloadAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                // Each is a change, or there would be nothing to publish.
                revision++;
                scene.Rewrite(QuickstartScene.Replace(
                    scene.Text, "ns1:       {A: 127.0.0.1}", string.Create(CultureInfo.InvariantCulture, $"ns1:       {{A: 127.1.0.{revision}}}")));
                server.Send(Signal.HangUp);
                await server.WaitForLogAsync($"Revision {revision} is served");
            }
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
