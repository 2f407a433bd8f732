using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>A configuration that changes under a running server: for the better, and for the worse.</summary>
public sealed class ReloadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BrokenReload_KeepsTheOldAnswersAndSaysSo_AndRecovers(bool isSignalled)
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        await AssertHealthAsync(server, "ok", 1);
        string queries = scene.WriteFile("queries", "www.example.test A\nns1.example.test A\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries, queriesPerSecond: 200);

        scene.Rewrite(TenMistakes.Document);
        await ReloadAsync(server, isSignalled, "The configuration has 10 errors and is not served; revision 1 goes on being served");

        await AssertHealthAsync(server, "degraded", 0);
        // In the log each of them with its place.
        await server.WaitForLogAsync($"{scene.Path}:28:24: error: ");
        Assert.All(TenMistakes.Expected, expected =>
            Assert.Equal(1, server.CountLog($"{scene.Path}:{expected.Line}:{expected.Column}: error: ")));
        var health = await server.GetJsonAsync("healthz");
        Assert.Equal(10, health.GetProperty("configuration").GetProperty("errors").GetArrayLength());
        Assert.Equal("broken", health.GetProperty("configuration").GetProperty("state").GetString());
        using DnsProbe probe = new(server.Dns);
        Assert.Equal(["127.0.1.1", "127.0.1.2"], await probe.AddressesAsync("www.example.test", "193.0.6.0/24"));
        Assert.Equal(["127.0.0.1"], await probe.AddressesAsync("ns1.example.test"));

        scene.Rewrite(QuickstartScene.Replace(scene.Text, "ns1:       {A: 127.0.0.1}", "ns1:       {A: 127.0.0.42}"));
        await ReloadAsync(server, isSignalled, "Revision 2 is served");

        await AssertHealthAsync(server, "ok", 1);
        Assert.Equal(["127.0.0.42"], await probe.AddressesAsync("ns1.example.test"));
        (await load.StopAsync()).AssertNothingLost();
    }

    [Fact]
    public async Task SoaSerial_OverChangesRollbackAndRestarts_StrictlyIncreases()
    {
        using QuickstartScene scene = new();
        List<uint> serials = [];
        string changed = QuickstartScene.Replace(scene.Text, "ns1:       {A: 127.0.0.1}", "ns1:       {A: 127.0.0.42}");
        string changedAgain = QuickstartScene.Replace(scene.Text, "ns1:       {A: 127.0.0.1}", "ns1:       {A: 127.0.0.43}");
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            serials.Add(await SerialAsync(server));
            // Several within one second, and one of them back to what was before.
            int revision = 1;
            foreach (string text in new[] { changed, changedAgain, scene.Text, changed })
            {
                scene.Rewrite(text);
                server.Send(Signal.HangUp);
                await server.WaitForLogAsync($"Revision {++revision} is served");
                serials.Add(await SerialAsync(server));
            }
            Assert.Equal(0, await server.StopAsync());
        }
        // The same configuration after a restart is the same revision: secondaries have nothing to fetch.
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            Assert.Equal(serials[^1], await SerialAsync(server));
            // Not even kill -9 loses a number.
            await server.StopAsync(Signal.Kill);
        }
        scene.Rewrite(changedAgain);
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            serials.Add(await SerialAsync(server));
        }

        Assert.Equal(6, serials.Count);
        // RFC 1982 §3.2: grown means that the difference, taken modulo 2^32, is positive.
        Assert.All(serials.Zip(serials.Skip(1)), pair => Assert.True(unchecked((int)(pair.Second - pair.First)) > 0, string.Join(' ', serials)));
    }

    private static async Task ReloadAsync(ServerProcess server, bool isSignalled, string expected)
    {
        if (isSignalled)
        {
            server.Send(Signal.HangUp);
        }
        await server.WaitForLogAsync(expected);
    }

    private static async Task AssertHealthAsync(ServerProcess server, string status, int isOk)
    {
        Assert.Equal(status, (await server.GetJsonAsync("healthz")).GetProperty("status").GetString());
        Assert.Equal(isOk, await server.GetMetricAsync("meridian_configuration_ok"));
        // Broken or not, it answers: an orchestrator must not take it out of service for a bad file.
        Assert.True((await server.GetJsonAsync("readyz")).GetProperty("isReady").GetBoolean());
    }

    private static async Task<uint> SerialAsync(ServerProcess server)
    {
        Dig answer = await Dig.AskAsync(server.Dns, "example.test", "SOA");
        return uint.Parse(Assert.Single(answer.Answer).Split(' ')[6], System.Globalization.CultureInfo.InvariantCulture);
    }
}
