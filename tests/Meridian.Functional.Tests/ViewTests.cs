using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>Split horizon by the real executable: dig from several addresses, over UDP and TCP, over reloads and restarts.</summary>
public sealed class ViewTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private static string Document(string inside) =>
        $$"""
        listen: {dns: ["127.0.0.1:0"], http: "127.0.0.1:0"}
        views:
          inside: {networks: {{inside}}}
          lab: {networks: [127.0.0.3/32]}
        zones:
          example.test:
            soa: {primary: ns1, contact: hostmaster@example.test}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: 203.0.113.80}
          example.test@in:
            soa: {primary: ns1, contact: hostmaster@example.test}
            views: [inside, lab]
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: 10.0.0.80}
          lab.test:
            soa: {primary: ns1.example.test., contact: hostmaster@example.test}
            views: [lab]
            records:
              "@": {NS: [ns1.example.test.], A: 10.9.0.1}
        """;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Dig_FromSeveralAddresses_GetsTheZonesThatItSees()
    {
        string path = _directory.Write("meridian.yaml", Document("[127.0.0.2/32]"));
        string state = _directory["state"];
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(path, state))
        {
            foreach (string transport in new[] { "+notcp", "+tcp" })
            {
                await AssertAsync(server, transport, ("127.0.0.1", "203.0.113.80"), ("127.0.0.2", "10.0.0.80"), ("127.0.0.3", "10.0.0.80"));
                Assert.Equal("REFUSED", (await Dig.AskAsync(server.Dns, "-b", "127.0.0.2", transport, "lab.test", "A")).Status);
                Assert.Equal(["10.9.0.1"], (await Dig.AskAsync(server.Dns, "-b", "127.0.0.3", transport, "lab.test", "A")).Data);
            }
            // What a client says of others changes nothing.
            Assert.Equal(["203.0.113.80"], (await Dig.AskAsync(server.Dns, "-b", "127.0.0.1", "+subnet=127.0.0.2/32", "www.example.test", "A")).Data);

            _directory.Write("meridian.yaml", Document("[127.0.0.4/32]"));
            server.Send(Signal.HangUp);
            // Who would see the zone is for a person to say.
            await server.WaitForLogAsync("would come into the view inside");
            await AssertAsync(server, "+notcp", ("127.0.0.2", "10.0.0.80"), ("127.0.0.4", "203.0.113.80"));
            CommandResult approved = await Command.MeridianAsync("approve", "f1", "--reason", "the office moved", "--url", server.Http.ToString());
            Assert.True(approved.ExitCode == 0, approved.Error);
            await server.WaitForLogAsync("Revision 2 is served");
            await AssertAsync(server, "+notcp", ("127.0.0.2", "203.0.113.80"), ("127.0.0.4", "10.0.0.80"));
            Assert.Equal(0, await server.StopAsync());
        }
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(path, state))
        {
            await AssertAsync(server, "+notcp", ("127.0.0.1", "203.0.113.80"), ("127.0.0.3", "10.0.0.80"), ("127.0.0.4", "10.0.0.80"));
        }
    }

    [Fact]
    public async Task Check_ZonesThatShareAView_SaysWhere()
    {
        string path = _directory.Write("meridian.yaml", Document("[127.0.0.2/32]").Replace("lab.test:", "example.test@two:", StringComparison.Ordinal));

        CommandResult result = await Command.MeridianAsync("check", path);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(
            $"{path}:21:12: error: clients of the view 'lab' see both example.test.@in and example.test.@two", result.Error, StringComparison.Ordinal);
    }

    private static async Task AssertAsync(ServerProcess server, string transport, params (string Source, string Address)[] expected)
    {
        foreach ((string source, string address) in expected)
        {
            Assert.Equal([address], (await Dig.AskAsync(server.Dns, "-b", source, transport, "www.example.test", "A")).Data);
        }
    }
}
