using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using static Meridian.Control.Tests.Changes.PlannedBench;

namespace Meridian.Control.Tests.Changes;

/// <summary>Planned changes of a name that two zones have, for different clients.</summary>
[Collection("changes")]
public sealed class PlannedViewTests
{
    private const string TwoZones = Pools +
        """
        views: {in: {networks: [10.0.0.0/8, 127.0.0.0/8]}}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}, TXT: {data: "outside", ttl: 300s}}
          example.com@in:
            soa: {primary: ns1, contact: hostmaster@example.com}
            views: [in]
            records:
              "@": {NS: [ns1]}
              ns1: {A: 10.0.0.53}
              www: {A: 192.0.2.1, ttl: 100s}

        """;

    private const uint Outside = 0xC633_6401;

    [Theory]
    [InlineData(null, "example.com@in/www")]
    [InlineData("in", "")]
    public async Task Plan_NameOfTwoZones_IsAboutTheOneThatItChanges(string? label, string changed)
    {
        await using PlannedBench bench = await PlannedBench.StartAsync(TwoZones);
        // The public records have a TTL of 300 s all the time; this host is in the view; and only the public name has a text.
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            ZoneLabel = label,
            Change = wanted.Change with
            {
                Changes = changed.Length > 0
                    ? [Put(DocumentKinds.Records, changed, """{"A": "192.0.2.2", "ttl": "100s"}""")]
                    : [Put("policy", "www", """{"pool": "new", "ttl": "300s"}""")],
            },
        });
        Assert.Equal((100u, bench.Start + TimeSpan.FromSeconds(3_500)), (planned.OldTtlSeconds, planned.LowerAt));
        await bench.AtAsync(TimeSpan.FromSeconds(3_500));
        Assert.Equal((Before, 30u), bench.Ask());
        Assert.Equal((Before, 300u), bench.Ask(from: Outside));
        await bench.AtAsync(TimeSpan.FromSeconds(3_600));
        await bench.AtAsync(TimeSpan.FromSeconds(3_660));
        PlannedChange ended = await bench.OnlyAsync();
        Assert.Equal((PlannedStep.Done, "the change held"), (ended.Step, ended.Note));
        Assert.Equal((changed.Length > 0 ? After : Before, 100u), bench.Ask());
    }

    [Fact]
    public async Task Plan_NameOfTwoZonesAndThePublicOneIsMeant_AsksAsSomebodyOutside()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync(TwoZones);
        PlannedChange planned = await bench.PlanAsync(TimeSpan.FromMinutes(60));
        Assert.Equal(300u, planned.OldTtlSeconds);
        // The same name in the other zone has a plan of its own.
        await bench.PlanAsync(TimeSpan.FromMinutes(90), wanted => wanted with
        {
            Change = wanted.Change with { Changes = [Put(DocumentKinds.Records, "example.com@in/www", """{"A": "192.0.2.2", "ttl": "100s"}""")] },
        });
        foreach (int second in new[] { 3_300, 3_600, 3_660 })
        {
            await bench.AtAsync(TimeSpan.FromSeconds(second));
        }
        // The text is asked for where it is: the private zone, which this host sees, has none.
        PlannedChange ended = (await bench.Service.ListAsync(TestContext.Current.CancellationToken)).Single(one => one.Id == planned.Id);
        Assert.Equal((PlannedStep.Done, "the change held"), (ended.Step, ended.Note));
        Assert.Equal((After, 300u), bench.Ask(from: Outside));
    }

    [Fact]
    public async Task Plan_NameOfTwoZonesAndBothChange_IsRefused()
    {
        await using PlannedBench bench = await PlannedBench.StartAsync(TwoZones);
        ChangeOutcome.Invalid refused = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with
        {
            Change = wanted.Change with
            {
                Changes =
                [
                    Put(DocumentKinds.Records, "example.com@in/www", """{"A": "192.0.2.2", "ttl": "100s"}"""),
                    Put(DocumentKinds.Records, "example.com/www", """{"A": "192.0.2.2"}"""),
                ],
            },
        })).Outcome);
        Assert.Contains("in the zones example.com. and example.com.@in", refused.Errors[0].Message, StringComparison.Ordinal);
        refused = Assert.IsType<ChangeOutcome.Invalid>((await bench.TryPlanAsync(TimeSpan.FromMinutes(60), wanted => wanted with { ZoneLabel = "out" })).Outcome);
        Assert.Contains("in no zone with the label 'out'", refused.Errors[0].Message, StringComparison.Ordinal);
    }
}
