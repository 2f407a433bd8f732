using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>
/// "Why did Lyon get Tokyo at 02:14?" has an answer: what was captured during health changes is given back octet for octet,
/// with its reasons, after a restart, three more revisions and another location database.
/// </summary>
public sealed class PastAnswersTests
{
    [Fact]
    public async Task ExplainAt_AfterRestartRevisionsAndDatabaseSwap_GivesEveryCapturedAnswerOctetForOctet()
    {
        using QuickstartScene scene = new();
        string text = PastScene.Compose(scene);
        scene.Rewrite(text);
        PastScene.WritePlaces(scene, french: true);
        scene.WriteFile("load.txt", "web-eu load 10\n");
        List<CapturedAnswer> captured = [];
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            await PastScene.CaptureAsync(server, "all up", captured);
            scene.Eu[0].Stop();
            await server.WaitForLogAsync("is down (was up)");
            await PastScene.WaitUntilNotAnsweredAsync(server, "127.0.1.1");
            await PastScene.CaptureAsync(server, "one member down", captured);
            scene.Eu[1].Mood = BackendMood.Failing;
            await server.WaitForLogAsync("is down (was up)", 2);
            using (DnsProbe probe = new(server.Dns))
            {
                // The log tells of a verdict a moment before it is answered by.
                await Wait.UntilAsync(
                    async () => (await probe.AddressesAsync("www.example.test", "10.1.0.0/24"))[0].StartsWith("127.0.2.", StringComparison.Ordinal),
                    Wait.Long, "the site is left out", () => server.Log);
            }
            await PastScene.CaptureAsync(server, "a site down", captured);
            scene.Eu[0].Start();
            await server.WaitForLogAsync("is up (was down)");
            scene.WriteFile("load.txt", "web-eu load 80\n");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await PastScene.CaptureAsync(server, "half back, under load", captured);
            Assert.Equal(0, await server.StopAsync());
        }
        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        for (int revision = 2; revision <= 4; revision++)
        {
            text = QuickstartScene.Replace(text, $"web-eu: {70 - ((revision - 2) * 10)}, web-us", $"web-eu: {60 - ((revision - 2) * 10)}, web-us");
            scene.Rewrite(text);
            restarted.Send(Signal.HangUp);
            await restarted.WaitForLogAsync($"Revision {revision} is served");
            await PastScene.CaptureAsync(restarted, $"revision {revision}", captured);
        }
        PastScene.WritePlaces(scene, french: false);
        await restarted.WaitForLogAsync("was replaced: ");
        await restarted.WaitForLogAsync("another location database)");
        await PastScene.CaptureAsync(restarted, "another location database", captured);

        await PastScene.CompareAsync(restarted, captured);
        await ReasonsAsync(restarted, captured);
    }

    [Fact]
    public async Task PlaceDatabase_MovesMoreThanItMay_WaitsForAPersonAlsoOverARestart()
    {
        using QuickstartScene scene = new();
        scene.Rewrite(PastScene.Compose(scene).Replace("max-move: 100%", "max-move: 5%", StringComparison.Ordinal));
        scene.WriteFile("load.txt", "");
        PastScene.WritePlaces(scene, french: true);
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            using DnsProbe probe = new(server.Dns);
            Assert.All(await probe.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
            PastScene.WritePlaces(scene, french: false);
            await server.WaitForLogAsync("waits for a person");
            Assert.All(await probe.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
            await server.StopAsync();
        }
        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        using DnsProbe again = new(restarted.Dns);
        Assert.All(await again.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
        CommandResult shown = await Command.MeridianAsync("geo", "--url", restarted.Http.ToString());
        Assert.Matches("waits: .*it would move [0-9.]+% of the IPv4 and 0% of the IPv6 addresses", shown.Output);

        Assert.Equal(0, (await Command.MeridianAsync("geo", "accept", "--url", restarted.Http.ToString())).ExitCode);

        await Wait.UntilAsync(
            async () => (await again.AddressesAsync("www.example.test", "10.1.0.0/24"))[0].StartsWith("127.0.2.", StringComparison.Ordinal),
            Wait.Long, "the newer database is used", () => restarted.Log);
        Assert.All(await again.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.2.", address, StringComparison.Ordinal));
        Assert.Equal("waits: nothing", (await Command.MeridianAsync("geo", "--url", restarted.Http.ToString())).OutputLines[1]);
    }

    /// <summary>The reasons are those of then, though nothing of it is true any more.</summary>
    private static async Task ReasonsAsync(ServerProcess server, List<CapturedAnswer> captured)
    {
        CapturedAnswer lyon = captured.Last(capture => capture.Phase == "a site down" && PastScene.IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        string text = await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "text"));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Contains("answered from revision 1,", text, StringComparison.Ordinal);
        Assert.Contains("from the log: this state answered from ", text, StringComparison.Ordinal);
        Assert.Contains("is in EU FR", text, StringComparison.Ordinal);
        Assert.Contains("pool web-eu: unavailable: 0 of 2 members available, minimum 1", text, StringComparison.Ordinal);
        Assert.Matches(@"(?s)member 127\.0\.1\.1: down.*connection refused.*member 127\.0\.1\.2: down.*status 503", text);
        Assert.Contains("pool web-us: found", text, StringComparison.Ordinal);

        CapturedAnswer swapped = captured.Last(capture => PastScene.IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        Assert.Contains("www/geo matches SA", await server.GetTextAsync(swapped.ExplainTarget(swapped.SentAt, "text")), StringComparison.Ordinal);
        Assert.StartsWith("<svg ", await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "svg")), StringComparison.Ordinal);
        string page = await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "html"));
        Assert.Contains("connection refused", page, StringComparison.Ordinal);
        using HttpClient client = new() { BaseAddress = server.Http };
        using HttpResponseMessage early = await client.GetAsync("api/v1/explain?name=www.example.test&at=2020-01-01T00:00:00Z", TestContext.Current.CancellationToken);
        Assert.Contains("the log of past states begins at", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
