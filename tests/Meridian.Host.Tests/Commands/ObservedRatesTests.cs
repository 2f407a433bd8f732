using Meridian.Host.Simulating;

namespace Meridian.Host.Tests.Commands;

public sealed class ObservedRatesTests
{
    [Fact]
    public void Read_PopulationOfAnHour_IsQueriesPerSecondByName()
    {
        Dictionary<string, double> rates = ObservedRates.Read(
            """
            {"from":"2026-11-20T15:00:00.0000000+00:00","to":"2026-11-20T16:00:00.0000000+00:00","names":[
              {"name":"www.example.com. A","queries":7200,"share":0.5},
              {"name":"www.example.com. AAAA","queries":3600,"share":0.25},
              {"name":"www.example.com. (rest)","queries":3600,"share":0.2},
              {"name":"(names that are not configured)","queries":360,"share":0.05}]}
            """);
        Assert.Equal(4, rates["WWW.example.com."]);
    }

    [Fact]
    public async Task Advise_NoServer_SaysSo()
    {
        // Port 1 of loopback: nobody listens there.
        CommandRun run = await CommandRun.RunAsync("ttl", "advise", "nowhere.yaml", "--observed", "--url", "http://127.0.0.1:1");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("No server answers", run.Error, StringComparison.Ordinal);
    }
}
