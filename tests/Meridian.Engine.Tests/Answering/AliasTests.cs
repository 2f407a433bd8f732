using System.Net;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Names that are answered with the addresses of names outside: TTLs, what is missing, what is stale, and no CNAME.</summary>
[Collection(AllocationCollection.Name)]
public sealed class AliasTests
{
    private const string Apex = "example.com.";
    private const long Now = 1_700_000_000;
    private static readonly OutsideName Target = new(DomainName.Parse("lb.cloud.example."), null);

    [Fact]
    public void Answer_AliasAtTheApex_HasTheAddressesUnderItsOwnNameAndNoCname()
    {
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 20, "192.0.2.10")]);
        TestResponse response = Ask(dataPlane, "example.com.", RecordType.A);
        Assert.Equal(
            "NOERROR RecursionDesired, AuthoritativeAnswer, Response\nAN example.com. 20 A 192.0.2.10", response.Text);
        Assert.Equal(Rcode.NoError, Ask(dataPlane, "example.com.", RecordType.CNAME).Rcode);
        Assert.Equal(0, Ask(dataPlane, "example.com.", RecordType.CNAME).AnswerCount);
        Assert.Equal("ns1.example.com.", RdataText.Format(RecordType.NS, Ask(dataPlane, "example.com.", RecordType.NS).Message.Answer[0].Rdata.Span));
    }

    [Theory]
    [InlineData(Now + 20, false, 20u)]
    [InlineData(Now + 3600, false, 60u)]
    [InlineData(Now, false, 1u)]
    [InlineData(Now - 5, false, 1u)]
    [InlineData(0, false, 0u)]
    [InlineData(Now - 5, true, 30u)]
    [InlineData(Now + 3600, true, 30u)]
    public void Answer_Alias_HasTheLesserOfTheTtlsCountingDown(long expiresAt, bool isStale, uint expected)
    {
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions([new ResolvedAnswer(Target, RecordType.A, ResolutionState.Found, [IPAddress.Parse("192.0.2.10")], expiresAt, isStale)]);
        TestResponse response = Ask(dataPlane, "example.com.", RecordType.A);
        Assert.Equal(expected, response.FirstTtl);
        Assert.Equal(isStale ? 3 : null, response.ExtendedError);
    }

    [Theory]
    [InlineData(ResolutionState.NoData, Rcode.NoError, null)]
    [InlineData(ResolutionState.NxDomain, Rcode.NoError, null)]
    [InlineData(ResolutionState.Failed, Rcode.ServFail, 22)]
    [InlineData(ResolutionState.Unknown, Rcode.ServFail, 14)]
    public void Answer_AliasWithoutAddresses_SaysWhichKind(ResolutionState state, Rcode rcode, int? error)
    {
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions([new ResolvedAnswer(Target, RecordType.A, state, [], 0, isStale: false)]);
        TestResponse response = Ask(dataPlane, "example.com.", RecordType.A);
        Assert.Equal((rcode, 0, error), (response.Rcode, response.AnswerCount, response.ExtendedError));
        Assert.Equal(rcode == Rcode.NoError ? RecordType.SOA : null, response.Message.Authority.FirstOrDefault()?.Type);
    }

    [Fact]
    public void Answer_AliasOfBothFamiliesWithManyAddresses_EachIsFirstAndNoneIsMissing()
    {
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions(
            [Found(RecordType.A, Now + 20, "192.0.2.10", "192.0.2.11", "192.0.2.12"), Found(RecordType.AAAA, Now + 30, "2001:db8::10", "2001:db8::11")]);
        HashSet<string> first = [];
        for (ushort id = 0; id < 100; id++)
        {
            TestResponse response = new TestClient(dataPlane).Ask(TestClient.Query("example.com.", RecordType.A, id: id), time: Now);
            Assert.Equal(["192.0.2.10", "192.0.2.11", "192.0.2.12"], response.Addresses.Order(StringComparer.Ordinal));
            first.Add(response.Addresses[0]);
        }
        Assert.Equal(3, first.Count);
        TestResponse ipv6 = Ask(dataPlane, "example.com.", RecordType.AAAA);
        Assert.Equal(["2001:db8::10", "2001:db8::11"], ipv6.Addresses.Order(StringComparer.Ordinal));
        Assert.Equal(30u, ipv6.FirstTtl);
    }

    [Fact]
    public void UpdateResolutions_OtherAddresses_SwapsNoSnapshotAndNoPool()
    {
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 20, "192.0.2.10")]);
        DataPlaneSnapshot? snapshot = dataPlane.Snapshot;
        DataPlaneState before = dataPlane.State!; // Published by Serve.
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 20, "192.0.2.77")]);
        Assert.Equal(["192.0.2.77"], Ask(dataPlane, "example.com.", RecordType.A).Addresses);
        Assert.Same(snapshot, dataPlane.Snapshot);
        Assert.Same(before.Health, dataPlane.State!.Health); // Published, as before.
    }

    [Fact]
    public void Publish_AnotherRevision_KeepsWhatIsKnownAndWhatWasLearnedForIt()
    {
        OutsideName next = new(DomainName.Parse("next.example."), null);
        DataPlane dataPlane = Serve();
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 20, "192.0.2.10")]);
        dataPlane.UpdateResolutions([new ResolvedAnswer(next, RecordType.A, ResolutionState.Found, [IPAddress.Parse("192.0.2.20")], Now + 20, isStale: false)]);
        ModelBuilder changed = new ModelBuilder().Zone(Apex, Records(), Alias("@", RecordType.A, Target), Alias("new", RecordType.A, next));
        dataPlane.Publish(changed.Compile(previous: dataPlane.Snapshot, revision: 2), new FixedVerdicts(new Dictionary<Health.MemberKey, Health.MemberVerdict>()));
        Assert.Equal(["192.0.2.10"], Ask(dataPlane, "example.com.", RecordType.A).Addresses);
        Assert.Equal(["192.0.2.20"], Ask(dataPlane, "new.example.com.", RecordType.A).Addresses);
        Assert.Equal([Target, next], dataPlane.Snapshot!.OutsideNames); // Published, as before.
    }

    [Fact]
    public void Answer_PoolWithAHostname_AnswersItsAddressesAndFailsOverWithoutAny()
    {
        DataPlane dataPlane = ServePools(new FailoverNode([new PoolNode("cdn"), new PoolNode("own")]));
        Assert.Equal(["198.51.100.1"], Ask(dataPlane, "www.example.com.", RecordType.A).Addresses);
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 12, "192.0.2.10", "192.0.2.11"), Empty(RecordType.AAAA, ResolutionState.NoData)]);
        TestResponse found = Ask(dataPlane, "www.example.com.", RecordType.A);
        Assert.Equal(["192.0.2.10", "192.0.2.11"], found.Addresses.Order(StringComparer.Ordinal));
        Assert.Equal(12u, found.FirstTtl);
        Assert.Equal((Rcode.NoError, 0), (Ask(dataPlane, "www.example.com.", RecordType.AAAA).Rcode, Ask(dataPlane, "www.example.com.", RecordType.AAAA).AnswerCount));
        dataPlane.UpdateResolutions([Empty(RecordType.A, ResolutionState.NxDomain), Empty(RecordType.AAAA, ResolutionState.NxDomain)]);
        Assert.Equal(["198.51.100.1"], Ask(dataPlane, "www.example.com.", RecordType.A).Addresses);
    }

    [Fact]
    public void Answer_PoolWhoseOnlyHostnameCannotBeResolved_IsServFailAndNotNoData()
    {
        DataPlane dataPlane = ServePools(new PoolNode("cdn"));
        dataPlane.UpdateResolutions([Empty(RecordType.A, ResolutionState.Failed), Empty(RecordType.AAAA, ResolutionState.Failed)]);
        TestResponse response = Ask(dataPlane, "www.example.com.", RecordType.A);
        Assert.Equal((Rcode.ServFail, 22), (response.Rcode, response.ExtendedError));
    }

    [Fact]
    public void Answer_MultivalueWithAHostname_GathersOneOfItsAddresses()
    {
        DataPlane dataPlane = ServePools(new MultivalueNode([new PoolNode("cdn"), new PoolNode("own")], 8, false));
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 12, "192.0.2.10", "192.0.2.11"), Empty(RecordType.AAAA, ResolutionState.NoData)]);
        TestResponse response = Ask(dataPlane, "www.example.com.", RecordType.A);
        Assert.Equal(2, response.AnswerCount);
        Assert.Contains("198.51.100.1", response.Addresses);
        Assert.Single(response.Addresses, address => address.StartsWith("192.0.2.1", StringComparison.Ordinal));
        Assert.Equal(12u, response.FirstTtl);
    }

    [Fact]
    public void OutsideNames_HostnameThatOnlyACnameAnswers_IsNotResolved()
    {
        ModelBuilder model = new ModelBuilder()
            .Pool(new PoolModel { Name = "cdn", Members = [ModelBuilder.Member("lb.cloud.example.")] })
            .Policy("cdn", new PoolNode("cdn"))
            .Zone(Apex, ModelBuilder.Steered("www", Apex, RecordType.CNAME, "cdn"));
        Assert.Empty(model.Compile().OutsideNames);
    }

    [Fact]
    public void Answer_AliasesAndHostnames_AllocateNothing()
    {
        DataPlane dataPlane = ServePools(new MultivalueNode([new PoolNode("cdn"), new PoolNode("own")], 8, false));
        dataPlane.UpdateResolutions([Found(RecordType.A, Now + 12, "192.0.2.10", "192.0.2.11"), Empty(RecordType.AAAA, ResolutionState.NxDomain)]);
        QueryAnswerer answerer = new(dataPlane, new AnswerLimits());
        byte[] response = new byte[4096];
        ClientInfo client = new(ClientAddress.FromIPv4(0xC000_0201), 4711, Transport.Udp, Now);
        byte[][] queries =
        [
            TestClient.Query("example.com.", RecordType.A), TestClient.Query("example.com.", RecordType.AAAA), TestClient.Query("www.example.com.", RecordType.A),
            TestClient.Query("www.example.com.", RecordType.AAAA), TestClient.Query("example.com.", RecordType.ANY),
        ];
        long allocated = 0;
        for (int i = 0; i < 2000; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] query in queries)
            {
                answerer.Answer(query, client, response);
            }
            allocated += i < 50 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.Equal(0, allocated);
    }

    private static DataPlane Serve() =>
        new ModelBuilder().Zone(Apex, Records(), Alias("@", RecordType.A, Target), Alias("@", RecordType.AAAA, Target)).Serve();

    private static DataPlane ServePools(SteeringNode root) => new ModelBuilder()
        .Pool(new PoolModel { Name = "cdn", Members = [ModelBuilder.Member("lb.cloud.example.")] })
        .Pool(new PoolModel { Name = "own", Members = [ModelBuilder.Member("198.51.100.1")] })
        .Policy("www", root)
        .Zone(
            Apex,
            Records(),
            Alias("@", RecordType.A, Target),
            Alias("@", RecordType.AAAA, Target),
            ModelBuilder.Steered("www", Apex, RecordType.A, "www"),
            ModelBuilder.Steered("www", Apex, RecordType.AAAA, "www"))
        .Serve();

    private static RRsetModel Records() => ModelBuilder.Records("@", Apex, RecordType.NS, "ns1");

    private static RRsetModel Alias(string owner, RecordType type, OutsideName target) => new()
    {
        Owner = DomainName.Parse(owner, DomainName.Parse(Apex)),
        Type = type,
        TtlSeconds = 60,
        Outside = new OutsideAliasModel { Target = target.Name, ClientSubnet = target.ClientSubnet },
    };

    private static ResolvedAnswer Found(RecordType type, long expiresAt, params string[] addresses) =>
        new(Target, type, ResolutionState.Found, [.. addresses.Select(IPAddress.Parse)], expiresAt, isStale: false);

    private static ResolvedAnswer Empty(RecordType type, ResolutionState state) => new(Target, type, state, [], 0, isStale: false);

    private static TestResponse Ask(DataPlane dataPlane, string name, RecordType type) => new TestClient(dataPlane).Ask(TestClient.Query(name, type), time: Now);
}
