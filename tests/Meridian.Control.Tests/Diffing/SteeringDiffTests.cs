using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Control.Diffing;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Diffing;

/// <summary>Which clients get other answers, to the prefix.</summary>
public sealed class SteeringDiffTests
{
    private static readonly PlaceDatabase Places = PlaceDatabase.Empty.WithOverrides(
    [
        new GeoOverrideModel(IPNetwork.Parse("193.0.0.0/16"), new PlaceKey(PlaceKind.Country, "NL"), null),
        new GeoOverrideModel(IPNetwork.Parse("194.0.0.0/16"), new PlaceKey(PlaceKind.Country, "DE"), null),
        new GeoOverrideModel(IPNetwork.Parse("200.160.0.0/15"), new PlaceKey(PlaceKind.Country, "BR"), null),
        new GeoOverrideModel(IPNetwork.Parse("2001:7b8::/32"), new PlaceKey(PlaceKind.Country, "NL"), null),
        new GeoOverrideModel(IPNetwork.Parse("2001:db0::/30"), new PlaceKey(PlaceKind.Country, "BR"), null),
    ]);

    [Fact]
    public void Compare_SameMeaning_FindsNothing() => Assert.Empty(Compare(
        "p: {geo: {EU: a, default: b}}", "p: {geo: {NL: a, DE: a, EU: a, default: {failover: [b]}}}"));

    [Fact]
    public void Compare_OneCountryMoves_FindsExactlyThatCountry()
    {
        NameChange name = Assert.Single(Compare("p: {geo: {EU: a, default: b}}", "p: {geo: {EU: a, NL: b, default: b}}"));
        ClientChange change = Assert.Single(name.Changes);
        Assert.Equal(("www.example.com. A", ClientChangeKind.Other), (name.Name, change.Kind));
        Assert.Equal(new CountryShare("NL", 1), Assert.Single(change.Countries));
        Assert.Equal(0.25, change.ShareOfIPv4, 9);
        Assert.Equal(0.2, change.ShareOfIPv6, 9);
        Assert.Equal(["193.0.0.0/16", "2001:7b8::/32"], change.Examples);
    }

    [Fact]
    public void ShareMoved_OnlyIPv6Moves_IsHeldAgainstItsOwnSpace()
    {
        // Beside all of IPv4 in one count these /48 would be nothing, or everything.
        MovedShare moved = SteeringDiff.ShareMoved(
            Compile("p: {geo: {EU: a, default: b}}"),
            Compile("p: {network: {\"2001:7b8::/33\": b, default: {geo: {EU: a, default: b}}}}"));
        Assert.Equal((0, 0.1), (moved.IPv4, moved.IPv6));
        Assert.Equal(0.1, moved.Greatest);
        Assert.Equal("0% of the IPv4 and 10% of the IPv6 addresses", moved.ToString());
    }

    [Fact]
    public void Compare_NetworkWithinACountry_FindsItsShare()
    {
        ClientChange change = Assert.Single(Assert.Single(Compare(
            "p: {geo: {EU: a, default: b}}", "p: {network: {193.0.64.0/18: b, default: {geo: {EU: a, default: b}}}}")).Changes
            .Where(found => found.Countries.Any(share => share.Country == "NL")));
        Assert.Equal(new CountryShare("NL", 0.25), Assert.Single(change.Countries));
    }

    [Fact]
    public void Compare_DefaultRemoved_SaysThatThereIsNoAnswer()
    {
        ImmutableArray<ClientChange> changes = Assert.Single(Compare("p: {geo: {EU: a, default: b}}", "p: {geo: {EU: a}}")).Changes;
        Assert.Equal(["BR"], changes.Single(change => change.Kind == ClientChangeKind.None).Countries.Select(share => share.Country));
        // Europe loses what it fell to.
        Assert.Equal(["DE", "NL"], changes.Single(change => change.Kind == ClientChangeKind.Fewer).Countries.Select(share => share.Country));
    }

    [Fact]
    public void Compare_MemberRemoved_SaysFewer()
    {
        ClientChange change = Assert.Single(Assert.Single(Compare("p: {failover: [a, b]}", "p: {pool: a}")).Changes);
        Assert.Equal(ClientChangeKind.Fewer, change.Kind);
        Assert.Equal(1, change.ShareOfIPv4, 9);
    }

    [Theory]
    [InlineData("p: {ttl: 60s, failover: [a, b]}", "p: {ttl: 30s, failover: [a, b]}", "TTL 60 s", "TTL 30 s")]
    [InlineData("p: {failover: [a, b]}", "p: {when-all-down: servfail, failover: [a, b]}", "when all are down: ServeAll", "when all are down: ServFail")]
    [InlineData("p: {failover: [a, b]}", "p: {ttl-jitter: 10%, failover: [a, b]}", "up to 0% shorter", "up to 10% shorter")]
    public void Compare_OnlyConditions_SaysWhichForEverybody(string before, string after, string was, string becomes)
    {
        ClientChange change = Assert.Single(Assert.Single(Compare(before, after)).Changes);
        Assert.Equal(ClientChangeKind.Conditions, change.Kind);
        Assert.Equal(1, change.ShareOfIPv4, 9);
        Assert.EndsWith(was, change.Before, StringComparison.Ordinal);
        Assert.EndsWith(becomes, change.After, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_MinimumOfAPool_IsSeen()
    {
        ClientChange change = Assert.Single(Assert.Single(SteeringDiff.Compare(
            Compile("p: {pool: a}"), Compile("p: {pool: a}", "a: {min-healthy: 2, members: [{address: 192.0.2.1}, {address: 192.0.2.3}]}"))).Changes);
        Assert.Contains("a: all members, at least 1 healthy, checked by nothing", change.Before, StringComparison.Ordinal);
        Assert.Contains("a: all members, at least 2 healthy, checked by nothing", change.After, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_NetworksAndPlaces_AgreeWithEachOther()
    {
        // A network that cuts nothing away makes the comparison go prefix by prefix instead of place by place.
        ImmutableArray<NameChange> byPlace = Compare("p: {geo: {EU: a, default: b}}", "p: {geo: {DE: a, default: b}}");
        ImmutableArray<NameChange> byPrefix = Compare(
            "p: {network: {198.51.100.0/24: {geo: {EU: a, default: b}}, default: {geo: {EU: a, default: b}}}}",
            "p: {network: {198.51.100.0/24: {geo: {DE: a, default: b}}, default: {geo: {DE: a, default: b}}}}");
        Assert.Equal(byPlace.Single().Changes.Select(change => (change.Kind, change.ShareOfIPv4, change.ShareOfIPv6, string.Join(' ', change.Countries))),
            byPrefix.Single().Changes.Select(change => (change.Kind, change.ShareOfIPv4, change.ShareOfIPv6, string.Join(' ', change.Countries))));
    }

    [Fact]
    public void Map_OneCountryMoves_ShadesItsTile()
    {
        string svg = DiffMap.ToSvg(Compare("p: {geo: {EU: a, default: b}}", "p: {geo: {EU: a, NL: b, default: b}}"), []);
        System.Xml.Linq.XDocument document = System.Xml.Linq.XDocument.Parse(svg);
        string[] shaded = [.. document.Descendants().Where(element => element.Name.LocalName == "g")
            .Where(tile => tile.Elements().Single(element => element.Name.LocalName == "rect").Attribute("fill")?.Value != "#eceff2")
            .Select(tile => tile.Elements().Single(element => element.Name.LocalName == "text").Value)];
        Assert.Equal(["NL"], shaded);
        Assert.Contains("www.example.com. A 100%", svg, StringComparison.Ordinal);
        Assert.Equal(CountryTable.All.Length, document.Descendants().Count(element => element.Name.LocalName == "g"));
    }

    [Fact]
    public void Output_Change_IsTextAndJson()
    {
        ImmutableArray<NameChange> changes = Compare("p: {geo: {EU: a, default: b}}", "p: {geo: {EU: a, NL: b, default: b}}");
        string text = DiffOutput.ToText(changes, []);
        Assert.Contains("other answers for 25% of allocated IPv4 and 20% of IPv6 (2 networks, such as 193.0.0.0/16, 2001:7b8::/32)", text, StringComparison.Ordinal);
        Assert.Contains("NL 100%", text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(DiffOutput.ToJson(changes, []));
        Assert.Equal("other", json.RootElement.GetProperty("changes")[0].GetProperty("changes")[0].GetProperty("kind").GetString());
        Assert.Equal("no client gets another steered answer, or sees another zone\n", DiffOutput.ToText([], []));
    }

    [Fact]
    public void Compare_RecordSetsOfOneNameInTwoZones_TellsOfEach()
    {
        const string Yaml =
            """
            views: {inside: {networks: [10.0.0.0/8]}}
            zones:
              example.com:
                soa: {primary: ns1.example.net., contact: h@example.net}
                records: {"@": {NS: [ns1.example.net.]}, db.corp: {A: {sets: {a: {weight: 1, ttl: 60s, values: [203.0.113.9]}}}}}
              corp.example.com:
                soa: {primary: ns1.example.net., contact: h@example.net}
                views: [inside]
                records: {"@": {NS: [ns1.example.net.]}, db: {A: {sets: {a: {weight: 1, ttl: 60s, values: [10.0.0.5]}}}}}
            """;
        NameChange open = Assert.Single(SteeringDiff.Compare(CompileWhole(Yaml), CompileWhole(Yaml.Replace("203.0.113.9", "203.0.113.10", StringComparison.Ordinal))));
        Assert.Equal(("db.corp.example.com. A (example.com.)", "example.com."), (open.Name, open.Zone.ToString()));
        NameChange closed = Assert.Single(SteeringDiff.Compare(CompileWhole(Yaml), CompileWhole(Yaml.Replace("10.0.0.5", "10.0.0.6", StringComparison.Ordinal))));
        Assert.Equal("db.corp.example.com. A (corp.example.com.)", closed.Name);
    }

    private static DataPlaneSnapshot CompileWhole(string yaml)
    {
        LoadResult loaded = TestFiles.Load(yaml);
        Assert.Empty(loaded.Errors);
        CompileResult result = SnapshotCompiler.Compile(loaded.Model!, Places, new RevisionInfo(1, 1, "", DateTimeOffset.UnixEpoch), null); // No errors.
        return Assert.IsType<DataPlaneSnapshot>(result.Snapshot);
    }

    private static ImmutableArray<NameChange> Compare(string before, string after) => SteeringDiff.Compare(Compile(before), Compile(after));

    private static DataPlaneSnapshot Compile(string policy, string poolA = "a: {members: [{address: 192.0.2.1}]}")
    {
        LoadResult loaded = TestFiles.Load($$$"""
            pools: { {{{poolA}}}, b: {members: [{address: 192.0.2.2}]}}
            policies:
              {{{policy}}}
            zones:
              example.com:
                soa: {primary: ns1, contact: h@example.com}
                records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}, www: {A: {steer: p} } }
            """);
        Assert.Empty(TestFiles.Errors(loaded));
        CompileResult result = SnapshotCompiler.Compile(
            Assert.IsType<MeridianModel>(loaded.Model), Places, new RevisionInfo(1, 1, loaded.Digest, DateTimeOffset.UnixEpoch), null);
        Assert.Empty(result.Problems);
        return Assert.IsType<DataPlaneSnapshot>(result.Snapshot);
    }
}
