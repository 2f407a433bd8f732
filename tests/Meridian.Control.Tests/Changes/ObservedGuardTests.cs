using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planning;
using Meridian.Control.Observing;
using Meridian.Dns.Names;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Changes;

/// <summary>The limits of how many meet a change at once.</summary>
[Collection("changes")]
public sealed class ObservedGuardTests
{
    private const string Yaml =
        """
        guard: {queries: 50%}
        pools:
          us: {members: [{address: 192.0.2.1}]}
          sa: {members: [{address: 192.0.2.2}]}
        policies:
          www: {weighted: {us: 90, sa: 10}}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              host: {A: 192.0.2.9}

        """;

    private static readonly DomainName Zone = DomainName.Parse("example.com");

    [Theory]
    [InlineData("{us: 50, sa: 50}", null)]
    [InlineData("{us: 30, sa: 70}", "60% of the client space would get other answers for www.example.com. A; the limit is 50%")]
    [InlineData("{sa: 1}", "90% of the client space would get other answers for www.example.com. A; the limit is 50%")]
    public async Task Apply_WeightMoves_CountsByThePartThatMoves(string weights, string? refusal)
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ChangeOutcome outcome = await harness.ApplyYamlAsync(Yaml.Replace("{us: 90, sa: 10}", weights, StringComparison.Ordinal));
        Assert.Equal(refusal, outcome is ChangeOutcome.Refused refused ? Assert.Single(refused.Plan.Guard).Message : null);
        Assert.Equal(refusal is null, outcome is ChangeOutcome.Accepted);
    }

    [Fact]
    public async Task Apply_OtherTtlAndLastResort_MovesNobody()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.ApplyYamlAsync(Yaml.Replace(
            "www: {weighted: {us: 90, sa: 10}}", "www: {ttl: 90s, failover: [{weighted: {us: 90, sa: 10}}, us]}", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Apply_ManyObservedQueriesAltered_IsRefusedWithFigures()
    {
        Volumes volumes = new() { Share = new ObservedShare(0.62, 12_000) };
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml, volumes);
        ChangeOutcome.Refused refused = Assert.IsType<ChangeOutcome.Refused>(await harness.PutAsync("records", "example.com/host", """{"A": "192.0.2.10"}"""));
        Assert.Equal(
            new { Rule = GuardRule.Queries, Zone = (string?)"example.com", Message = "62% of its 12000 observed queries would get other answers; the limit is 50%" },
            new { refused.Plan.Guard.Single().Rule, refused.Plan.Guard.Single().Zone, refused.Plan.Guard.Single().Message });
        Assert.Empty(refused.Plan.Notes);
        volumes.Share = new ObservedShare(0.4, 12_000);
        Assert.IsType<ChangeOutcome.Accepted>(await harness.PutAsync("records", "example.com/host", """{"A": "192.0.2.10"}"""));
    }

    [Fact]
    public async Task Plan_NothingObserved_SaysThatTheLimitWasNotLookedAt()
    {
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml);
        ProposedChange change = new()
        {
            Changes = [DocumentChange.Put(new DocumentKey("records", "example.com/host"), DocumentBody.FromText("""{"A":"192.0.2.10"}"""))],
            Author = "ann",
            Origin = ChangeOrigin.Api,
            Message = "host",
        };
        ChangeOutcome.Planned planned = Assert.IsType<ChangeOutcome.Planned>(await harness.Service.PlanAsync(change, TestContext.Current.CancellationToken));
        Assert.Equal(
            ["the guard's limit of observed queries was not looked at for example.com: too few of its queries have been observed"], planned.Plan.Notes);
        Assert.Empty(planned.Plan.Guard);
    }

    [Fact]
    public async Task Plan_ClientsWereObserved_SaysWhatTheyWouldDo()
    {
        WhatIfResult traffic = new()
        {
            Question = "the plan",
            From = DateTimeOffset.UnixEpoch,
            To = DateTimeOffset.UnixEpoch.AddHours(1),
            Queries = 12_345.4,
            Replayed = 0.98771,
            Moved = 0.25,
            Lost = 0,
            Load = (10, 20),
            Sites = [new WhatIfShare("eu", 0.5, 0.25, 100, null, null)],
            Members = [],
            Moves = [],
        };
        await using ChangeHarness harness = await ChangeHarness.StartAsync(Yaml, new Volumes { Traffic = traffic });
        ChangeOutcome.Planned planned = Assert.IsType<ChangeOutcome.Planned>(
            await harness.ApplyYamlAsync(Yaml.Replace("{us: 90, sa: 10}", "{us: 80, sa: 20}", StringComparison.Ordinal), dryRun: true));
        Meridian.Client.Wire.PlannedTraffic told = Meridian.Control.Http.Documents.PlanWire.Of(planned.Plan, []).Observed!;
        Assert.Equal((12_345.0, 0.9877, 0.25, 0.0, 10.0, 20.0), (told.Queries, told.Replayed, told.Moved, told.Lost, told.QueriesPerSecondBefore, told.QueriesPerSecondAfter));
        Assert.Equal(new Meridian.Client.Wire.PlannedShare("eu", 0.5, 0.25, 100), Assert.Single(told.Sites));
        // What serves the same answers as before needs no look at anybody.
        Assert.Null(Assert.IsType<ChangeOutcome.Planned>(await harness.ApplyYamlAsync(Yaml, dryRun: true)).Plan.Observed);
    }

    private sealed class Volumes : IObservedVolumes
    {
        public ObservedShare Share { get; set; }

        public WhatIfResult? Traffic { get; init; }

        public IReadOnlyDictionary<ZoneKey, ObservedShare> SharesOf(DataPlaneSnapshot before, DataPlaneSnapshot after) =>
            new Dictionary<ZoneKey, ObservedShare> { [Zone] = Share };

        public WhatIfResult? TrafficOf(DataPlaneSnapshot before, DataPlaneSnapshot after) => Traffic;
    }
}
