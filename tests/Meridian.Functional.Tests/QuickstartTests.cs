using System.Net;
using System.Net.Sockets;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary><c>make run</c>: one command starts all of it, and ends all of it.</summary>
public sealed class QuickstartTests
{
    [Theory]
    [InlineData((int)Signal.Interrupt)]
    [InlineData((int)Signal.Kill)]
    public async Task Quickstart_StartsServerAndBackends_AndLeavesNoneBehind(int signal)
    {
        using TestDirectory directory = new();
        IPEndPoint dns = FreePort("127.0.0.1");
        string path = directory.Write("meridian.yaml", Compose(dns, FreePort("127.0.0.1")));
        await using RunningProcess quickstart = RunningProcess.Start("dotnet", Command.Meridian, "quickstart", "--config", path);
        await quickstart.WaitForLineAsync("Try in another terminal:");

        // Four backends and the server, as it tells.
        int[] children = ChildrenOf(quickstart.Process.Id);
        Assert.Equal(5, children.Length);
        Assert.All(children, child => Assert.Contains($"pid {child}", quickstart.Text, StringComparison.Ordinal));
        using DnsProbe probe = new(dns);
        await Wait.UntilAsync(
            async () => (await probe.AddressesAsync("www.example.test", "193.0.6.0/24")).SequenceEqual(["127.0.1.1", "127.0.1.2"]),
            Wait.Long, "the example answers", () => quickstart.Text);

        ((Signal)signal).SendTo(quickstart.Process);

        int exitCode = await quickstart.WaitForExitAsync(Wait.Long);
        if ((Signal)signal == Signal.Interrupt)
        {
            Assert.Equal(0, exitCode);
        }
        await Wait.UntilAsync(() => children.All(IsGone), Wait.Long, $"{string.Join(' ', children)} are gone");
    }

    [Fact]
    public async Task Quickstart_WhosePortIsTaken_SaysSoAndLeavesNoneBehind()
    {
        using TestDirectory directory = new();
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        var dns = (IPEndPoint)taken.LocalEndpoint;
        string path = directory.Write("meridian.yaml", Compose(dns, FreePort("127.0.0.1")));

        CommandResult result = await Command.MeridianAsync("quickstart", "--config", path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"Cannot listen on {dns}", result.Error, StringComparison.Ordinal);
    }

    // The example, with ports that are free here. They are found by taking them for a moment: the quickstart has to know
    // them beforehand.
    private static string Compose(IPEndPoint dns, IPEndPoint http)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "examples/quickstart/meridian.yaml"));
        text = QuickstartScene.Replace(text, "127.0.0.1:5300", dns.ToString());
        text = QuickstartScene.Replace(text, "127.0.0.1:8053", http.ToString());
        return new[] { "127.0.1.1", "127.0.1.2", "127.0.2.1", "127.0.2.2" }.Aggregate(text, (current, address) => QuickstartScene.Replace(
            current, $"{{address: {address}}}", $"{{address: {address}, port: {FreePort(address).Port}}}"));
    }

    private static IPEndPoint FreePort(string address)
    {
        using TcpListener listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private static int[] ChildrenOf(int processId) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!, null))
            .Where(id => StatusOf(id).Contains($"\nPPid:\t{processId}\n", StringComparison.Ordinal))];

    // A zombie has ended too: whoever adopted it has not looked yet.
    private static bool IsGone(int processId) => StatusOf(processId) is var status && (status.Length == 0 || status.Contains("\nState:\tZ", StringComparison.Ordinal));

    private static string StatusOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/status");
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return "";
        }
    }
}
