using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration;
using Meridian.Control.Diffing;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Geo;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Tests.Diffing;

/// <summary>Which networks see other zones.</summary>
public sealed class ViewDiffTests
{
    private const string Yaml =
        """
        views:
          inside: {networks: [10.0.0.0/8, "2001:db8:10::/48"]}
          lab: {networks: [10.9.0.0/16]}
        zones:
          example.com:
            soa: {primary: ns1, contact: h@example.com}
            records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}, www: {A: 203.0.113.1}, shop: {A: 203.0.113.2}, api.corp: {A: 203.0.113.3}}
          example.com@in:
            soa: {primary: ns1, contact: h@example.com}
            views: [inside]
            records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}, www: {A: 10.0.0.80}}
          corp.example.com:
            soa: {primary: ns1.example.com., contact: h@example.com}
            views: [inside]
            records: {"@": {NS: [ns1.example.com.]}, db: {A: 10.0.0.5}}
          lab.test:
            soa: {primary: ns1.example.com., contact: h@example.com}
            views: [lab]
            records: {"@": {NS: [ns1.example.com.]}, host: {A: 10.9.0.5}}
        """;

    [Fact]
    public void Compare_TheSame_FindsNothing() => Assert.Empty(Compare(Yaml));

    [Fact]
    public void Compare_ViewAndZoneRenamed_FindsNothing() => Assert.Empty(ViewDiff.Compare(Compile(Yaml), Compile(
        Yaml.Replace("inside: {", "office: {", StringComparison.Ordinal).Replace("[inside]", "[office]", StringComparison.Ordinal))));

    [Fact]
    public void Compare_NetworkComesIn_SaysWhichZonesItSees()
    {
        ViewChange change = Assert.Single(Compare(Yaml, ("10.0.0.0/8, ", "10.0.0.0/8, 192.168.0.0/16, ")));
        Assert.Equal((null, "inside", 1), (change.Before, change.After, change.NetworkCount));
        Assert.Equal(["192.168.0.0/16"], change.Networks);
        Assert.Equal(
            [
                ("corp.example.com.", "example.com.", "corp.example.com.", 3),
                ("example.com.", "example.com.", "example.com.@in", 2),
            ],
            change.Zones.Select(zone => (zone.Name, zone.Before, zone.After, zone.RecordSetCount)).OrderBy(zone => zone.Name, StringComparer.Ordinal));
        // ns1 has the same address in both; names of corp are that zone's, whichever is around it.
        Assert.Equal(["www.example.com. A", "shop.example.com. A"], change.Zones.Single(zone => zone.Name == "example.com.").Examples.OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public void Compare_LongerNetworkLeavesItsView_FallsToTheViewAroundIt()
    {
        ImmutableArray<ViewChange> changes = Compare(Yaml, ("lab: {networks: [10.9.0.0/16]}", "lab: {}"));
        ViewChange change = Assert.Single(changes);
        Assert.Equal(("lab", "inside", "10.9.0.0/16"), (change.Before, change.After, Assert.Single(change.Networks)));
        SeenZoneChange lost = change.Zones.Single(zone => zone.Name == "lab.test.");
        Assert.Equal(("lab.test.", null, 2), (lost.Before, lost.After, lost.RecordSetCount));
        Assert.Contains("clients of 10.9.0.0/16: in the view lab before, now in inside\n", DiffOutput.ToText([], changes), StringComparison.Ordinal);
        Assert.Contains("    - zone lab.test.\n    + nobody answers (REFUSED)\n", DiffOutput.ToText([], changes), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ZoneBecomesPublic_IsNewForEverybodyElseAlone()
    {
        ImmutableArray<ViewChange> changes = Compare(Yaml, ("""
                views: [lab]
                records: {"@": {NS: [ns1.example.com.]}, host
            """.TrimEnd(), "    records: {\"@\": {NS: [ns1.example.com.]}, host"));
        // Inside and outside, both families; in the lab it was seen before.
        Assert.Equal([null, "inside"], changes.Select(change => change.Before));
        Assert.All(changes, change => Assert.True(change.IsSameView));
        Assert.Empty(changes[0].Networks);
        Assert.All(changes, change => Assert.Equal((null, "lab.test."), (Assert.Single(change.Zones).Before, change.Zones[0].After)));
        string text = DiffOutput.ToText([], changes);
        Assert.StartsWith("clients of no view\n  lab.test.: other data in ", text, StringComparison.Ordinal);
        Assert.Contains("clients of the view inside (10.0.0.0/13, 10.8.0.0/16, 10.10.0.0/15, 10.12.0.0/14 and 5 more networks)\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_NewZoneForEverybody_IsNotAboutViews() => Assert.Empty(ViewDiff.Compare(Compile(Yaml), Compile(Yaml + "\n" +
        """
          example.net:
            soa: {primary: ns1.example.com., contact: h@example.com}
            records: {"@": {NS: [ns1.example.com.]}}
        """)));

    [Fact]
    public void Compare_FirstViews_AreComparedWithNone()
    {
        const string Before =
            """
            zones:
              example.com:
                soa: {primary: ns1, contact: h@example.com}
                records: {"@": {NS: [ns1]}, ns1: {A: 192.0.2.53}}
            """;
        ImmutableArray<ViewChange> changes = ViewDiff.Compare(Compile(Before), Compile(Yaml));
        Assert.Equal([(null, "inside"), (null, "lab")], changes.Select(change => (change.Before, change.After)));
        // The names that it does not have outside are not there for the lab either.
        Assert.Equal(["lab.test."], changes[1].Zones.Select(zone => zone.Name));
    }

    [Fact]
    public void Output_ChangedViews_AreInJsonAndNotOnTheMap()
    {
        ImmutableArray<ViewChange> changes = Compare(Yaml, ("10.0.0.0/8, ", "10.0.0.0/8, 192.168.0.0/16, "));
        using JsonDocument json = JsonDocument.Parse(DiffOutput.ToJson([], changes));
        JsonElement view = json.RootElement.GetProperty("views")[0];
        Assert.Equal(JsonValueKind.Null, view.GetProperty("before").ValueKind);
        Assert.Equal("inside", view.GetProperty("after").GetString());
        Assert.Equal("192.168.0.0/16", view.GetProperty("networks")[0].GetString());
        Assert.Equal(2, view.GetProperty("zones").GetArrayLength());
        Assert.Contains("not on the map: some clients see other zones of ", DiffMap.ToSvg([], changes), StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SteeredNameOfAPrivateZone_SaysForWhom()
    {
        const string Steered = "www: {A: {sets: {a: {weight: 1, ttl: 60s, values: [10.0.0.80]}}}}";
        string before = Yaml.Replace("www: {A: 10.0.0.80}", Steered, StringComparison.Ordinal);
        NameChange change = Assert.Single(SteeringDiff.Compare(Compile(before), Compile(before.Replace("10.0.0.80", "10.0.0.81", StringComparison.Ordinal))));
        Assert.Equal(["inside"], change.Views);
        Assert.StartsWith("www.example.com. A (example.com.@in), for clients of inside alone\n", DiffOutput.ToText([change], []), StringComparison.Ordinal);
    }

    private static ImmutableArray<ViewChange> Compare(string before, params (string Old, string New)[] changes)
    {
        string after = before;
        foreach ((string old, string next) in changes)
        {
            Assert.Contains(old, after, StringComparison.Ordinal);
            after = after.Replace(old, next, StringComparison.Ordinal);
        }
        return ViewDiff.Compare(Compile(before), Compile(after));
    }

    private static DataPlaneSnapshot Compile(string yaml)
    {
        LoadResult loaded = TestFiles.Load(yaml);
        Assert.Empty(loaded.Errors);
        CompileResult result = SnapshotCompiler.Compile(
            loaded.Model!, PlaceDatabase.Empty, new RevisionInfo(1, 1, "", DateTimeOffset.UnixEpoch), null); // No errors.
        return Assert.IsType<DataPlaneSnapshot>(result.Snapshot);
    }
}
