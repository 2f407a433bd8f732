using System.Text.Json;
using Meridian.Control.Http;

namespace Meridian.Host.Tests.Commands;

public sealed class StatusCommandTests
{
    [Fact]
    public async Task Status_RunningServer_ShowsMembersHealthAndCounters()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();

        CommandRun run = await CommandRun.RunAsync("status", "--url", server.Url);

        Assert.Equal(ExitCodes.Success, run.ExitCode);
        Assert.Contains("up 1h 30m", run.Output, StringComparison.Ordinal);
        Assert.Contains("revision 7, serial 2026112000, 2 zone(s), digest 0123456789ab", run.Output, StringComparison.Ordinal);
        Assert.Contains("meridian.yaml: ok, loaded 1m 0s ago", run.Output, StringComparison.Ordinal);
        Assert.Contains("queries: 12 UDP, 3 TCP; steered 5", run.Output, StringComparison.Ordinal);
        Assert.Contains("NXDomain 1, NoError 14", run.Output, StringComparison.Ordinal);
        Assert.Equal(["web-eu", "127.0.1.1", "eu", "1", "auto", "down", "42s", "connection refused"], RowOf(run.Output, "127.0.1.1"));
        Assert.Equal(["web-eu", "127.0.1.2", "eu", "1", "draining (disk [swap]), 3h 0m left", "up", "", ""], RowOf(run.Output, "127.0.1.2"));
    }

    [Fact]
    public async Task Status_RefusedConfiguration_IsToldWithItsErrors()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();
        server.Report = server.Report with
        {
            Configuration = server.Report.Configuration with
            {
                State = ConfigurationState.Broken,
                RefusedAt = ServerUnderTest.Now.AddSeconds(-5),
                Errors = ["meridian.yaml:3:7: unknown key 'liste'"],
            },
            Readiness = new Readiness(true, true, false),
        };

        CommandRun run = await CommandRun.RunAsync("status", "--url", server.Url);

        Assert.Contains("the newest was refused 5s ago", run.Output, StringComparison.Ordinal);
        Assert.Contains("meridian.yaml:3:7: unknown key 'liste'", run.Output, StringComparison.Ordinal);
        Assert.Contains("not ready: health checks are warming up", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_AsJson_IsTheServersOwnDocument()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();

        CommandRun run = await CommandRun.RunAsync("status", "--json", "--url", server.Url + "/");

        Assert.Equal(JsonSerializer.Serialize(server.Report, LocalEndpointJson.Default.StatusReport), run.Output.TrimEnd());
    }

    [Fact]
    public async Task Status_NoServer_IsUnreachableAndSaysWhere()
    {
        string url;
        await using (ServerUnderTest server = await ServerUnderTest.StartAsync())
        {
            url = server.Url;
        }

        CommandRun run = await CommandRun.RunAsync("status", "--url", url);

        Assert.Equal(ExitCodes.Unreachable, run.ExitCode);
        Assert.Contains(url, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Status_SomethingElseAnswers_IsAFailureNotAnException()
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync();

        CommandRun run = await CommandRun.RunAsync("status", "--url", server.Url + "/elsewhere");

        Assert.Equal(ExitCodes.Failure, run.ExitCode);
        Assert.Contains("404", run.Error, StringComparison.Ordinal);
    }

    private static string[] RowOf(string output, string target)
    {
        string line = Assert.Single(output.Split('\n'), line => line.Contains($" {target} ", StringComparison.Ordinal));
        return [.. line.Trim().Trim('│').Split('│', StringSplitOptions.TrimEntries)];
    }
}
