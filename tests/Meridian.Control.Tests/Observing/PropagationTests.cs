using System.Text.Json;
using Meridian.Control.Observing;

namespace Meridian.Control.Tests.Observing;

/// <summary>Changes of answers on their way through caches, beside what those caches really hold; in virtual time.</summary>
public sealed class PropagationTests
{
    private const string Eu = "192.0.2.1";
    private const string Drained = "{address: 192.0.2.1, state: draining, reason: test}";

    private const string Yaml = ObservedServer.Split + "      a: {A: {steer: split}}\n      b: {A: {steer: split}}\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Read_DrainWithMixedCaches_EstimateIsTheTruth(int seed)
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        CachesUnderTest caches = CachesUnderTest.Mixed(server, seed);
        caches.Run(700);
        server.Harness.Write(Yaml.Replace("{address: 192.0.2.1}", Drained, StringComparison.Ordinal));
        await server.Harness.ReloadAsync();
        double before = caches.Holding(Eu);
        server.Observer.Fetch();
        int at = 0;
        foreach (int mark in new[] { 5, 10, 20, 30, 60, 90 })
        {
            caches.Run(mark - at);
            at = mark;
            ChangeReport change = Assert.Single(server.Propagation.Read().Changes);
            double truth = 1 - (caches.Holding(Eu) / before);
            Assert.True(Math.Abs(change.Moved - truth) <= 0.05, $"after {mark} s {truth:P1} had moved, and {change.Moved:P1} was said");
        }
        caches.Run(60);
        PropagationReport report = server.Propagation.Read();
        Assert.Equal(30, report.Changes[0].Horizon);
        Assert.Single(report.Finished);
        Assert.InRange(report.Changes[0].Reached[^1]!.Value, 60, 130);
        Assert.Equal(CacheBehaviour.Several, report.Askers.Single(asker => asker.Asker.Resolver.IPv4 == CachesUnderTest.Shared).Estimate.Behaviour);
        Assert.All(
            report.Askers.Where(asker => asker.Asker.Resolver.IPv4 is >= CachesUnderTest.FirstLate and < CachesUnderTest.FirstLate + CachesUnderTest.LateCount),
            late => Assert.Equal(CacheBehaviour.Late, late.Estimate.Behaviour));
        JsonDocument.Parse(PropagationOutput.ToJson(report, 10)).Dispose();
        string text = PropagationOutput.ToText(report, 10);
        Assert.Contains("and 1 more names", text, StringComparison.Ordinal);
        Assert.Contains("your measured tail over the last 1 changes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_RightAfterTheChange_IsHowItComes()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        CachesUnderTest caches = CachesUnderTest.Mixed(server, 5);
        caches.Run(700);
        server.Harness.Write(Yaml.Replace("{address: 192.0.2.1}", Drained, StringComparison.Ordinal));
        await server.Harness.ReloadAsync();
        server.Observer.Fetch();
        ChangeReport first = server.Propagation.Read().Changes[0];
        caches.Run(150);
        ChangeReport last = server.Propagation.Read().Changes[0];
        Assert.All(last.Reached, reached => Assert.NotNull(reached));
        // Half, and the tail of 95 and 99 %: forecast at the first moment, and measured.
        Assert.InRange(first.Forecast[0] - last.Reached[0]!.Value, -5, 5);
        Assert.InRange(first.Forecast[1] - last.Reached[1]!.Value, -12, 12);
        Assert.InRange(first.Forecast[2] - last.Reached[2]!.Value, -12, 12);
    }

    [Fact]
    public async Task Look_ReloadThatChangesNoAnswer_IsNoChange()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        CachesUnderTest caches = CachesUnderTest.Mixed(server, 3);
        caches.Run(100);
        server.Harness.Write(Yaml + "      c: {A: 192.0.2.77}\n");
        await server.Harness.ReloadAsync();
        caches.Run(5);
        Assert.Empty(server.Propagation.Read().Changes);
    }

    [Fact]
    public async Task Look_TtlRises_IsAnAlarmUntilItFalls()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        foreach ((string ttl, int alarms) in new[] { ("100s", 0), ("2h", 2), ("1h", 2), ("60s", 0) })
        {
            server.Harness.Write(Yaml.Replace("ttl: 30s", $"ttl: {ttl}", StringComparison.Ordinal).Replace("guard: {", "guard: {ttl-rise: 0, ", StringComparison.Ordinal));
            await server.Harness.ReloadAsync();
            server.Observer.Fetch();
            Assert.Equal(alarms, server.Drift.Count);
        }
    }
}
