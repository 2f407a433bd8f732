using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>What a server knows when it starts, and when it starts again in the middle of trouble.</summary>
public sealed class RestartTests
{
    private const string Dutch = "193.0.6.0/24";

    [Theory]
    [InlineData((int)Signal.Terminate)]
    [InlineData((int)Signal.Kill)]
    public async Task Restart_DuringAnOutage_AnswersRightAtOnce(int signal)
    {
        using QuickstartScene scene = new();
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            // A site that hangs: without its verdicts a server would have to wait for timeouts before it knew.
            foreach (Backend backend in scene.Eu)
            {
                backend.Mood = BackendMood.Silent;
            }
            await server.WaitForLogAsync("is down (was up)", 2);
            string verdicts = Path.Combine(scene.State, "verdicts.json");
            // A verdict is also in the history behind it: what has 'since' is the verdict of one member.
            await Wait.UntilAsync(
                () => CountOf(File.ReadAllText(verdicts), "\"state\":\"down\",\"since\"") >= 2, Wait.Long, "the verdicts are on disk", () => File.ReadAllText(verdicts));
            await server.StopAsync((Signal)signal);
        }

        await using ServerProcess restarted = await ServerProcess.StartAsync(scene.Path, scene.State);
        using DnsProbe probe = new(restarted.Dns);

        // The very first query, without waiting to be ready.
        Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("www.example.test", Dutch));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("canary.example.test"));
        }
        await restarted.WaitForLogAsync("Restored 4 verdicts from before the restart");
    }

    [Fact]
    public async Task FirstStart_BeforeTheFirstVerdicts_AnswersStaticNamesOnly()
    {
        using QuickstartScene scene = new();
        foreach (Backend backend in scene.Eu)
        {
            backend.Mood = BackendMood.Silent;
        }
        await using ServerProcess server = await ServerProcess.StartAsync(scene.Path);
        using DnsProbe probe = new(server.Dns);

        Assert.Equal(["127.0.0.1"], await probe.AddressesAsync("ns1.example.test"));
        Message steered = await probe.AskAsync("www.example.test", RecordType.A, 1, DnsProbe.Subnet(Dutch));

        // Rather no answer than one that may be wrong; once there is one, it is right.
        Assert.Equal(Rcode.ServFail, steered.Rcode);
        await Wait.UntilAsync(
            async () => (await probe.AskAsync("www.example.test", RecordType.A, 2, DnsProbe.Subnet(Dutch))).Rcode == Rcode.NoError,
            Wait.Long, "steered names are answered", () => server.Log);
        Assert.Equal(["127.0.2.1", "127.0.2.2"], await probe.AddressesAsync("www.example.test", Dutch));
        Assert.True((await server.GetJsonAsync("readyz")).GetProperty("isReady").GetBoolean());
    }

    [Fact]
    public async Task Restart_WithABrokenFile_ServesTheLastGoodConfiguration()
    {
        using QuickstartScene scene = new();
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            Assert.Equal(0, await server.StopAsync());
        }
        scene.Rewrite(TenMistakes.Document);

        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        using DnsProbe probe = new(restarted.Dns);
        Assert.Equal(["127.0.1.1", "127.0.1.2"], await probe.AddressesAsync("www.example.test", Dutch));
        Assert.Equal("degraded", (await restarted.GetJsonAsync("healthz")).GetProperty("status").GetString());
        Assert.Equal(0, await restarted.GetMetricAsync("meridian_configuration_ok"));

        // The file is still watched: correcting it is all it takes.
        scene.Rewrite(QuickstartScene.Replace(scene.Text, "ns1:       {A: 127.0.0.1}", "ns1:       {A: 127.0.0.42}"));
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("ns1.example.test")).SequenceEqual(["127.0.0.42"]),
            Wait.Long, "the corrected file is served", () => restarted.Log);
        // It is served first, then made durable, then told.
        await Wait.UntilAsync(
            async () => (await restarted.GetJsonAsync("healthz")).GetProperty("status").GetString() == "ok",
            Wait.Long, "all is well again", () => restarted.Log);
    }

    [Fact]
    public async Task FirstStart_WithABrokenFile_FailsWithEveryError()
    {
        using QuickstartScene scene = new();
        scene.Rewrite(TenMistakes.Document);

        CommandResult result = await Command.MeridianAsync("serve", scene.Path, "--state", scene.State);

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(10, result.ErrorLines.Count(line => line.Contains(": error: ", StringComparison.Ordinal)));
        Assert.Contains("meridian check", result.Error, StringComparison.Ordinal);
    }

    private static int CountOf(string text, string part) => text.Split(part, StringSplitOptions.None).Length - 1;
}
