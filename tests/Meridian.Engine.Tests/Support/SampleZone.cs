using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Support;

/// <summary>One zone with something of everything, for tests that need every path.</summary>
internal static class SampleZone
{
    public const string Apex = "example.com.";

    public static PlaceDatabase Places => ModelBuilder.Places(("193.0.0.0/16", "NL"), ("8.0.0.0/9", "US"), ("200.160.0.0/12", "BR"));

    /// <summary>Every kind of question that the data plane answers by a path of its own.</summary>
    public static IEnumerable<byte[]> Queries =>
    [
        TestClient.Query("ns1.example.com.", RecordType.A, ednsSize: null),
        TestClient.Query("ns1.example.com.", RecordType.A),
        TestClient.Query("NS1.ExAmPlE.com.", RecordType.A),
        TestClient.Query("ns1.example.com.", RecordType.AAAA),
        TestClient.Query("example.com.", RecordType.SOA),
        TestClient.Query("example.com.", RecordType.NS),
        TestClient.Query("example.com.", RecordType.MX),
        TestClient.Query("example.com.", RecordType.ANY),
        TestClient.Query("alias.example.com.", RecordType.A),
        TestClient.Query("round.example.com.", RecordType.A),
        TestClient.Query("other.dev.example.com.", RecordType.A),
        TestClient.Query("a.b.c.d.missing.example.com.", RecordType.A),
        TestClient.Query("host.child.example.com.", RecordType.A),
        TestClient.Query("big.example.com.", RecordType.TXT),
        TestClient.Query("www.example.com.", RecordType.A),
        TestClient.Query("www.example.com.", RecordType.A, "193.0.6.0/24"),
        TestClient.Query("www.example.com.", RecordType.A, "200.160.0.0/24"),
        TestClient.Query("www.example.com.", RecordType.AAAA, "193.0.6.0/24"),
        TestClient.Query("www.example.com.", RecordType.HTTPS, "193.0.6.0/24"),
        TestClient.Query("draw.example.com.", RecordType.A),
        TestClient.Query("sticky.example.com.", RecordType.A, "193.0.6.0/24"),
        TestClient.Query("many.example.com.", RecordType.A),
        TestClient.Query("many.example.com.", RecordType.HTTPS),
        TestClient.Query("pick.example.com.", RecordType.A),
        TestClient.Query("cdn.example.com.", RecordType.A),
        TestClient.Query("dark.example.com.", RecordType.A),
        TestClient.Query("nested.example.com.", RecordType.A, "193.0.6.0/24"),
        TestClient.Query("nested.example.com.", RecordType.A, "10.1.2.0/24"),
        TestClient.Query("inputs.example.com.", RecordType.A, "193.0.6.0/24"),
        TestClient.Query("hash.example.com.", RecordType.A, "193.0.6.0/24"),
        TestClient.Query("elsewhere.test.", RecordType.A),
    ];

    public static ModelBuilder Build()
    {
        ModelBuilder builder = new ModelBuilder()
            .Site("eu", new Coordinates(50.1, 8.7)).Site("us", new Coordinates(39, -77.5))
            .Latency("193.0.0.0/16", "eu", 12).Latency("193.0.0.0/16", "us", 95)
            .Pool(Pool("eu", "eu", "192.0.2.1", "192.0.2.2", "2001:db8::1"))
            .Pool(Pool("us", "us", "198.51.100.1", "198.51.100.2"))
            .Pool(Pool("pick", "us", "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4") with { Pick = 2 })
            .Pool(Pool("cdn-a", "eu", "a.cdn.example."))
            .Pool(Pool("cdn-b", "us", "b.cdn.example."))
            .Pool(Pool("dark", "us", "203.0.113.99"))
            .Down("dark", "203.0.113.99")
            .Policy("www", new GeoNode(
                [
                    new(ModelBuilder.Place("EU"), new FailoverNode([new PoolNode("eu"), new PoolNode("us")])),
                    new(ModelBuilder.Place("US"), new PoolNode("us")),
                ],
                new PolicyNode("draw"), Strict: false))
            .Policy("draw", new WeightedNode([new(new PoolNode("eu"), 70), new(new PoolNode("us"), 30)], Sticky: false))
            .Policy("sticky", new WeightedNode([new(new PoolNode("eu"), 70), new(new PoolNode("us"), 30)], Sticky: true))
            .Policy("many", new MultivalueNode([new PoolNode("eu"), new PoolNode("us")], 3, SpreadSites: true))
            .Policy("pick", new PoolNode("pick"))
            .Policy("cdn", new WeightedNode([new(new PoolNode("cdn-a"), 1), new(new PoolNode("cdn-b"), 1)], Sticky: false))
            .Policy("dark", new PoolNode("dark"))
            .Policy("hash", new HashNode([new PoolNode("eu"), new PoolNode("us"), new PoolNode("pick")], HashKey.QName))
            .Policy("nested", FiveNested)
            .Policy("inputs", new MultivalueNode([Spill, Shed, Cheapest], 8, SpreadSites: false));
        return builder.Zone(Apex, [.. StaticRecords(), .. SteeredRecords()]);
    }

    /// <summary>Network, geo, schedule, ramp and proximity, each in the one before.</summary>
    private static NetworkNode FiveNested => new(
        [new(IPNetwork.Parse("10.0.0.0/8"), null, new PoolNode("us"))],
        new GeoNode([new(ModelBuilder.Place("EU"), new ScheduleNode("Europe/Paris", [new ScheduleWindow { Days = 0x3E, FromSecond = 8 * 3600, ToSecond = 18 * 3600, Node = Ramp }], Ramp))], new PoolNode("us"), Strict: false),
        Strict: false);

    private static RampNode Ramp => new()
    {
        From = new ProximityNode([new(new PoolNode("eu"), "eu", 0), new(new PoolNode("us"), "us", 20)]),
        To = new PoolNode("us"),
        Steps = [1, 10],
        Every = TimeSpan.FromMinutes(10),
        Start = DateTimeOffset.UnixEpoch,
        Guard = "web",
    };

    private static SpillNode Spill => new([new("eu", "eu", 100), new("us", "us", 200)], "demand");

    private static ShedNode Shed => new() { Of = new PoolNode("eu"), To = new PoolNode("us"), Subject = "eu", Low = 10, High = 20 };

    private static CheapestNode Cheapest => new([new(new PoolNode("eu"), "eu", 2, 100, "eu"), new(new PoolNode("us"), "us", 1, null, "us")], 100, "usage");

    public static DataPlane Serve() => Build().Serve(Places);

    private static PoolModel Pool(string name, string site, params string[] targets) => new()
    {
        Name = name,
        Site = site,
        Monitor = "web",
        Members = [.. targets.Select(ModelBuilder.Member)],
    };

    private static IEnumerable<RRsetModel> StaticRecords() =>
    [
        Records("@", RecordType.NS, "ns1", "ns2.example.net."),
        Records("@", RecordType.MX, "10 mail", "20 mail.example.net."),
        Records("ns1", RecordType.A, "192.0.2.53"),
        Records("mail", RecordType.A, "192.0.2.25"),
        Records("alias", RecordType.CNAME, "alias2"),
        Records("alias2", RecordType.CNAME, "ns1"),
        Records("loop1", RecordType.CNAME, "loop2"),
        Records("loop2", RecordType.CNAME, "loop1"),
        Records("dangling", RecordType.CNAME, "nowhere"),
        Records("away", RecordType.CNAME, "www.example.net."),
        Records("round", RecordType.A, "192.0.2.101", "192.0.2.102", "192.0.2.103") with { Rotate = true },
        Records("*.dev", RecordType.A, "192.0.2.77"),
        Records("*.dev", RecordType.TXT, "\"wild\""),
        Records("deep.ent.dev2", RecordType.A, "192.0.2.78"),
        Records("child", RecordType.NS, "ns.child", "ns1", "ns.example.org."),
        Records("ns.child", RecordType.A, "192.0.2.54"),
        Records("ns.child", RecordType.AAAA, "2001:db8::54"),
        Records("big", RecordType.TXT, [.. Enumerable.Range(0, 40).Select(i => $"\"{new string((char)('a' + (i % 26)), 100)}{i}\"")]),
        Records("srv", RecordType.SRV, "1 2 443 www"),
    ];

    private static IEnumerable<RRsetModel> SteeredRecords() =>
    [
        Steered("www", RecordType.A, "www"),
        Steered("www", RecordType.AAAA, "www"),
        Steered("www", RecordType.HTTPS, "www") with { Steering = new SteeredDataModel { Policy = "www", Alpn = ["h2", "h3"] } },
        Steered("draw", RecordType.A, "draw"),
        Steered("sticky", RecordType.A, "sticky"),
        Steered("many", RecordType.A, "many"),
        Steered("many", RecordType.HTTPS, "many"),
        Steered("pick", RecordType.A, "pick"),
        Steered("cdn", RecordType.CNAME, "cdn"),
        Steered("dark", RecordType.A, "dark"),
        Steered("hash", RecordType.A, "hash"),
        Steered("nested", RecordType.A, "nested"),
        Steered("inputs", RecordType.A, "inputs"),
    ];

    private static RRsetModel Records(string owner, RecordType type, params string[] rdatas) =>
        ModelBuilder.Records(owner, Apex, type, rdatas);

    private static RRsetModel Steered(string owner, RecordType type, string policy) =>
        ModelBuilder.Steered(owner, Apex, type, policy);

    public static DomainName Name(string relative) => DomainName.Parse(relative, DomainName.Parse(Apex));
}
