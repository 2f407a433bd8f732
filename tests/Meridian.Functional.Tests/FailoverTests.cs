using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A site goes and comes back, under load: the answers follow in the promised time, and nobody goes without one.</summary>
public sealed class FailoverTests
{
    private const string Dutch = "193.0.6.0/24";

    [Theory]
    [InlineData("refused")]
    [InlineData("failing")]
    [InlineData("silent")]
    public async Task Site_StopsAndStarts_AnswersFollowInTimeAndNoQueryIsLost(string how)
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        using DnsProbe probe = new(server.Dns);
        Assert.All(await probe.AddressesAsync("www.example.test", Dutch), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
        string queries = scene.WriteFile("queries", "www.example.test A\ncanary.example.test A\nmulti.example.test A\nshop.example.test A\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries);

        Stop(scene.Eu, how);
        // A probe that waits for its answer adds its timeout to what interval and fall alone would take; within the second.
        await Wait.UntilAsync(
            async () => await HoldsAsync(probe, address => address.StartsWith("127.0.2.", StringComparison.Ordinal)),
            QuickstartScene.Promise, "all answers name the site that is left", () => server.Log);
        // The weighted and the multivalue name know it at the same moment: it is one table.
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("canary.example.test"));
            Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("multi.example.test"));
        }

        Start(scene.Eu, how);
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("www.example.test", Dutch)).SequenceEqual(["127.0.1.1", "127.0.1.2"]),
            QuickstartScene.Promise, "the site is back in the answers", () => server.Log);

        (await load.StopAsync()).AssertNothingLost();
    }

    [Fact]
    public async Task AllSites_Stop_PoliciesDoWhatTheySay()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        using DnsProbe probe = new(server.Dns);

        Stop([.. scene.Eu, .. scene.Us], "refused");
        // Rather none than one outside of Europe: `when-all-down: nodata` with `strict`.
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("residency.example.test", Dutch)).Length == 0,
            QuickstartScene.Promise, "the policy that must not leave Europe answers nothing", () => server.Log);
        // `serve-all` fails open, each client to its own place.
        await Wait.UntilAsync(
            async () => (await server.GetTextAsync("metrics")).Contains("flag=\"fail_open\"", StringComparison.Ordinal)
                && (await probe.AddressesAsync("www.example.test", Dutch)).SequenceEqual(["127.0.1.1", "127.0.1.2"]),
            QuickstartScene.Promise, "www fails open", () => server.Log);
    }

    private static async Task<bool> HoldsAsync(DnsProbe probe, Predicate<string> condition)
    {
        string[] addresses = await probe.AddressesAsync("www.example.test", Dutch);
        Assert.NotEmpty(addresses);
        return Array.TrueForAll(addresses, condition);
    }

    private static void Stop(IEnumerable<Backend> backends, string how)
    {
        foreach (Backend backend in backends)
        {
            if (how == "refused")
            {
                backend.Stop();
            }
            else
            {
                backend.Mood = how == "failing" ? BackendMood.Failing : BackendMood.Silent;
            }
        }
    }

    private static void Start(IEnumerable<Backend> backends, string how)
    {
        foreach (Backend backend in backends)
        {
            backend.Mood = BackendMood.Well;
            if (how == "refused")
            {
                backend.Start();
            }
        }
    }
}
