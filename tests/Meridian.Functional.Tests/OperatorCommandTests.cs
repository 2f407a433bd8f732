using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>What a person on call types at night, against the real server, where files are the truth and where the store is.</summary>
public sealed class OperatorCommandTests
{
    private const string Dutch = "193.0.6.0/24";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DrainAndUndrain_MemberAndSite_AreInTheAnswersAndShown(bool hasStore)
    {
        using QuickstartScene scene = new();
        using TestDirectory directory = new();
        await using ServerProcess server = hasStore
            ? await ServerProcess.StartReadyAsync(scene.Path, store: directory["store"])
            : await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        using DnsProbe probe = new(server.Dns);
        string url = server.Http.ToString();
        async Task<string> RunAsync(int expected, params string[] arguments)
        {
            CommandResult result = await Command.MeridianAsync([.. arguments, "--url", url]);
            Assert.True(expected == result.ExitCode, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
            return result.Output + result.Error;
        }

        Assert.Contains(
            "Member 127.0.1.1: draining now, until ", await RunAsync(0, "drain", "127.0.1.1", "--reason", "disk swap", "--by", "ann", "--for", "2h"), StringComparison.Ordinal);
        Assert.Equal(["127.0.1.2"], await probe.AddressesAsync("www.example.test", Dutch));
        string status = await server.GetTextAsync("api/v1/status");
        Assert.Contains("disk swap", status, StringComparison.Ordinal);
        Assert.Contains("ann", status, StringComparison.Ordinal);

        // A window that has not begun changes nothing; one without an end is none.
        await RunAsync(0, "force", "maintenance", "site:us", "--from", "2099-01-01T00:00Z", "--for", "1h", "--reason", "power works");
        Assert.Contains("A maintenance window ends", await RunAsync(2, "force", "maintenance", "site:us", "--reason", "x"), StringComparison.Ordinal);
        await RunAsync(0, "force", "down", "site:eu", "--reason", "evacuated");
        Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("www.example.test", Dutch));
        string list = await RunAsync(0, "overrides", "--json");
        Assert.Contains("evacuated", list, StringComparison.Ordinal);
        Assert.Contains("power works", list, StringComparison.Ordinal);
        Assert.Contains("there is no pool 'web-ue'", await RunAsync(1, "drain", "pool:web-ue", "--reason", "x"), StringComparison.Ordinal);

        await RunAsync(0, "undrain", "site:eu");
        await RunAsync(0, "undrain", "127.0.1.1");
        Assert.Equal(["127.0.1.1", "127.0.1.2"], await probe.AddressesAsync("www.example.test", Dutch));
        Assert.Contains("There is no override about member 127.0.1.1", await RunAsync(0, "undrain", "127.0.1.1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failback_Manual_ClientsStayUntilTheCommandAlsoOverARestart()
    {
        using Backend first = new("127.0.3.1");
        using Backend second = new("127.0.3.2");
        using TestDirectory directory = new();
        string path = directory.Write("meridian.yaml",
            $$$$"""
            listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
            monitors:
              web: {type: http, path: /healthz, interval: 200ms, timeout: 200ms, rise: 1, fall: 1}
            pools:
              first: {monitor: web, failback: manual, members: [{address: 127.0.3.1, port: {{{{first.Address.Port}}}} }]}
              second: {monitor: web, members: [{address: 127.0.3.2, port: {{{{second.Address.Port}}}} }]}
            policies:
              www: {ttl: 5s, failover: [first, second]}
            zones:
              example.test:
                soa: {primary: ns1.example.test., contact: hostmaster@example.test}
                records: {"@": {NS: [ns1]}, ns1: {A: 127.0.0.1}, www: {A: {steer: www}}}
            """);
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(path, directory["state"]))
        {
            using DnsProbe probe = new(server.Dns);
            Assert.Equal(["127.0.3.1"], await probe.AddressesAsync("www.example.test"));
            first.Mood = BackendMood.Failing;
            await Wait.UntilAsync(
                async () => (await probe.AddressesAsync("www.example.test")).SequenceEqual(["127.0.3.2"]),
                QuickstartScene.Promise, "clients go to the second", () => server.Log);
            first.Mood = BackendMood.Well;
            await server.WaitForLogAsync("Pool first can serve again, and its clients stay elsewhere");
            Assert.Equal(["127.0.3.2"], await probe.AddressesAsync("www.example.test"));
            Assert.Contains("the pool is well again and waits for", await server.GetTextAsync("api/v1/status"), StringComparison.Ordinal);
            await server.StopAsync();
        }

        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(path, directory["state"]);
        using DnsProbe again = new(restarted.Dns);
        Assert.Equal(["127.0.3.2"], await again.AddressesAsync("www.example.test"));
        CommandResult done = await Command.MeridianAsync("failback", "first", "--reason", "looked at it", "--url", restarted.Http.ToString());
        Assert.True(done.ExitCode == 0, done.Error);
        await Wait.UntilAsync(
            async () => (await again.AddressesAsync("www.example.test")).SequenceEqual(["127.0.3.1"]),
            QuickstartScene.Promise, "clients come back", () => restarted.Log);
        CommandResult refused = await Command.MeridianAsync("failback", "first", "--reason", "again", "--url", restarted.Http.ToString());
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("pool first does not wait for its failback", refused.Error, StringComparison.Ordinal);
    }
}
