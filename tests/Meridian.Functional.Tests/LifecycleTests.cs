using System.Globalization;
using System.Net;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>Starting and stopping, as supervisors do it and as people get it wrong.</summary>
public sealed class LifecycleTests
{
    // Supervisors wait 10 s and more before they kill; a server with nothing slow to finish needs a fraction of it.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData((int)Signal.Terminate)]
    [InlineData((int)Signal.Interrupt)]
    public async Task Signal_EndsTheServerInOrder(int signal)
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        using DnsProbe probe = new(server.Dns);
        await probe.AddressesAsync("www.example.test");
        long startedAt = TimeProvider.System.GetTimestamp();

        int exitCode = await server.StopAsync((Signal)signal);

        Assert.Equal(0, exitCode);
        Assert.InRange(TimeProvider.System.GetElapsedTime(startedAt), TimeSpan.Zero, StopLimit);
        await server.WaitForLogAsync("DNS stopped after 1 queries");
        Assert.Equal(0, server.CountLog("fail:") + server.CountLog("crit:"));
        Assert.True(File.Exists(Path.Combine(scene.State, "verdicts.json")));
    }

    [Fact]
    public async Task Signals_DuringTheStart_AreObeyed()
    {
        using QuickstartScene scene = new();
        await using RunningProcess server = RunningProcess.Start("dotnet", Command.Meridian, "serve", scene.Path);
        // The first thing that it says, long before it listens.
        await server.WaitForLineAsync("Health checks: 4 added");
        Signal.HangUp.SendTo(server.Process);
        await server.WaitForLineAsync("The configuration is unchanged: revision 1 goes on being served (requested)");

        await using RunningProcess other = RunningProcess.Start("dotnet", Command.Meridian, "serve", scene.Path);
        await other.WaitForLineAsync("Health checks: 4 added");
        Signal.Terminate.SendTo(other.Process);

        Assert.Equal(0, await other.WaitForExitAsync(Wait.Long));
        Assert.Equal(0, other.Count("fail:") + other.Count("Unhandled"));
    }

    [Fact]
    public async Task SecondServer_OnTheSamePort_SaysSoAndTakesNoQuery()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string queries = scene.WriteFile("queries", "www.example.test A\nns1.example.test A\n");
        await using DnsPerf load = DnsPerf.Start(server.Dns, queries);
        string second = scene.WriteFile(
            "second.yaml", QuickstartScene.Replace(scene.Text, "dns: [\"127.0.0.1:0\"]", $"dns: [\"{server.Dns}\"]"));

        CommandResult result = await Command.MeridianAsync("serve", second);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Cannot listen on {server.Dns}", result.Error, StringComparison.Ordinal);
        Assert.Contains("the address is in use", result.Error, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"sport = :{server.Dns.Port}"), result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        (await load.StopAsync()).AssertNothingLost();
    }

    [Fact]
    public async Task SecondServer_OnTheSameHttpPort_SaysSo()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string second = scene.WriteFile(
            "second.yaml", QuickstartScene.Replace(scene.Text, "http: \"127.0.0.1:0\"", $"http: \"{server.Http.Authority}\""));

        CommandResult result = await Command.MeridianAsync("serve", second);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"the HTTP endpoint cannot listen on {server.Http.Authority}", result.Error, StringComparison.Ordinal);
        Assert.Contains("in use", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_OnAnAddressThatIsNotHere_SaysSo()
    {
        using QuickstartScene scene = new();
        // TEST-NET-1 (RFC 5737): no machine has it.
        string path = scene.WriteFile("far.yaml", QuickstartScene.Replace(scene.Text, "dns: [\"127.0.0.1:0\"]", "dns: [\"192.0.2.53:5300\"]"));

        CommandResult result = await Command.MeridianAsync("serve", path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Cannot listen on {new IPEndPoint(IPAddress.Parse("192.0.2.53"), 5300)}", result.Error, StringComparison.Ordinal);
    }
}
