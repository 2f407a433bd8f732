using Meridian.Dns;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Steering;

/// <summary>The semantics that are easy to get wrong, one by one.</summary>
public sealed class SteeringSemanticsTests
{
    private const string Zone = "example.com.";

    [Fact]
    public void Weighted_ManyQueries_FallsWithinThreeSigma()
    {
        TestClient client = new(Serve(new WeightedNode([new(new PoolNode("a"), 70), new(new PoolNode("b"), 30)], Sticky: false)));
        const int Queries = 20_000;
        int first = 0;
        for (int i = 0; i < Queries; i++)
        {
            first += Ask(client, (ushort)i, port: (ushort)(1024 + (i / 65_536))).Contains("192.0.2.1") ? 1 : 0;
        }
        double sigma = Math.Sqrt(Queries * 0.7 * 0.3);
        Assert.InRange(first, (Queries * 0.7) - (3 * sigma), (Queries * 0.7) + (3 * sigma));
    }

    [Theory]
    [InlineData(false, 0.5)]
    [InlineData(true, 1.0 / 3)]
    public void Weighted_ScaleByHealth_CountsMembersThatAreUp(bool isScaled, double share)
    {
        ModelBuilder builder = new ModelBuilder().Pool("a", "192.0.2.1", "192.0.2.2").Pool("b", "192.0.2.3").Down("a", "192.0.2.2")
            .Policy("p", new WeightedNode([new(new PoolNode("a"), 1), new(new PoolNode("b"), 1)], false) { ScaleByHealth = isScaled })
            .Zone("example.com.", ModelBuilder.Steered("www", "example.com.", RecordType.A, "p"));
        TestClient client = new(builder.Serve());
        const int Asked = 20_000;
        int first = Enumerable.Range(0, Asked).Count(i => client.Ask("www.example.com.", RecordType.A, null, (ushort)i).Addresses[0] == "192.0.2.1");
        Assert.InRange(first / (double)Asked, share - 0.02, share + 0.02);
    }

    [Fact]
    public void Weighted_ZeroWeight_IsUsedOnlyWhenNothingElseIs()
    {
        WeightedNode node = new([new(new PoolNode("a"), 0), new(new PoolNode("b"), 1)], Sticky: false);
        Assert.All(Sample(new TestClient(Serve(node))), answer => Assert.Equal("192.0.2.2", answer));
        Assert.All(Sample(new TestClient(Serve(node, down: "b"))), answer => Assert.Equal("192.0.2.1", answer));
    }

    [Fact]
    public void Weighted_AllZero_IsEqual()
    {
        TestClient client = new(Serve(new WeightedNode([new(new PoolNode("a"), 0), new(new PoolNode("b"), 0)], Sticky: false)));
        Assert.InRange(Sample(client).Count(answer => answer == "192.0.2.1"), 400, 600);
    }

    [Fact]
    public void Draw_SameQuery_IsTheSameOnEveryThreadAndNode()
    {
        WeightedNode node = new([new(new PoolNode("a"), 1), new(new PoolNode("b"), 1)], Sticky: false);
        TestClient one = new(Serve(node));
        TestClient other = new(Serve(node));
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(Ask(one, (ushort)i), Ask(other, (ushort)i)));
    }

    [Fact]
    public void Sticky_OneClientNetwork_KeepsItsDrawForBothFamilies()
    {
        ModelBuilder builder = Pools()
            .Pool("v6a", "2001:db8::1").Pool("v6b", "2001:db8::2")
            .Policy("p", new WeightedNode([new(new PoolNode("a"), 1), new(new PoolNode("b"), 1)], Sticky: true))
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestClient client = new(builder.Serve());
        foreach (string network in Enumerable.Range(0, 50).Select(i => $"198.51.{i}.0/24"))
        {
            string[] answers = [.. Enumerable.Range(0, 20).Select(id => client.Ask("www.example.com.", RecordType.A, network, (ushort)id).Addresses[0]).Distinct()];
            Assert.Single(answers);
        }
        TestResponse response = client.Ask("www.example.com.", RecordType.A, "198.51.100.0/24");
        Assert.Equal(24, response.Scope);
    }

    [Fact]
    public void Sticky_ChildAdded_MovesOnlyItsShare()
    {
        Dictionary<string, string> before = StickyAnswers("a", "b");
        Dictionary<string, string> after = StickyAnswers("a", "b", "c");
        int moved = 0;
        foreach ((string network, string answer) in before)
        {
            moved += after[network] == answer ? 0 : 1;
            Assert.True(after[network] == answer || after[network] == "192.0.2.3", "who moves, moves to the new child");
        }
        Assert.InRange(moved, 250, 420);
    }

    [Fact]
    public void WhenAllDown_ServeAll_AnswersAllThatNoOperatorTookOut()
    {
        ModelBuilder builder = new ModelBuilder()
            .Pool(new PoolModel
            {
                Name = "a",
                Monitor = "web",
                Members =
                [
                    ModelBuilder.Member("192.0.2.1"),
                    ModelBuilder.Member("192.0.2.2") with { State = AdminState.Draining },
                    ModelBuilder.Member("192.0.2.3") with { State = AdminState.ForcedDown },
                    ModelBuilder.Member("192.0.2.4"),
                ],
            })
            .Down("a", "192.0.2.1").Down("a", "192.0.2.4")
            .Policy("p", new PoolNode("a")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestResponse response = new TestClient(builder.Serve()).Ask("www.example.com.", RecordType.A);
        Assert.Equal(["192.0.2.1", "192.0.2.4"], response.Addresses.Order(StringComparer.Ordinal));
        Assert.True((response.Result.Flags & AnswerFlags.FailOpen) != 0);
    }

    [Fact]
    public void WhenAllDown_EverythingDrained_IsServFailNotNoData()
    {
        ModelBuilder builder = new ModelBuilder()
            .Pool(new PoolModel { Name = "a", Members = [ModelBuilder.Member("192.0.2.1") with { State = AdminState.Draining }] })
            .Policy("p", new PoolNode("a")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestResponse response = new TestClient(builder.Serve()).Ask("www.example.com.", RecordType.A);
        Assert.Equal(Rcode.ServFail, response.Rcode);
        Assert.Equal(22, response.ExtendedError);
    }

    [Fact]
    public void WhenAllDown_LastGood_AnswersWhatWasThereLast()
    {
        DataPlane dataPlane = Pools()
            .Policy("p", new FailoverNode([new PoolNode("a"), new PoolNode("b")]), policy => policy with { WhenAllDown = WhenAllDown.LastGood })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve();
        TestClient client = new(dataPlane);
        Down(dataPlane, "a", "192.0.2.1");
        Assert.Equal(["192.0.2.2"], client.Ask("www.example.com.", RecordType.A).Addresses);
        Down(dataPlane, "b", "192.0.2.2");
        TestResponse stale = client.Ask("www.example.com.", RecordType.A);
        Assert.Equal(["192.0.2.2"], stale.Addresses);
        Assert.Equal(3, stale.ExtendedError);
    }

    [Fact]
    public void WhenAllDown_LastGood_SurvivesARestart()
    {
        ModelBuilder builder = Pools()
            .Policy("p", new FailoverNode([new PoolNode("a"), new PoolNode("b")]), policy => policy with { WhenAllDown = WhenAllDown.LastGood })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        DataPlane before = builder.Serve();
        Down(before, "a", "192.0.2.1");
        Down(before, "b", "192.0.2.2");

        DataPlane after = new(TimeProvider.System);
        after.RestoreLastGood(before.LastGood);
        after.Publish(builder.Compile(), new FixedVerdicts(new Dictionary<MemberKey, MemberVerdict>
        {
            [new("a", "192.0.2.1")] = new(HealthState.Down, 0),
            [new("b", "192.0.2.2")] = new(HealthState.Down, 0),
        }));
        Assert.Equal(["192.0.2.2"], new TestClient(after).Ask("www.example.com.", RecordType.A).Addresses);
    }

    [Fact]
    public void WarmUp_AwaitedVerdict_IsServFailNotReadyAndStaticNamesAnswer()
    {
        DataPlane dataPlane = Pools().Verdict("a", "192.0.2.1", HealthState.Unknown)
            .Policy("p", new PoolNode("a"))
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"), ModelBuilder.Records("ns1", Zone, RecordType.A, "192.0.2.53"))
            .Serve();
        dataPlane.IsWarmingUp = true;
        TestClient client = new(dataPlane);
        TestResponse early = client.Ask("www.example.com.", RecordType.A);
        Assert.Equal(Rcode.ServFail, early.Rcode);
        Assert.Equal(14, early.ExtendedError);
        Assert.Equal(["192.0.2.53"], client.Ask("ns1.example.com.", RecordType.A).Addresses);
        dataPlane.IsWarmingUp = false;
        Assert.Equal(["192.0.2.1"], client.Ask("www.example.com.", RecordType.A).Addresses);
    }

    [Fact]
    public void Pool_BelowItsMinimum_IsUnavailable()
    {
        ModelBuilder builder = Pools()
            .Pool(new PoolModel { Name = "a", Monitor = "web", MinHealthy = 2, Members = [ModelBuilder.Member("192.0.2.1"), ModelBuilder.Member("192.0.2.11")] })
            .Down("a", "192.0.2.11")
            .Policy("p", new FailoverNode([new PoolNode("a"), new PoolNode("b")])).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        Assert.Equal(["192.0.2.2"], new TestClient(builder.Serve()).Ask("www.example.com.", RecordType.A).Addresses);
    }

    [Fact]
    public void AddressFamily_AOnlyPoolAskedForAaaa_IsNoDataOrFallsThrough()
    {
        ModelBuilder builder = new ModelBuilder().Pool("a", "192.0.2.1").Pool("b", "192.0.2.2", "2001:db8::2")
            .Policy("p", new FailoverNode([new PoolNode("a"), new PoolNode("b")]))
            .Policy("q", new FailoverNode([new PoolNode("a"), new PoolNode("b")]), policy => policy with { FamilyFallthrough = true })
            .Zone(Zone, ModelBuilder.Steered("p", Zone, RecordType.AAAA, "p"), ModelBuilder.Steered("q", Zone, RecordType.AAAA, "q"));
        TestClient client = new(builder.Serve());
        Assert.Equal(AnswerKind.NoData, client.Ask("p.example.com.", RecordType.AAAA).Result.Kind);
        Assert.Equal(["2001:db8::2"], client.Ask("q.example.com.", RecordType.AAAA).Addresses);
    }

    [Fact]
    public void Pick_TwoOfFour_GivesEachMemberItsShare()
    {
        ModelBuilder builder = new ModelBuilder()
            .Pool(new PoolModel
            {
                Name = "a",
                Pick = 2,
                Members = [.. new[] { 4, 3, 2, 1 }.Select((weight, i) => ModelBuilder.Member($"192.0.2.{i + 1}") with { Weight = weight })],
            })
            .Policy("p", new PoolNode("a")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestClient client = new(builder.Serve());
        const int Queries = 10_000;
        Dictionary<string, int> seen = [];
        for (int i = 0; i < Queries; i++)
        {
            IReadOnlyList<string> answer = client.Ask("www.example.com.", RecordType.A, id: (ushort)i).Addresses;
            Assert.Equal(2, answer.Distinct().Count());
            foreach (string address in answer)
            {
                seen[address] = seen.GetValueOrDefault(address) + 1;
            }
        }
        // Shares of 2 × weight / 10: 80 %, 60 %, 40 %, 20 % of the answers; three sigma is below 150.
        Assert.All([8000, 6000, 4000, 2000], (expected, i) => Assert.InRange(seen[$"192.0.2.{i + 1}"], expected - 150, expected + 150));
    }

    [Fact]
    public void Pick_MemberWithReducedWeight_GetsItsReducedShare()
    {
        ModelBuilder builder = new ModelBuilder()
            .Pool(new PoolModel { Name = "a", Pick = 1, Monitor = "web", Members = [ModelBuilder.Member("192.0.2.1"), ModelBuilder.Member("192.0.2.2")] })
            .Policy("p", new PoolNode("a")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"))
            .Reduced("a", "192.0.2.1", 75);
        TestClient client = new(builder.Serve());
        const int Queries = 10_000;
        int seen = Enumerable.Range(0, Queries).Count(id => client.Ask("www.example.com.", RecordType.A, id: (ushort)id).Addresses[0] == "192.0.2.1");
        // A weight of 0.25 beside 1 is a fifth; three sigma is 120.
        Assert.InRange(seen, 2000 - 120, 2000 + 120);
    }

    [Fact]
    public void Multivalue_TwoOfTwoSites_NamesBothSites()
    {
        ModelBuilder builder = new ModelBuilder().Site("eu").Site("us")
            .Pool(new PoolModel { Name = "a", Site = "eu", Members = [.. Enumerable.Range(1, 8).Select(i => ModelBuilder.Member($"192.0.2.{i}"))] })
            .Pool(new PoolModel { Name = "b", Site = "us", Members = [ModelBuilder.Member("198.51.100.1")] })
            .Policy("p", new MultivalueNode([new PoolNode("a"), new PoolNode("b")], 2, SpreadSites: true))
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestClient client = new(builder.Serve());
        Assert.All(Enumerable.Range(0, 300), id => Assert.Contains("198.51.100.1", client.Ask("www.example.com.", RecordType.A, id: (ushort)id).Addresses));
    }

    [Fact]
    public void Ttl_VerdictAboutToChange_IsLoweredButNotBelowTheMinimum()
    {
        TestClient Client(uint horizon) => new(new ModelBuilder().Pool("a", "192.0.2.1")
            .Verdict("a", "192.0.2.1", HealthState.Up, horizon)
            .Policy("p", new PoolNode("a")).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve());
        Assert.Equal(30u, Client(0).Ask("www.example.com.", RecordType.A).FirstTtl);
        Assert.Equal(12u, Client(12).Ask("www.example.com.", RecordType.A).FirstTtl);
        Assert.Equal(5u, Client(1).Ask("www.example.com.", RecordType.A).FirstTtl);
        Assert.Equal(30u, Client(600).Ask("www.example.com.", RecordType.A).FirstTtl);
    }

    [Fact]
    public void Ttl_Jitter_OnlyLowersAndWithinItsShare()
    {
        TestClient client = new(new ModelBuilder().Pool("a", "192.0.2.1")
            .Policy("p", new PoolNode("a"), policy => policy with { TtlSeconds = 1000, TtlJitter = 0.1 })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p")).Serve());
        uint[] ttls = [.. Enumerable.Range(0, 500).Select(id => client.Ask("www.example.com.", RecordType.A, id: (ushort)id).FirstTtl)];
        Assert.All(ttls, ttl => Assert.InRange(ttl, 900u, 1000u));
        Assert.True(ttls.Distinct().Count() > 50);
    }

    [Fact]
    public void Https_Steered_HintsAreTheDecisionsAddresses()
    {
        TestClient client = new(SampleZone.Serve());
        string text = client.Text("www.example.com.", RecordType.HTTPS, "193.0.6.0/24", ednsSize: 1232);
        Assert.Contains("AN www.example.com. 30 HTTPS 1 . alpn=h2,h3 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1", text.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Cname_Steered_AnswersOneTargetForEveryType()
    {
        TestResponse response = new TestClient(SampleZone.Serve()).Ask("cdn.example.com.", RecordType.AAAA);
        Assert.Equal(RecordType.CNAME, Assert.Single(response.Message.Answer).Type);
    }

    [Fact]
    public void Subnet_SourcePrefixZero_UsesTheResolverAndSaysScopeZero()
    {
        TestClient client = new(SampleZone.Serve());
        byte[] query = TestClient.Query("www.example.com.", RecordType.A, "0.0.0.0/0");
        TestResponse response = client.Ask(query, source: "193.0.6.1");
        Assert.Equal(0, response.Scope);
        Assert.Equal(["192.0.2.1", "192.0.2.2"], response.Addresses.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Strict_PlaceDown_NeverAnswersFromElsewhere()
    {
        GeoNode geo = new([new(ModelBuilder.Place("EU"), new PoolNode("a"))], new PoolNode("b"), Strict: false);
        ModelBuilder builder = Pools().Down("a", "192.0.2.1")
            .Policy("strict", geo, policy => policy with { Strict = true, WhenAllDown = WhenAllDown.NoData })
            .Policy("p", new FailoverNode([new PolicyNode("strict"), new PoolNode("b")]), policy => policy with { WhenAllDown = WhenAllDown.NoData })
            .Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        TestClient client = new(builder.Serve(ModelBuilder.Places(("193.0.0.0/16", "NL"))));
        Assert.Empty(client.Ask("www.example.com.", RecordType.A, "193.0.6.0/24").Addresses);
        Assert.Equal(["192.0.2.2"], client.Ask("www.example.com.", RecordType.A, "8.8.8.0/24").Addresses);
    }

    private static ModelBuilder Pools() => new ModelBuilder().Pool("a", "192.0.2.1").Pool("b", "192.0.2.2").Pool("c", "192.0.2.3");

    private static DataPlane Serve(SteeringNode root, string? down = null)
    {
        ModelBuilder builder = Pools().Policy("p", root).Zone(Zone, ModelBuilder.Steered("www", Zone, RecordType.A, "p"));
        return (down is null ? builder : builder.Down(down, down == "a" ? "192.0.2.1" : "192.0.2.2")).Serve();
    }

    private static void Down(DataPlane dataPlane, string pool, string target) =>
        dataPlane.UpdateVerdicts([new VerdictChange(new MemberKey(pool, target), new MemberVerdict(HealthState.Down, 0))]);

    private static IReadOnlyList<string> Ask(TestClient client, ushort id, ushort port = 4711) =>
        client.Ask(TestClient.Query("www.example.com.", RecordType.A, id: id), port: port).Addresses;

    private static List<string> Sample(TestClient client) => [.. Enumerable.Range(0, 1000).Select(id => Ask(client, (ushort)id)[0])];

    private static Dictionary<string, string> StickyAnswers(params string[] pools)
    {
        WeightedNode node = new([.. pools.Select(pool => new WeightedChild(new PoolNode(pool), 1))], Sticky: true);
        TestClient client = new(Serve(node));
        return Enumerable.Range(0, 1000).Select(i => $"10.{i / 250}.{i % 250}.0/24")
            .ToDictionary(network => network, network => client.Ask("www.example.com.", RecordType.A, network).Addresses[0]);
    }
}
