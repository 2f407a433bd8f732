using System.Text.Json;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>The same with a store: changes come over the API, some of them in steps, and the log refers to the store's revisions.</summary>
public sealed class ManagedPastAnswersTests
{
    // Enough networks that a staged change of two fifths has some of them and not all.
    private static readonly string?[] ManyNetworks = [.. Enumerable.Range(0, 24).Select(i => $"10.{1 + (i % 2)}.{i}.0/24")];

    [Fact]
    public async Task ExplainAt_StagedChangesRestartRevisionsAndDatabaseSwap_GivesEveryCapturedAnswerOctetForOctet()
    {
        using QuickstartScene scene = new();
        string text = QuickstartScene.Replace(PastScene.Compose(scene), "max-move: 100%", "max-move: 5%");
        scene.Rewrite(text);
        PastScene.WritePlaces(scene, french: true);
        scene.WriteFile("load.txt", "web-eu load 10\n");
        List<CapturedAnswer> captured = [];
        await using (ServerProcess server = await StartAsync(scene))
        {
            await PastScene.CaptureAsync(server, "all up", captured);
            scene.Eu[0].Stop();
            await server.WaitForLogAsync("is down (was up)");
            await PastScene.WaitUntilNotAnsweredAsync(server, "127.0.1.1");
            await PastScene.CaptureAsync(server, "one member down", captured);
            text = QuickstartScene.Replace(text, "web-eu: 70, web-us", "web-eu: 65, web-us");
            await ApplyAsync(scene, server, text);
            await PastScene.CaptureAsync(server, "a revision before the restart", captured);
            scene.WriteFile("load.txt", "web-eu load 80\n");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await PastScene.CaptureAsync(server, "under load", captured);
            Assert.Equal(0, await server.StopAsync());
        }
        await using ServerProcess restarted = await StartAsync(scene);
        await PastScene.CaptureAsync(restarted, "after the restart", captured);
        await StageAsync(scene, restarted, text, captured);
        for (int i = 1; i <= 3; i++)
        {
            text = QuickstartScene.Replace(text, $"web-eu: {65 - ((i - 1) * 10)}, web-us", $"web-eu: {65 - (i * 10)}, web-us");
            await ApplyAsync(scene, restarted, text);
            await PastScene.CaptureAsync(restarted, $"change {i}", captured);
        }
        await SwapPlacesAsync(scene, restarted, captured);

        await PastScene.CompareAsync(restarted, captured);
        await ReasonsAsync(restarted, captured);
    }

    [Fact]
    public async Task PlaceDatabase_MovesMoreThanItMay_WaitsForAPersonAlsoOverARestart()
    {
        using QuickstartScene scene = new();
        scene.Rewrite(QuickstartScene.Replace(PastScene.Compose(scene), "max-move: 100%", "max-move: 5%"));
        scene.WriteFile("load.txt", "");
        PastScene.WritePlaces(scene, french: true);
        await using (ServerProcess server = await StartAsync(scene))
        {
            PastScene.WritePlaces(scene, french: false);
            await server.WaitForLogAsync("waits for a person");
            await AssertSiteAsync(server, "127.0.1.");
            // A change of something else does not let it in.
            await ApplyAsync(scene, server, QuickstartScene.Replace(File.ReadAllText(scene.Path), "web-eu: 70, web-us", "web-eu: 65, web-us"));
            await AssertSiteAsync(server, "127.0.1.");
            Assert.Equal(0, await server.StopAsync());
        }
        await using ServerProcess restarted = await StartAsync(scene);
        await AssertSiteAsync(restarted, "127.0.1.");
        await restarted.WaitForLogAsync("waits for a person");
        CommandResult shown = await Command.MeridianAsync("geo", "--url", restarted.Http.ToString());
        Assert.Matches("waits: .*it would move [0-9.]+% of the IPv4 and 0% of the IPv6 addresses", shown.Output);

        await AcceptAsync(restarted);
        Assert.Equal("waits: nothing", (await Command.MeridianAsync("geo", "--url", restarted.Http.ToString())).OutputLines[1]);
    }

    private static Task<ServerProcess> StartAsync(QuickstartScene scene) =>
        ServerProcess.StartReadyAsync(scene.Path, store: scene.Store);

    private static async Task ApplyAsync(QuickstartScene scene, ServerProcess server, string text, params string[] more)
    {
        scene.Rewrite(text);
        CommandResult result = await Command.MeridianAsync(["apply", scene.Path, "--url", server.Http.ToString(), .. more]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error + server.Log);
    }

    /// <summary>Two fifths of the clients meet the opposite weights, a member comes back meanwhile, and it is given up.</summary>
    private static async Task StageAsync(QuickstartScene scene, ServerProcess server, string text, List<CapturedAnswer> captured)
    {
        string candidate = QuickstartScene.Replace(text, "web-eu: 65, web-us: 30", "web-eu: 1, web-us: 99");
        candidate = QuickstartScene.Replace(candidate, "ttl-jitter: 30%", "ttl-jitter: 45%");
        await ApplyAsync(scene, server, candidate, "--staged", "40,80", "--every", "1h");
        await server.WaitForLogAsync("answers 40 % now");
        await PastScene.CaptureAsync(server, "staged", captured, ManyNetworks);
        scene.Eu[0].Start();
        await server.WaitForLogAsync("is up (was down)");
        await PastScene.CaptureAsync(server, "staged, a member is back", captured, ManyNetworks);
        CommandResult ended = await Command.MeridianAsync("abort", "--url", server.Http.ToString());
        Assert.True(ended.ExitCode == 0, ended.Error);
        await Wait.UntilAsync(
            async () => (await Command.MeridianAsync("staged", "--url", server.Http.ToString())).ExitCode != 0,
            Wait.Long, "nothing is staged any more", () => server.Log);
        // Files hold what is served again, so that the next change is one of them.
        scene.Rewrite(text);
        await PastScene.CaptureAsync(server, "given up", captured, ManyNetworks);
    }

    private static async Task SwapPlacesAsync(QuickstartScene scene, ServerProcess server, List<CapturedAnswer> captured)
    {
        PastScene.WritePlaces(scene, french: false);
        await server.WaitForLogAsync("waits for a person");
        await PastScene.CaptureAsync(server, "another database waits", captured);
        await AcceptAsync(server);
        await PastScene.CaptureAsync(server, "another location database", captured);
    }

    private static async Task AcceptAsync(ServerProcess server)
    {
        Assert.Equal(0, (await Command.MeridianAsync("geo", "accept", "--url", server.Http.ToString())).ExitCode);
        using DnsProbe probe = new(server.Dns);
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("www.example.test", "10.1.0.0/24"))[0].StartsWith("127.0.2.", StringComparison.Ordinal),
            Wait.Long, "the newer database is used", () => server.Log);
    }

    private static async Task AssertSiteAsync(ServerProcess server, string prefix)
    {
        using DnsProbe probe = new(server.Dns);
        Assert.All(await probe.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith(prefix, address, StringComparison.Ordinal));
    }

    /// <summary>What was staged is told as such, with its own weights, long after it was given up.</summary>
    private static async Task ReasonsAsync(ServerProcess server, List<CapturedAnswer> captured)
    {
        List<string> sides = [];
        foreach (CapturedAnswer capture in captured.Where(capture => capture.Phase == "staged"))
        {
            JsonElement document = await server.GetJsonAsync(capture.ExplainTarget(capture.SentAt, "json"));
            JsonElement first = document.GetProperty("steps")[0];
            Assert.Equal("stage", first.GetProperty("kind").GetString());
            sides.Add(first.GetProperty("outcome").GetString() ?? "");
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"while a change was staged: {sides.Count(side => side == "candidate")} answers from it, {sides.Count(side => side == "current")} from the current configuration");
        Assert.Contains("candidate", sides);
        Assert.Contains("current", sides);
        CapturedAnswer down = captured.First(capture => capture.Phase == "one member down" && PastScene.IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        string text = await server.GetTextAsync(down.ExplainTarget(down.SentAt, "text"));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Contains("answered from revision 1,", text, StringComparison.Ordinal);
        Assert.Matches(@"(?s)member 127\.0\.1\.1: down.*connection refused", text);
        CapturedAnswer swapped = captured.Last(capture => PastScene.IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        Assert.Contains("www/geo matches SA", await server.GetTextAsync(swapped.ExplainTarget(swapped.SentAt, "text")), StringComparison.Ordinal);
    }
}
