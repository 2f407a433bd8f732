using System.Net;
using Meridian.Dns;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Explaining;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Tests.Support;
using Meridian.Engine.Zones;
using static Meridian.Engine.Tests.Support.ModelBuilder;

namespace Meridian.Engine.Tests.Views;

/// <summary>Split horizon: who sees which zone of a name.</summary>
public sealed class ViewTests
{
    private const string Inside = "10.1.2.3";
    private const string Lab = "10.9.0.1";
    private const string Outside = "192.0.2.1";

    [Theory]
    [InlineData(Inside, "www.example.com.", "192.0.2.1")]
    [InlineData(Outside, "www.example.com.", "203.0.113.1")]
    [InlineData("2001:db8:10::1", "www.example.com.", "192.0.2.1")]
    // The longer network is another view's, which has no zone of the name.
    [InlineData(Lab, "www.example.com.", "203.0.113.1")]
    // A private zone below a public one.
    [InlineData(Inside, "db.corp.example.com.", "192.0.2.2")]
    [InlineData(Lab, "db.corp.example.com.", "192.0.2.2")]
    public void Answer_SplitHorizon_IsOfTheZoneThatTheClientSees(string source, string name, string address) =>
        Assert.Equal([address], Serve().Ask(TestClient.Query(name, RecordType.A), source).Addresses);

    [Fact]
    public void Answer_PrivateZoneFromOutside_IsAsThoughItWereNotThere()
    {
        TestClient client = Serve();
        // The zone around it answers,
        TestResponse around = client.Ask(TestClient.Query("db.corp.example.com.", RecordType.A), Outside);
        Assert.Equal((Rcode.NXDomain, "example.com."), (around.Rcode, around.Message.Authority[0].Owner.ToString()));
        // or nobody does.
        Assert.Equal(Rcode.Refused, client.Ask(TestClient.Query("host.lab.test.", RecordType.A), Outside).Rcode);
        Assert.Equal(Rcode.NoError, client.Ask(TestClient.Query("host.lab.test.", RecordType.A), Lab).Rcode);
    }

    [Fact]
    public void Answer_NameOfThePublicZoneOnly_IsHiddenByThePrivateOne()
    {
        TestClient client = Serve();
        Assert.Equal(Rcode.NoError, client.Ask(TestClient.Query("shop.example.com.", RecordType.A), Outside).Rcode);
        Assert.Equal(Rcode.NXDomain, client.Ask(TestClient.Query("shop.example.com.", RecordType.A), Inside).Rcode);
    }

    [Fact]
    public void Answer_ClientSubnetOfAnotherView_ChangesNothing()
    {
        TestClient client = Serve();
        Assert.Equal(["203.0.113.1"], client.Ask(TestClient.Query("www.example.com.", RecordType.A, "10.1.2.0/24"), Outside).Addresses);
        TestResponse inside = client.Ask(TestClient.Query("www.example.com.", RecordType.A, "192.0.2.0/24"), Inside);
        Assert.Equal(["192.0.2.1"], inside.Addresses);
        Assert.Equal(0, inside.Scope);
    }

    [Fact]
    public void Answer_AliasIntoAnotherZone_StaysWithinWhatTheClientSees()
    {
        TestClient client = Serve();
        Assert.Equal(["192.0.2.2"], client.Ask(TestClient.Query("data.example.com.", RecordType.A), Inside).Addresses);
        // The public zone has the same alias; there is nothing behind it outside.
        Assert.Empty(client.Ask(TestClient.Query("data.example.com.", RecordType.A), Outside).Addresses);
    }

    [Fact]
    public void Answer_DsOfAPrivateApex_IsNotThePublicParents()
    {
        TestResponse answer = Serve().Ask(TestClient.Query("corp.example.com.", RecordType.DS), Lab);
        // NXDOMAIN of example.com would take everything below along (RFC 8020).
        Assert.Equal((Rcode.NoError, "corp.example.com."), (answer.Rcode, answer.Message.Authority[0].Owner.ToString()));
    }

    [Theory]
    // A parent without a cut, of the view or of everybody, knows nothing of the child: the child answers that there is no DS.
    [InlineData("", true, false, "child.example.com.")]
    [InlineData("inside", true, false, "child.example.com.")]
    [InlineData("", false, false, "child.example.com.")]
    [InlineData("inside", false, false, "child.example.com.")]
    // With one, the DS is on its side; a cut that everybody sees is not that of a child for some.
    [InlineData("", false, true, "example.com.")]
    [InlineData("inside", true, true, "example.com.")]
    [InlineData("inside", false, true, "child.example.com.")]
    [InlineData("", true, true, "example.com.")]
    public void Answer_DsOfAnApex_IsTheParentsOnlyWhereItHasACut(string viewOfChild, bool isParentPrivate, bool hasCut, string answers)
    {
        RRsetModel[] parent = [.. hasCut ? [Records("child", "example.com.", RecordType.NS, "ns1")] : Array.Empty<RRsetModel>()];
        ModelBuilder model = new ModelBuilder().View("inside", "10.0.0.0/8");
        model = isParentPrivate ? model.ZoneOf("example.com", ["inside"], parent) : model.Zone("example.com.", parent);
        model = viewOfChild.Length > 0 ? model.ZoneOf("child.example.com", [viewOfChild]) : model.Zone("child.example.com.");
        TestResponse answer = new TestClient(model.Serve()).Ask(TestClient.Query("child.example.com.", RecordType.DS), Inside);
        Assert.Equal((Rcode.NoError, answers), (answer.Rcode, answer.Message.Authority[0].Owner.ToString()));
    }

    [Theory]
    [InlineData("networks")]
    [InlineData("delete")]
    [InlineData("views")]
    public void Compile_ClientsComeToAnotherZoneOfTheName_AllZonesOfTheNameAreNewer(string change)
    {
        MeridianModel first = Model("inside").Build();
        ZoneKey inside = new(DomainName.Parse("example.com."), "in");
        MeridianModel next = change switch
        {
            "networks" => first with { Views = first.Views.SetItem("inside", first.Views["inside"] with { Networks = [IPNetwork.Parse("10.0.0.0/9")] }) },
            "delete" => first with { Zones = first.Zones.Remove(inside) },
            _ => first with { Zones = first.Zones.SetItem(inside, first.Zones[inside] with { Views = ["lab"] }) },
        };
        DataPlaneSnapshot before = Compile(first, null, 1);
        DataPlaneSnapshot after = Compile(next, before, 2);
        Assert.All(after.Zones.Zones.Where(zone => zone.Apex == inside.Apex), zone => Assert.Equal(2u, zone.SoaSerial));
        // And what they say is what they said.
        TestClient client = new(Publish(after));
        Assert.Equal(["203.0.113.1"], client.Ask(TestClient.Query("www.example.com.", RecordType.A), Outside).Addresses);
        // Names without views of their own are left alone.
        DataPlaneSnapshot same = Compile(next, after, 3);
        Assert.All(same.Zones.Zones, zone => Assert.True(zone.SoaSerial < 3));
    }

    [Fact]
    public void Compile_OnlyTheViewsOfAZoneChange_FollowsThem()
    {
        DataPlaneSnapshot before = Model("inside").Compile();
        DataPlaneSnapshot after = Model("lab").Compile(previous: before, revision: 2);
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(after, new ModelBuilder().Verdicts);
        TestClient client = new(dataPlane);
        Assert.Equal(["203.0.113.1"], client.Ask(TestClient.Query("www.example.com.", RecordType.A), Inside).Addresses);
        Assert.Equal(["192.0.2.1"], client.Ask(TestClient.Query("www.example.com.", RecordType.A), Lab).Addresses);
    }

    [Fact]
    public void Explain_WithViews_NamesTheViewAndTheZone()
    {
        DataPlane dataPlane = Model("inside").Serve();
        ClientInfo client = new(ClientAddress.FromIPv4(0x0A010203), 4711, Transport.Udp, 0);
        DecisionReport? report = DecisionExplainer.Explain(
            dataPlane, new AnswerLimits(), TestClient.Query("www.example.com.", RecordType.A), in client, new byte[512]);
        Assert.Equal((DecisionStepKind.View, "view inside", Inside), (report!.Steps[0].Kind, report.Steps[0].Subject, report.Steps[0].Outcome));
        Assert.StartsWith("in zone example.com.@in (seen by inside), serial", report.Steps[1].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.0.0.0/24", "10.0.1.0")]
    [InlineData("10.0.0.0/8", "10.0.0.0/24 10.255.255.0/24", "10.0.1.0")]
    [InlineData("10.0.0.0/8", "10.0.0.0/9 10.128.0.0/9", null)]
    [InlineData("255.255.255.254/31", "255.255.255.254/32", "255.255.255.255")]
    [InlineData("2001:db8::/32", "2001:db8::/64", "2001:db8:0:1::")]
    [InlineData("127.0.0.0/8", "10.0.0.0/8", "127.0.0.1")]
    public void SourceThatSees_LongerNetworksOfAnotherView_IsBetweenThem(string wide, string narrow, string? expected)
    {
        DataPlaneSnapshot snapshot = new ModelBuilder()
            .View("wide", wide).View("narrow", narrow.Split(' '))
            .ZoneOf("a.test@wide", ["wide"], Records("@", "a.test.", RecordType.NS, "ns.test.")).Compile();
        ZoneModel zone = snapshot.Model.Zones.Values.Single();
        Assert.Equal(expected, snapshot.SourceThatSees(zone, zone.Apex)?.ToString());
    }

    [Fact]
    public void SourceThatSees_PublicZoneHiddenFromThisHost_IsSomebodyElse()
    {
        DataPlaneSnapshot snapshot = new ModelBuilder()
            .View("here", "0.0.0.0/1")
            .ZoneOf("a.test", [], Records("@", "a.test.", RecordType.NS, "ns.test."))
            .ZoneOf("b.a.test@here", ["here"], Records("@", "b.a.test.", RecordType.NS, "ns.test.")).Compile();
        ZoneModel zone = snapshot.Model.Zones[DomainName.Parse("a.test.")];
        Assert.Equal("127.0.0.1", snapshot.SourceThatSees(zone, zone.Apex)?.ToString());
        Assert.Equal("128.0.0.0", snapshot.SourceThatSees(zone, DomainName.Parse("x.b.a.test."))?.ToString());
    }

    [Fact]
    public void SourceThatSees_LongerNetworkOfAnotherView_IsPassedOver()
    {
        DataPlaneSnapshot snapshot = new ModelBuilder()
            .View("wide", "10.0.0.0/8", "172.16.0.0/12").View("narrow", "10.0.0.0/24")
            .ZoneOf("a.test@wide", ["wide"], Records("@", "a.test.", RecordType.NS, "ns.test.")).Compile();
        Assert.Equal("172.16.0.0", snapshot.SourceThatSees(snapshot.Model.Zones.Values.Single(), DomainName.Parse("a.test."))?.ToString());
    }

    [Fact]
    public void NameDirectory_NameOfTwoZones_IsThatOfTheZoneThatItsAskerSees()
    {
        DataPlaneSnapshot snapshot = Model("inside").Compile();
        NameDirectory names = NameDirectory.Of(snapshot);
        Assert.Equal("example.com.@in", ZoneOf("www.example.com.", Inside));
        Assert.Equal("example.com.", ZoneOf("www.example.com.", Outside));
        // A name that only the public zone has is nobody's inside.
        Assert.Equal("example.com.", ZoneOf("shop.example.com.", Lab));
        Assert.Null(ZoneOf("shop.example.com.", Inside));

        string? ZoneOf(string name, string source) =>
            names.Find(NameHash.Compute(DomainName.Parse(name).Wire), ClientAddress.FromIPAddress(IPAddress.Parse(source)))?.Zone.ToString();
    }

    private static DataPlaneSnapshot Compile(MeridianModel model, DataPlaneSnapshot? previous, uint revision) => Assert.IsType<DataPlaneSnapshot>(
        SnapshotCompiler.Compile(model, PlaceDatabase.Empty, new RevisionInfo(revision, revision, $"{revision}", DateTimeOffset.UnixEpoch), previous).Snapshot);

    private static DataPlane Publish(DataPlaneSnapshot snapshot)
    {
        DataPlane dataPlane = new(TimeProvider.System);
        dataPlane.Publish(snapshot, new ModelBuilder().Verdicts);
        return dataPlane;
    }

    private static TestClient Serve() => new(Model("inside").Serve());

    private static ModelBuilder Model(string view) => new ModelBuilder()
        .View("inside", "10.0.0.0/8", "2001:db8:10::/48")
        .View("lab", "10.9.0.0/16")
        .ZoneOf(
            "example.com@in",
            [view],
            Records("@", "example.com.", RecordType.NS, "ns1"),
            Records("www", "example.com.", RecordType.A, "192.0.2.1"),
            Records("data", "example.com.", RecordType.CNAME, "db.corp"))
        .ZoneOf(
            "corp.example.com",
            ["inside", "lab"],
            Records("@", "corp.example.com.", RecordType.NS, "ns1.example.com."),
            Records("db", "corp.example.com.", RecordType.A, "192.0.2.2"))
        .ZoneOf("lab.test", ["lab"], Records("@", "lab.test.", RecordType.NS, "ns1.example.com."), Records("host", "lab.test.", RecordType.A, "192.0.2.3"))
        .Zone(
            "example.com.",
            Records("@", "example.com.", RecordType.NS, "ns1"),
            Records("www", "example.com.", RecordType.A, "203.0.113.1"),
            Records("shop", "example.com.", RecordType.A, "203.0.113.2"),
            Records("data", "example.com.", RecordType.CNAME, "db.corp"));
}
