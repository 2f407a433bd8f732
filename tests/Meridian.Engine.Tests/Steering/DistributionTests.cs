using System.Globalization;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>Shares as clients see them: whole answers, counted, against what the configuration promises.</summary>
public sealed class DistributionTests
{
    private const string Zone = "example.com.";
    private const int Queries = 60_000;

    /// <summary>Standard deviations that a count may be off. One in ten million honest runs is beyond it, and the draws are seeded.</summary>
    private const double Sigmas = 5.3;

    [Theory]
    [InlineData("95:5")]
    [InlineData("1:1:1:1")]
    [InlineData("70:20:9:1")]
    [InlineData("1000000:1")]
    public void Weighted_ManyQueries_GetTheirShares(string weights)
    {
        int[] of = [.. weights.Split(':').Select(int.Parse)];
        ModelBuilder builder = Pools(of.Length).Policy("p", new WeightedNode([.. of.Select((weight, i) => new WeightedChild(new PoolNode($"p{i}"), weight))], false));
        double[] expected = [.. of.Select(weight => weight / (double)of.Sum())];
        Hold($"weights {weights}", expected, Count(Client(builder), of.Length, Queries));
    }

    [Fact]
    public void Sticky_ManyClients_GetTheirShares()
    {
        int[] of = [70, 20, 9, 1];
        ModelBuilder builder = Pools(4).Policy("p", new WeightedNode([.. of.Select((weight, i) => new WeightedChild(new PoolNode($"p{i}"), weight))], true));
        Hold("sticky weights 70:20:9:1, one query of each client", [0.7, 0.2, 0.09, 0.01], CountClients(Client(builder), 4, Queries));
    }

    [Fact]
    public void Hash_MemberAddedAndRemoved_MovesOnlyItsShare()
    {
        const int Clients = 20_000;
        string[] four = Answers(Pools(5).Policy("p", Hash(4)), Clients);
        string[] five = Answers(Pools(5).Policy("p", Hash(5)), Clients);
        int moved = Enumerable.Range(0, Clients).Count(i => four[i] != five[i]);
        Assert.All(Enumerable.Range(0, Clients).Where(i => four[i] != five[i]), i => Assert.Equal("192.0.2.4", five[i]));
        Hold("hash, a fifth member added: the part that moves", [0.2, 0.8], [moved, Clients - moved]);

        string[] down = Answers(Pools(5).Policy("p", Hash(5)).Down("p2", "192.0.2.2"), Clients);
        int away = Enumerable.Range(0, Clients).Count(i => five[i] != down[i]);
        Assert.All(Enumerable.Range(0, Clients).Where(i => five[i] != down[i]), i => Assert.Equal("192.0.2.2", five[i]));
        Hold("hash, one of five down: the part that moves", [0.2, 0.8], [away, Clients - away]);
        int[] to = [.. new[] { 0, 1, 3, 4 }.Select(pool => Enumerable.Range(0, Clients).Count(i => five[i] != down[i] && down[i] == $"192.0.2.{pool}"))];
        Hold("hash, one of five down: where it goes", [0.25, 0.25, 0.25, 0.25], to);
    }

    [Theory]
    [InlineData("40,50", "11", "all fits")]
    [InlineData("90,50", "11", "the first is over")]
    [InlineData("40,50", "01", "the first is down")]
    [InlineData("120,150", "11", "nothing fits")]
    public void Spill_ManyQueries_ArePouredByTheFormula(string demands, string available, string what)
    {
        double[] capacities = [60, 90];
        double[] demand = [.. demands.Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        bool[] up = [.. available.Select(bit => bit == '1')];
        ModelBuilder builder = Pools(2).Site("near").Site("far").Latency("DE", "near", 10).Latency("DE", "far", 50)
            .Policy("p", new SpillNode([new("p0", "near", 60), new("p1", "far", 90)], "demand"));
        builder = up[0] ? builder : builder.Down("p0", "192.0.2.0");
        DataPlane dataPlane = builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve(ModelBuilder.Places(("198.51.100.0/24", "DE")));
        dataPlane.UpdateLoads([new LoadReading("p0", "demand", demand[0]), new LoadReading("p1", "demand", demand[1])]);
        double[] expected = ReferenceChoices.Pour(capacities, demand, up, nearest: 0);
        Hold($"spill, capacities 60 and 90, demands {demands}, {what}", expected, Count(new TestClient(dataPlane), 2, Queries, "198.51.100.0/24"));
    }

    [Fact]
    public void Ramp_VirtualTime_AdvancesGoesBackAndBeginsAnew()
    {
        DateTimeOffset start = new(2026, 12, 1, 10, 0, 0, TimeSpan.Zero);
        ManualClock clock = new(start.AddMinutes(-5));
        ModelBuilder builder = Pools(2).Policy("p", new RampNode
        {
            From = new PoolNode("p0"),
            To = new PoolNode("p1"),
            Steps = [1, 5, 25, 100],
            Every = TimeSpan.FromMinutes(10),
            Start = start,
            Guard = "web",
        });
        DataPlane dataPlane = new(clock);
        dataPlane.Publish(builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Compile(), new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>()));
        TestClient client = new(dataPlane);
        MemberKey canary = new("p1", "192.0.2.1");

        HoldAt(0, "before the start");
        clock.Now = start;
        HoldAt(0.01, "first step");
        clock.Now = start.AddMinutes(10);
        HoldAt(0.05, "second step");
        clock.Now = start.AddMinutes(25);
        HoldAt(0.25, "third step");
        dataPlane.UpdateVerdicts([new VerdictChange(canary, new MemberVerdict(HealthState.Down, 0))]);
        HoldAt(0, "the guard fails");
        clock.Now = start.AddMinutes(60);
        HoldAt(0, "and stays so");
        dataPlane.UpdateVerdicts([new VerdictChange(canary, MemberVerdict.Up)]);
        HoldAt(0.01, "the guard is well again: anew from the first step");
        clock.Now = start.AddMinutes(70);
        HoldAt(0.05, "ten minutes on");
        clock.Now = start.AddMinutes(90);
        HoldAt(1, "at its end");

        void HoldAt(double share, string what) => Hold(
            $"ramp at {clock.Now:HH:mm}, {what}", [1 - share, share],
            Count(client, 2, 20_000, null, clock.Now.ToUnixTimeSeconds()));
    }

    private static HashNode Hash(int count) => new([.. Enumerable.Range(0, count).Select(i => new PoolNode($"p{i}"))], HashKey.Client);

    private static ModelBuilder Pools(int count) =>
        Enumerable.Range(0, count).Aggregate(new ModelBuilder(), (builder, i) => builder.Pool($"p{i}", $"192.0.2.{i}"));

    private static TestClient Client(ModelBuilder builder) => new(builder.Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve());

    private static string[] Answers(ModelBuilder builder, int clients)
    {
        TestClient client = Client(builder);
        return [.. Enumerable.Range(0, clients).Select(i => AskOf(client, i))];
    }

    private static string AskOf(TestClient client, int number) => client.Ask(
        "www.example.com.", RecordType.A, $"10.{number >> 8 & 255}.{number & 255}.0/24", 1).Addresses[0];

    private static int[] CountClients(TestClient client, int pools, int clients)
    {
        int[] counts = new int[pools];
        for (int i = 0; i < clients; i++)
        {
            counts[int.Parse(AskOf(client, i).Split('.')[3], CultureInfo.InvariantCulture)]++;
        }
        return counts;
    }

    private static int[] Count(TestClient client, int pools, int queries, string? subnet = null, long time = 0)
    {
        int[] counts = new int[pools];
        for (int i = 0; i < queries; i++)
        {
            byte[] query = TestClient.Query("www.example.com.", RecordType.A, subnet, (ushort)i);
            counts[int.Parse(client.Ask(query, port: (ushort)(1024 + (i >> 8)), time: time).Addresses[0].Split('.')[3], CultureInfo.InvariantCulture)]++;
        }
        return counts;
    }

    /// <summary>Each count is within its bound: the standard deviation of a binomial, which is 0 for shares of 0 and 1.</summary>
    private static void Hold(string what, double[] expected, int[] counts)
    {
        int total = counts.Sum();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: expected {string.Join(" / ", expected.Select(share => $"{share * 100:0.###}%"))}, {total:N0} answers gave {string.Join(" / ", counts.Select(count => $"{count * 100.0 / total:0.###}%"))}"));
        for (int i = 0; i < counts.Length; i++)
        {
            double sigma = Math.Sqrt(total * expected[i] * (1 - expected[i]));
            // A share that is not a whole part of the draw space may be off by one draw.
            Assert.InRange(counts[i], (expected[i] * total) - (Sigmas * sigma) - 1, (expected[i] * total) + (Sigmas * sigma) + 1);
        }
    }

    private sealed class ManualClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
