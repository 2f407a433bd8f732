using System.Net;
using Meridian.Control.Configuration;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Each kind of steering node as it is written, and the mistakes that can be made with it.</summary>
public sealed class SteeringNodeTests
{
    private const string Head =
        """
        latency: {table: latency.txt}
        load: {file: load.txt, max-age: 30s}
        sites:
          eu: {near: "aws:eu-west-1", capacity: 100, cost: 2}
          us: {near: "aws:us-east-1", capacity: 200}
        monitors:
          web: {type: http}
        pools:
          a: {site: eu, monitor: web, members: [{address: 192.0.2.1}]}
          b: {site: us, cost: 0.7, commit: 500, members: [{address: 192.0.2.2}]}
          c: {members: [{address: 192.0.2.3}]}
        policies:

        """;

    private const string Tail =
        """

        zones: {example.com: {soa: {primary: ns1, contact: h@example.com}, records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}}}}
        """;

    private const string Table =
        """
        # network or place, site, milliseconds
        193.0.0.0/16  eu 12.5
        BR,us,120
        """;

    [Fact]
    public void Load_EveryKind_IsWhatIsWritten()
    {
        LoadResult result = Load(
            """
              hash: {hash: [a, b]}
              name: {hash: {of: [a, b], key: qname}}
              network: {network: {10.0.0.0/8: a, AS64500: b, "2001:db8::/32": {failover: [a, b]}, default: c}, strict: true}
              near: {proximity: {a: {bias: 20}, b: {}, c: {at: eu, bias: -5}}}
              fast: {latency: [a, b, {at: us, failover: [c, b]}]}
              cdn: {cheapest: {of: [a, b, c], within: 20ms}}
              full: {spill: [a, b]}
              shed: {shed: {of: a, to: b, low: 70, high: 90, sticky: client}}
              ramp: {ramp: {from: a, to: b, steps: [1, 5, 100], every: 10m, start: 2026-12-01T10:00Z, guard: web}}
              hours: {schedule: {time-zone: Europe/Paris, windows: [{days: "mon-fri,sun", hours: 22:00-06:00, pool: a}, {dates: 2026-12-24/2026-12-26, weighted: {a: 1, b: 1}}], default: c}}
            """);
        Assert.Empty(TestFiles.Errors(result));
        MeridianModel model = Assert.IsType<MeridianModel>(result.Model);
        Assert.Equal(HashKey.QName, Assert.IsType<HashNode>(model.Policies["name"].Root).Key);
        NetworkNode network = Assert.IsType<NetworkNode>(model.Policies["network"].Root);
        Assert.True(network.Strict);
        Assert.Equal(["10.0.0.0/8", "AS64500", "2001:db8::/32"], network.Networks.Select(branch => branch.Key));
        Assert.Equal([("eu", 20), ("us", 0), ("eu", -5)], Assert.IsType<ProximityNode>(model.Policies["near"].Root).Of.Select(child => (child.Site, child.Bias)));
        Assert.Equal(["eu", "us", "us"], Assert.IsType<LatencyNode>(model.Policies["fast"].Root).Of.Select(child => child.Site));
        CheapestNode cheapest = Assert.IsType<CheapestNode>(model.Policies["cdn"].Root);
        Assert.Equal([("eu", 2d, null), ("us", 0.7, 500d), (null, 0d, (double?)null)], cheapest.Of.Select(child => (child.Site, child.Cost, child.Commit)));
        Assert.Equal([new SpillChild("a", "eu", 100), new SpillChild("b", "us", 200)], Assert.IsType<SpillNode>(model.Policies["full"].Root).Of);
        ShedNode shed = Assert.IsType<ShedNode>(model.Policies["shed"].Root);
        Assert.Equal(("a", "load", 70d, 90d, true), (shed.Subject, shed.Metric, shed.Low, shed.High, shed.Sticky));
        RampNode ramp = Assert.IsType<RampNode>(model.Policies["ramp"].Root);
        Assert.Equal((TimeSpan.FromMinutes(10), "web"), (ramp.Every, ramp.Guard));
        ScheduleNode hours = Assert.IsType<ScheduleNode>(model.Policies["hours"].Root);
        Assert.Equal((0b0111111, 22 * 3600, 6 * 3600), (hours.Windows[0].Days, hours.Windows[0].FromSecond, hours.Windows[0].ToSecond));
        Assert.Equal(new DateOnly(2026, 12, 26), hours.Windows[1].LastDate);
        Assert.Equal(
            [new LatencyMeasurement(IPNetwork.Parse("193.0.0.0/16"), null, "eu", 12.5), new LatencyMeasurement(null, new PlaceKey(PlaceKind.Country, "BR"), "us", 120)],
            model.Latency);
        Assert.Equal(new LoadModel("load.txt", TimeSpan.FromSeconds(30)), model.Load);
    }

    [Theory]
    [InlineData("p: {network: {10.0.0.1/8: a, default: b}}", "'10.0.0.1/8' has bits set beyond its /8")]
    [InlineData("p: {proximity: [a, c]}", "nothing says where this child stands")]
    [InlineData("p: {latency: [{at: eu, bias: 3, pool: c}]}", "'bias' belongs to 'proximity'")]
    [InlineData("p: {proximity: {a: {bias: 100}}}", "expected a whole number, -99 to 99")]
    [InlineData("p: {spill: [a, c]}", "the pool 'c' has no capacity")]
    [InlineData("p: {shed: {of: a, to: b, low: 90, high: 70}}", "'high' must be above 'low'")]
    [InlineData("p: {shed: {of: {failover: [a, b]}, to: b, low: 1, high: 7}}", "write 'load-of' beside it")]
    [InlineData("p: {ramp: {from: a, to: b, steps: [1, 200], start: 2026-12-01T10:00Z}}", "expected a number, 0 to 100")]
    [InlineData("p: {ramp: {from: a, to: b, steps: [1]}}", "the key 'start' is missing")]
    [InlineData("p: {ramp: {from: a, to: b, steps: [1], start: 2026-12-01T10:00Z, guard: wep}}", "did you mean 'web'?")]
    [InlineData("p: {schedule: {time-zone: Europe/Pariss, windows: [{pool: a}]}}", "did you mean 'Europe/Paris'?")]
    [InlineData("p: {schedule: {windows: [{hours: 8-18, pool: a}]}}", "expected a time of day from and to")]
    [InlineData("p: {schedule: {windows: [{days: monday, pool: a}]}}", "expected days of the week")]
    [InlineData("p: {cheapest: {of: [a]}}", "the key 'within' is missing")]
    [InlineData("p: {hash: {of: [a], key: port}}", "expected one of client, qname")]
    [InlineData("p: {hash: [q]}\n  q: {latency: [{at: eu, policy: p}]}", "policies lead back to themselves")]
    public void Load_Mistake_IsNamed(string policies, string expected)
    {
        LoadResult result = Load("  " + policies);
        Assert.Contains(TestFiles.Errors(result), error => error.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_BadLatencyLines_AreNamedWithTheirLines()
    {
        LoadResult result = TestFiles.LoadAll(
            "m.yaml", ("m.yaml", Head + "  p: {pool: a}" + Tail), ("latency.txt", "10.0.0.0/8 eu 1\n10.0.0.0/8 eu 2\nXX eu 1\n10.0.0.0/9 ex 1\n1 2"));
        Assert.Equal(
            ["latency.txt:2:1", "latency.txt:3:1", "latency.txt:4:1", "latency.txt:5:1"],
            TestFiles.Errors(result).Select(error => error[..error.IndexOf(": error", StringComparison.Ordinal)]));
    }

    private static LoadResult Load(string policies) => TestFiles.LoadAll("m.yaml", ("m.yaml", Head + policies + Tail), ("latency.txt", Table));
}
