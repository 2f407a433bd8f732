using System.Net;
using Meridian.Control.Http;

namespace Meridian.Host.Tests.Commands;

public sealed class ExplainCommandTests
{
    [Fact]
    public async Task Explain_WholeQuery_ReachesTheServerUnchanged()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();
        ExplainRequest? seen = null;
        server.Explain = request =>
        {
            seen = request;
            return ExplainReply.Explained("{}", "www.example.test A\n  geo: EU\n");
        };

        CommandRun run = await CommandRun.RunAsync(
            "explain", "a&b.example.test", "AAAA", "--client", "2001:200::/48", "--resolver", "192.0.2.1",
            "--port", "5353", "--id", "4660", "--time", "2026-11-20T06:00:00+00:00", "--url", server.Url);

        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Equal("www.example.test A\n  geo: EU", run.Output.TrimEnd().ReplaceLineEndings("\n"));
        Assert.Equal(
            new ExplainRequest
            {
                Name = "a&b.example.test",
                Type = "AAAA",
                Client = IPAddress.Parse("2001:200::"),
                ClientPrefixLength = 48,
                Resolver = IPAddress.Parse("192.0.2.1"),
                Port = 5353,
                MessageId = 4660,
                Time = ServerUnderTest.Now,
            },
            seen);
    }

    [Fact]
    public async Task Explain_NoType_AsksForA()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();
        server.Explain = request => ExplainReply.Explained($$"""{"type":"{{request.Type}}"}""", "");

        CommandRun run = await CommandRun.RunAsync("explain", "www.example.test", "--json", "--url", server.Url);

        Assert.Equal("""{"type":"A"}""", run.Output.TrimEnd());
    }

    [Fact]
    public async Task Explain_ServerRefuses_PrintsEveryReason()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();

        CommandRun run = await CommandRun.RunAsync("explain", "www.example.test", "A", "--client", "here", "--resolver", "there", "--url", server.Url);

        Assert.Equal(ExitCodes.Failure, run.ExitCode);
        Assert.Contains("client 'here' is not an IP address", run.Error, StringComparison.Ordinal);
        Assert.Contains("resolver 'there' is not an IP address", run.Error, StringComparison.Ordinal);
    }
}
