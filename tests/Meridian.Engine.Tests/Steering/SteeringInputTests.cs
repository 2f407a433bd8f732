using System.Net;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>The nodes that look at networks, distance, time, load and cost: their rules and their edges, one by one.</summary>
public sealed class SteeringInputTests
{
    private const string Zone = "example.com.";
    private const int Queries = 20_000;

    [Fact]
    public void Hash_ChildAdded_MovesOnlyItsShareToTheNewChild()
    {
        ModelBuilder two = Pools().Policy("p", new HashNode([new PoolNode("a"), new PoolNode("b")], HashKey.Client));
        ModelBuilder three = Pools().Policy("p", new HashNode([new PoolNode("a"), new PoolNode("b"), new PoolNode("c")], HashKey.Client));
        TestClient before = Client(two);
        TestClient after = Client(three);
        int moved = 0;
        for (int i = 0; i < 3000; i++)
        {
            string network = $"198.{18 + (i % 2)}.{i / 12 % 256}.0/24";
            string was = before.Ask("www.example.com.", RecordType.A, network).Addresses[0];
            string now = after.Ask("www.example.com.", RecordType.A, network).Addresses[0];
            Assert.True(now == was || now == "192.0.2.3");
            moved += now == was ? 0 : 1;
        }
        Assert.InRange(moved, 700, 1300);
    }

    [Fact]
    public void Hash_OnName_IsTheSameForAllClientsAndHasNoScope()
    {
        TestClient client = Client(Pools().Policy("p", new HashNode([new PoolNode("a"), new PoolNode("b"), new PoolNode("c")], HashKey.QName)));
        string[] answers = [.. Enumerable.Range(0, 200).Select(i => client.Ask("www.example.com.", RecordType.A, $"198.51.{i}.0/24", (ushort)i).Addresses[0])];
        Assert.Single(answers.Distinct());
        Assert.Equal(0, client.Ask("www.example.com.", RecordType.A, "198.51.100.0/24").Scope);
    }

    [Theory]
    [InlineData("10.1.2.0/24", "192.0.2.2", 16)]
    [InlineData("10.9.2.0/24", "192.0.2.1", 13)]
    [InlineData("11.0.0.0/24", "192.0.2.3", 8)]
    [InlineData("2001:db8:1::/48", "192.0.2.1", 32)]
    public void Network_LongestPrefix_DecidesWithExactScope(string subnet, string expected, int scope)
    {
        TestClient client = Client(Pools().Policy("p", Networks(strict: false)));
        TestResponse response = client.Ask("www.example.com.", RecordType.A, subnet);
        Assert.Equal(expected, Assert.Single(response.Addresses));
        Assert.Equal(scope, response.Scope);
    }

    [Fact]
    public void Network_UnavailableMatch_FallsToTheShorterPrefixUnlessStrict()
    {
        TestClient open = Client(Pools().Down("b", "192.0.2.2").Policy("p", Networks(strict: false)));
        Assert.Equal("192.0.2.1", Assert.Single(open.Ask("www.example.com.", RecordType.A, "10.1.2.0/24").Addresses));
        ModelBuilder strict = Pools().Down("b", "192.0.2.2").Policy("p", Networks(strict: true), policy => policy with { WhenAllDown = WhenAllDown.NoData });
        Assert.Empty(Client(strict).Ask("www.example.com.", RecordType.A, "10.1.2.0/24").Addresses);
    }

    [Theory]
    [InlineData(0, "192.0.2.1")]
    [InlineData(99, "192.0.2.2")]
    [InlineData(-99, "192.0.2.1")]
    public void Proximity_Bias_MovesTheBorder(int bias, string expected)
    {
        // From the middle of Germany (eu) the site in Virginia is about 15 times as far as Frankfurt's neighbourhood.
        ModelBuilder builder = Pools().Site("eu", new Coordinates(48.9, 2.4)).Site("us", new Coordinates(39, -77.5))
            .Policy("p", new ProximityNode([new(new PoolNode("a"), "eu", 0), new(new PoolNode("b"), "us", bias)]));
        TestClient client = new(builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve(ModelBuilder.Places(("198.51.100.0/24", "DE"))));
        Assert.Equal(expected, client.Ask("www.example.com.", RecordType.A, "198.51.100.0/24").Addresses[0]);
    }

    [Theory]
    [InlineData(1000, 0, 1000)]
    [InlineData(1000, 50, 500)]
    [InlineData(1000, -50, 1500)]
    [InlineData(1000, 99, 10)]
    [InlineData(1000, -99, 1990)]
    [InlineData(150, 50, 75)]
    public void Proximity_BiasedDistance_IsRoute53Formula(double km, int bias, double expected) =>
        Assert.Equal(expected, ClientRanking.Biased(km, bias), 6);

    [Fact]
    public void Proximity_UnknownLocation_TakesTheOrderOfTheConfiguration()
    {
        ModelBuilder builder = Pools().Site("eu", new Coordinates(50, 8)).Site("us", new Coordinates(39, -77))
            .Policy("p", new ProximityNode([new(new PoolNode("b"), "us", 0), new(new PoolNode("a"), "eu", 0)]));
        Assert.Equal("192.0.2.2", Client(builder).Ask("www.example.com.", RecordType.A, "198.51.100.0/24").Addresses[0]);
    }

    [Fact]
    public void Latency_MeasuredNetwork_WinsOverPlaceAndDistance()
    {
        ModelBuilder builder = Pools().Site("eu", new Coordinates(50, 8)).Site("us", new Coordinates(39, -77))
            .Latency("DE", "us", 2).Latency("198.51.100.0/25", "eu", 1)
            .Policy("p", new LatencyNode([new(new PoolNode("a"), "eu", 0), new(new PoolNode("b"), "us", 0)]));
        TestClient client = new(builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve(ModelBuilder.Places(("198.51.100.0/23", "DE"))));
        TestResponse near = client.Ask("www.example.com.", RecordType.A, "198.51.100.0/25");
        Assert.Equal(("192.0.2.1", 25), (near.Addresses[0], near.Scope));
        Assert.Equal("192.0.2.2", client.Ask("www.example.com.", RecordType.A, "198.51.101.0/24").Addresses[0]);
    }

    [Theory]
    [InlineData("2026-03-27T07:59:59+01:00", "192.0.2.2")]
    [InlineData("2026-03-27T08:00:00+01:00", "192.0.2.1")]
    [InlineData("2026-03-30T08:00:00+02:00", "192.0.2.1")]
    [InlineData("2026-03-30T07:59:59+02:00", "192.0.2.2")]
    [InlineData("2026-03-28T12:00:00+01:00", "192.0.2.2")]
    [InlineData("2026-12-25T12:00:00+01:00", "192.0.2.3")]
    [InlineData("2026-12-26T01:00:00+01:00", "192.0.2.3")]
    public void Schedule_LocalTime_ChoosesTheWindow(string time, string expected)
    {
        TestClient client = Client(Pools().Policy("p", Office));
        long unix = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        Assert.Equal(expected, client.Ask(TestClient.Query("www.example.com.", RecordType.A), time: unix).Addresses[0]);
    }

    [Fact]
    public void Schedule_SwitchIsNear_ShortensTheTtl()
    {
        TestClient client = Client(Pools().Policy("p", Office));
        long unix = new DateTimeOffset(2026, 3, 27, 6, 59, 48, TimeSpan.Zero).ToUnixTimeSeconds();
        Assert.Equal(12u, client.Ask(TestClient.Query("www.example.com.", RecordType.A), time: unix).FirstTtl);
        Assert.Equal(30u, client.Ask(TestClient.Query("www.example.com.", RecordType.A), time: unix - 600).FirstTtl);
    }

    [Fact]
    public void Ramp_TimePasses_AdvancesByItself()
    {
        TestClient client = Client(Pools().Policy("p", Ramp(guard: null)));
        Assert.Equal(0, Moved(client, -1));
        AssertShare(0.1, Moved(client, 0));
        AssertShare(0.1, Moved(client, 599));
        AssertShare(0.5, Moved(client, 600));
        Assert.Equal(Queries, Moved(client, 1200));
        Assert.Equal(Queries, Moved(client, 1_000_000));
    }

    [Fact]
    public void Ramp_GuardFails_GoesBackAndBeginsAnewWhenItIsWell()
    {
        SettableTime time = new(RampStart.AddSeconds(700));
        ModelBuilder builder = Pools().Policy("p", Ramp(guard: "web")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        DataPlane dataPlane = new(time);
        dataPlane.Publish(builder.Compile(), new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>()));
        TestClient client = new(dataPlane);
        AssertShare(0.5, Moved(client, 700));
        MemberKey guarded = new("c", "192.0.2.3");
        dataPlane.UpdateVerdicts([new VerdictChange(guarded, new MemberVerdict(HealthState.Down, 0))]);
        Assert.Equal(0, Moved(client, 701));
        time.Now = RampStart.AddSeconds(5000);
        dataPlane.UpdateVerdicts([new VerdictChange(guarded, MemberVerdict.Up)]);
        AssertShare(0.1, Moved(client, 5000));
        AssertShare(0.5, Moved(client, 5600));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(70, 0)]
    [InlineData(75, 0.25)]
    [InlineData(90, 1)]
    [InlineData(500, 1)]
    public void Shed_Load_MovesAGrowingShare(double load, double share)
    {
        ShedNode shed = new() { Of = new PoolNode("a"), To = new PoolNode("b"), Subject = "a", Low = 70, High = 90 };
        DataPlane dataPlane = Serve(Pools().Policy("p", shed));
        dataPlane.UpdateLoads(double.IsNaN(load) ? [] : [new LoadReading("a", "load", load)]);
        AssertShare(share, Moved(new TestClient(dataPlane), 0));
    }

    [Fact]
    public void Shed_StickyClients_StayMovedWhileTheShareGrows()
    {
        ShedNode shed = new() { Of = new PoolNode("a"), To = new PoolNode("b"), Subject = "a", Low = 0, High = 100, Sticky = true };
        DataPlane dataPlane = Serve(Pools().Policy("p", shed));
        TestClient client = new(dataPlane);
        HashSet<int> before = [];
        foreach (int load in new[] { 10, 40, 80 })
        {
            dataPlane.UpdateLoads([new LoadReading("a", "load", load)]);
            HashSet<int> moved = [.. Enumerable.Range(0, 250).Where(i => client.Ask("www.example.com.", RecordType.A, $"198.51.{i}.0/24").Addresses[0] == "192.0.2.2")];
            Assert.Superset(before, moved);
            before = moved;
        }
    }

    [Theory]
    // Nothing is over: everybody at home.
    [InlineData(new[] { 50.0, 50, 50 }, new[] { true, true, true }, new[] { 1.0, 0, 0 })]
    // 60 over at the first; free are 50 and 150: a quarter and three quarters of it.
    [InlineData(new[] { 160.0, 50, 50 }, new[] { true, true, true }, new[] { 0.625, 0.09375, 0.28125 })]
    // The first is down: all of it by free capacity.
    [InlineData(new[] { 80.0, 50, 50 }, new[] { false, true, true }, new[] { 0, 0.25, 0.75 })]
    // More is asked than there is: what does not fit is shared by capacity.
    [InlineData(new[] { 400.0, 100, 200 }, new[] { false, true, true }, new[] { 0, 1 / 3.0, 2 / 3.0 })]
    // Demand unknown: capacity alone.
    [InlineData(new[] { double.NaN, 50, 50 }, new[] { false, true, true }, new[] { 0, 1 / 3.0, 2 / 3.0 })]
    public void Spill_Demand_IsPouredByFreeCapacity(double[] demands, bool[] available, double[] expected)
    {
        ReadOnlySpan<uint> shares = SpillShares.Of([100, 100, 200], demands, available).Of(0);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], shares[i] / (double)SpillShares.Whole, 6);
        }
    }

    [Fact]
    public void Spill_RandomCases_NobodyIsFilledBeyondCapacityWhileThereIsRoom()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            int count = random.Next(2, 6);
            double[] capacities = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(1, 100))];
            double[] demands = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(0, 80))];
            bool[] available = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) > 0)];
            double room = Enumerable.Range(0, count).Sum(j => available[j] ? capacities[j] : 0);
            if (room < demands.Sum())
            {
                continue;
            }
            SpillShares shares = SpillShares.Of(capacities, demands, available);
            for (int j = 0; j < count; j++)
            {
                double load = Enumerable.Range(0, count).Sum(from => demands[from] * shares.Of(from)[j] / SpillShares.Whole);
                Assert.True(load <= (available[j] ? capacities[j] : 0) + 1e-3, $"case {i}, pool {j}: {load} of {capacities[j]}");
            }
        }
    }

    [Theory]
    [InlineData(double.NaN, 10, "192.0.2.1")]
    [InlineData(double.NaN, 100, "192.0.2.2")]
    [InlineData(499, 100, "192.0.2.1")]
    [InlineData(500, 100, "192.0.2.2")]
    public void Cheapest_BoundAndCommit_Decide(double usage, double within, string expected)
    {
        ModelBuilder builder = Pools().Site("near").Site("far").Latency("DE", "near", 10).Latency("DE", "far", 40)
            .Policy("p", new CheapestNode([new(new PoolNode("a"), "near", 1, 500, "a"), new(new PoolNode("b"), "far", 0.7, null, "b")], within, "usage"))
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        DataPlane dataPlane = builder.Serve(ModelBuilder.Places(("198.51.100.0/24", "DE")));
        dataPlane.UpdateLoads(double.IsNaN(usage) ? [] : [new LoadReading("a", "usage", usage)]);
        Assert.Equal(expected, new TestClient(dataPlane).Ask("www.example.com.", RecordType.A, "198.51.100.0/24").Addresses[0]);
    }

    [Theory]
    [InlineData(600, 399, "192.0.2.1")]
    [InlineData(600, 400, "192.0.2.1")]
    [InlineData(600, 401, "192.0.2.2")]
    [InlineData(600, double.NaN, "192.0.2.1")]
    public void Cheapest_BudgetUsedUp_LiftsTheBound(double spendA, double spendB, string expected)
    {
        ModelBuilder builder = Pools().Site("near").Site("far").Latency("DE", "near", 10).Latency("DE", "far", 400)
            .Policy("p", new CheapestNode([new(new PoolNode("a"), "near", 1, null, "a"), new(new PoolNode("b"), "far", 0.7, null, "b")], 20, "usage") { Budget = 1000 })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        DataPlane dataPlane = builder.Serve(ModelBuilder.Places(("198.51.100.0/24", "DE")));
        dataPlane.UpdateLoads(
        [
            new LoadReading("a", "spend", spendA),
            .. double.IsNaN(spendB) ? Array.Empty<LoadReading>() : [new LoadReading("b", "spend", spendB)],
        ]);
        Assert.Equal(expected, new TestClient(dataPlane).Ask("www.example.com.", RecordType.A, "198.51.100.0/24").Addresses[0]);
    }

    private static NetworkNode Networks(bool strict) => new(
        [
            new(IPNetwork.Parse("10.0.0.0/8"), null, new PoolNode("a")),
            new(IPNetwork.Parse("10.1.0.0/16"), null, new PoolNode("b")),
            new(IPNetwork.Parse("2001:db8::/32"), null, new PoolNode("a")),
        ],
        new PoolNode("c"),
        strict);

    private static ScheduleNode Office => new(
        "Europe/Paris",
        [
            new ScheduleWindow { FromSecond = 12 * 3600, ToSecond = 2 * 3600, FirstDate = new DateOnly(2026, 12, 25), LastDate = new DateOnly(2026, 12, 25), Node = new PoolNode("c") },
            new ScheduleWindow { Days = 0b0111110, FromSecond = 8 * 3600, ToSecond = 18 * 3600, Node = new PoolNode("a") },
        ],
        new PoolNode("b"));

    private static DateTimeOffset RampStart { get; } = new(2026, 12, 1, 10, 0, 0, TimeSpan.Zero);

    private static RampNode Ramp(string? guard) => new()
    {
        From = new PoolNode("a"),
        To = new PoolNode("b"),
        Steps = [10, 50, 100],
        Every = TimeSpan.FromMinutes(10),
        Start = RampStart,
        Guard = guard,
    };

    private static int Moved(TestClient client, int seconds)
    {
        byte[] query = TestClient.Query("www.example.com.", RecordType.A);
        int moved = 0;
        for (int i = 0; i < Queries; i++)
        {
            moved += client.Ask(query, port: (ushort)i, time: RampStart.ToUnixTimeSeconds() + seconds).Addresses[0] == "192.0.2.2" ? 1 : 0;
        }
        return moved;
    }

    private static void AssertShare(double share, int moved)
    {
        double sigma = Math.Sqrt(Queries * share * (1 - share));
        Assert.InRange(moved, (Queries * share) - (3.5 * sigma), (Queries * share) + (3.5 * sigma));
    }

    private static ModelBuilder Pools() => new ModelBuilder().Pool("a", "192.0.2.1").Pool("b", "192.0.2.2").Pool("c", "192.0.2.3");

    private static DataPlane Serve(ModelBuilder builder) => builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve();

    private static TestClient Client(ModelBuilder builder) => new(Serve(builder));

    private sealed class SettableTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
