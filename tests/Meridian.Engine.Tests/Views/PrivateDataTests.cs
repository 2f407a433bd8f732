using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.RecordSets;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.RecordSets;
using Meridian.Engine.Tests.Support;
using static Meridian.Engine.Tests.Support.ModelBuilder;

namespace Meridian.Engine.Tests.Views;

/// <summary>What only some clients see is never worked into what others are answered.</summary>
public sealed class PrivateDataTests
{
    private const string Inside = "10.1.2.3";
    private const string Outside = "192.0.2.1";
    private const string Public = "203.0.113.9";
    private const string Private = "10.0.0.5";
    private const string Db = "db.corp.example.com.";

    [Theory]
    // A public zone with names below the apex of a private one,
    [InlineData("example.com", "", "corp.example.com", "inside")]
    // the other way round,
    [InlineData("corp.example.com", "", "example.com", "inside")]
    // and one label used twice: the closest of those that a client sees answers.
    [InlineData("example.com@a", "lab", "corp.example.com@a", "inside")]
    public void Answer_RecordSetsOfOneNameInTwoZones_AreEachTheirClientsOwn(string first, string viewOfFirst, string second, string viewOfSecond)
    {
        foreach (bool isNested in (bool[])[false, true])
        {
            ModelBuilder model = Views();
            model = Add(model, first, viewOfFirst, Sets("a", Public, isNested));
            model = Add(model, second, viewOfSecond, Sets("a", Private, isNested));
            TestClient client = Serve(model);
            string outside = viewOfFirst.Length > 0 ? "10.9.0.1" : Outside;
            Assert.Equal(Public, SetModel.AnswerOf(client.Ask(TestClient.Query(Db, RecordType.A), outside)));
            // A public zone of a longer name is seen inside too.
            string expected = first.Length > second.Length ? Public : Private;
            Assert.Equal(expected, SetModel.AnswerOf(client.Ask(TestClient.Query(Db, RecordType.A), Inside)));
        }
    }

    [Fact]
    public void Answer_AliasSetsToOneNameInTwoZones_AreEachTheirClientsOwn()
    {
        ModelBuilder model = Views()
            .Zone("example.com.", Records("db.corp", "example.com.", RecordType.A, Public), AliasSet("www.example.com.", Db))
            .ZoneOf("corp.example.com", ["inside"], Records("db", "corp.example.com.", RecordType.A, Private), AliasSet("www.corp.example.com.", Db));
        TestClient client = Serve(model);
        Assert.Equal(Public, SetModel.AnswerOf(client.Ask(TestClient.Query("www.example.com.", RecordType.A), Outside)));
        Assert.Equal(Public, SetModel.AnswerOf(client.Ask(TestClient.Query("www.example.com.", RecordType.A), Inside)));
        Assert.Equal(Private, SetModel.AnswerOf(client.Ask(TestClient.Query("www.corp.example.com.", RecordType.A), Inside)));
    }

    [Fact]
    public void Expand_NoZoneInsideAnother_NamesPoliciesByOwnerAndType()
    {
        MeridianModel model = Expand(Views().Zone("example.com.", Sets("a", Public)).Zone("corp.test."), out _);
        Assert.Equal(["db.corp.example.com./A"], model.Policies.Keys);
        Assert.Equal(["db.corp.example.com./A/a"], model.Pools.Keys);
    }

    [Fact]
    public void Expand_TwoPartsOfOneName_IsAProblemAndNeverTheOthersData()
    {
        // The data of "b" in the sets of "a" and that of a set with a slash in its identifier would be one pool.
        RecordSetModel inner = Set("b", Private);
        RRsetModel rrset = Sets("a/b", Public) with
        {
            Sets = [Set("a/b", Public), new RecordSetModel { Identifier = "a", Routing = new WeightedRouting(1), Sets = [inner] }],
        };
        Expand(Views().Zone("example.com.", rrset), out ImmutableArray<ModelProblem> problems);
        Assert.Contains("with other data already", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db.corp.internal.")]
    // Below a cut of a public zone.
    [InlineData("db.corp.example.com.")]
    public void Expand_PublicAliasToAPrivateName_IsAProblemAndNotLookedUp(string target)
    {
        ModelBuilder model = Views()
            .Zone("example.com.", Records("corp", "example.com.", RecordType.NS, "ns1"), Alias("www.example.com.", target), AliasSet("set.example.com.", target))
            .ZoneOf("corp.internal", ["inside"], Records("db", "corp.internal.", RecordType.A, Private))
            .ZoneOf("corp.example.com", ["inside"], Records("db", "corp.example.com.", RecordType.A, Private));
        MeridianModel expanded = Expand(model, out ImmutableArray<ModelProblem> problems);
        Assert.Equal(2, problems.Length);
        Assert.All(problems, problem => Assert.Contains("which not all clients of this zone see", problem.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(expanded.Zones.Values.SelectMany(zone => zone.RRsets), rrset => rrset.Outside is not null);
        Assert.DoesNotContain(expanded.Pools.Values, pool => pool.Members.Any(member => member.Hostname is not null));
    }

    [Fact]
    public void Expand_AliasToAPrivateNameForAllItsClients_IsFollowed()
    {
        ModelBuilder model = Views()
            .ZoneOf("example.com", ["inside"], Alias("www.example.com.", "db.corp.internal."))
            .ZoneOf("corp.internal", ["inside", "lab"], Records("db", "corp.internal.", RecordType.A, Private));
        Assert.Equal(Private, SetModel.AnswerOf(Serve(model).Ask(TestClient.Query("www.example.com.", RecordType.A), Inside)));
    }

    private static ModelBuilder Views() => new ModelBuilder().View("inside", "10.0.0.0/8").View("lab", "10.9.0.0/16");

    private static ModelBuilder Add(ModelBuilder model, string zone, string view, RRsetModel rrset) =>
        view.Length > 0 ? model.ZoneOf(zone, [view], rrset) : model.Zone($"{zone}.", rrset);

    private static RRsetModel Sets(string identifier, string value, bool isNested = false) => new()
    {
        Owner = DomainName.Parse(Db),
        Type = RecordType.A,
        Sets = isNested
            ? [new RecordSetModel { Identifier = "outer", Routing = new WeightedRouting(1), Sets = [Set(identifier, value)] }]
            : [Set(identifier, value)],
    };

    private static RecordSetModel Set(string identifier, string value) => new()
    {
        Identifier = identifier,
        Routing = new WeightedRouting(1),
        TtlSeconds = 60,
        Rdata = [new RdataModel(Records("@", ".", RecordType.A, value).Rdata[0])],
    };

    private static RRsetModel Alias(string owner, string target) => new()
    {
        Owner = DomainName.Parse(owner),
        Type = RecordType.A,
        Alias = new AliasModel(DomainName.Parse(target), EvaluatesHealth: false),
    };

    private static RRsetModel AliasSet(string owner, string target) => new()
    {
        Owner = DomainName.Parse(owner),
        Type = RecordType.A,
        Sets = [new RecordSetModel { Identifier = "a", Routing = new WeightedRouting(1), Alias = new AliasModel(DomainName.Parse(target), EvaluatesHealth: false) }],
    };

    private static MeridianModel Expand(ModelBuilder model, out ImmutableArray<ModelProblem> problems) => RecordSetExpansion.Expand(model.Build(), out problems);

    private static TestClient Serve(ModelBuilder builder)
    {
        MeridianModel model = Expand(builder, out ImmutableArray<ModelProblem> problems);
        Assert.Empty(problems);
        CompileResult result = SnapshotCompiler.Compile(model, PlaceDatabase.Empty, new RevisionInfo(1, 1, "digest", DateTimeOffset.UnixEpoch), null);
        Assert.Empty(result.Problems);
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(Assert.IsType<DataPlaneSnapshot>(result.Snapshot), builder.Verdicts);
        return new TestClient(dataPlane);
    }
}
