using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Views and zones of one name, as YAML: what is read, and what is refused with the place where it stands.</summary>
public sealed class ViewTests
{
    private const string Zone = "{soa: {primary: ns1, contact: hostmaster@example.com}, records: {\"@\": {NS: [ns1]}, ns1: {A: 192.0.2.53}}";

    [Fact]
    public void Load_ZonesOfOneName_AreToldApartByTheirLabels()
    {
        MeridianModel model = Load(
            """
            views:
              inside: {networks: [10.0.0.0/8, "2001:db8:10::/48"], vpc: {region: eu-west-1, id: vpc-1}}
              lab: {networks: 10.9.0.0/16}
              empty: {}
            zones:
              example.com: ZONE}
              Example.com.@in: ZONE, views: [lab, inside, lab]}
              corp.example.com: ZONE, views: inside}
            """.Replace("ZONE", Zone, StringComparison.Ordinal));
        Assert.Equal(["example.com.", "example.com.@in", "corp.example.com."], model.Zones.Keys.Select(key => key.ToString()));
        ZoneModel inside = model.Zones[new ZoneKey(DomainName.Parse("example.com."), "in")];
        Assert.Equal((true, "inside lab"), (inside.IsPrivate, string.Join(' ', inside.Views)));
        Assert.Equal(new VpcModel("eu-west-1", "vpc-1"), model.Views["inside"].Vpc);
        Assert.Equal(["10.0.0.0/8", "2001:db8:10::/48"], model.Views["inside"].Networks.Select(network => network.ToString()));
        Assert.Empty(model.Views["empty"].Networks);
    }

    [Theory]
    [InlineData("example.com@in: ZONE}", "what everybody sees has no label")]
    [InlineData("example.com@in: ZONE, views: [nobody]}", "there is no view 'nobody'")]
    [InlineData("example.com@in: ZONE, views: [insde]}", "inside")]
    [InlineData("\"example.com@a b\": ZONE, views: [inside]}", "what stands behind '@' is not")]
    [InlineData("example.com@a: ZONE, views: [inside]}\n  example.com@b: ZONE, views: [lab, inside]}", "clients of the view 'inside' see both example.com.@a and example.com.@b")]
    [InlineData("example.com@a: ZONE, views: [inside]}\n  EXAMPLE.com@a: ZONE, views: [lab]}", "is here twice")]
    public void Load_ZonesThatCannotBe_AreRefused(string zones, string expected) =>
        Assert.Contains(ErrorsOf($"views: {{inside: {{networks: [10.0.0.0/8]}}, lab: {{}}}}\nzones:\n  {zones.Replace("ZONE", Zone, StringComparison.Ordinal)}\n"), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("a: {networks: [10.0.0.0/8]}, b: {networks: [10.0.0.0/8]}", "10.0.0.0/8 is a network of the view 'a' already")]
    [InlineData("a: {networks: [10.0.0.0/8]}, b: {networks: [\"::ffff:10.0.0.0/104\"]}", "is a network of the view 'a' already")]
    [InlineData("a: {networks: [10.0.0.0/8, 10.0.0.0/8]}", "is in the list twice")]
    [InlineData("a: {vpc: {region: r, id: v}}, b: {vpc: {region: r, id: v}}", "the VPC v in r stands for the view 'a' already")]
    [InlineData("a: {vpc: {id: v}}", "the key 'region' is missing")]
    [InlineData("a: {networks: [10.0.0.1/8]}", "10.0.0.1/8")]
    public void Load_ViewsThatCannotBe_AreRefused(string views, string expected) =>
        Assert.Contains(ErrorsOf($"views: {{{views}}}\nzones: {{example.com: {Zone}}}}}\n"), error => error.Contains(expected, StringComparison.Ordinal));

    [Theory]
    [InlineData("example.com", "example.com", "")]
    [InlineData("example.com.@in", "example.com", "in")]
    [InlineData(".@in", ".", "in")]
    [InlineData(@"a\@b.com", @"a\@b.com", "")]
    [InlineData(@"a\@b.com@in", @"a\@b.com", "in")]
    [InlineData("2/25.0.192.in-addr.arpa@x", "2/25.0.192.in-addr.arpa", "x")]
    public void ZoneKey_AsWritten_IsItsDocumentsName(string written, string name, string label)
    {
        Assert.True(ZoneKey.TryParse(written, out ZoneKey key, out _));
        string document = label.Length == 0 ? name : $"{name}@{label}";
        Assert.Equal((document, label), (RecordsName.OfZone(key), key.Label));
        Assert.Equal(document, RecordsName.NormaliseZone(written));
        Assert.Equal(name, RecordsName.WithoutLabel(document));
        Assert.True(ZoneKey.TryParse(key.ToString(), out ZoneKey again, out _));
        Assert.Equal(key, again);
        string owner = RecordsName.Of(key, DomainName.Parse("www", key.Apex));
        Assert.True(RecordsName.TrySplit(owner, out string? zone, out string? relative));
        Assert.Equal((document, "www"), (zone, relative));
    }

    private static MeridianModel Load(string yaml)
    {
        LoadResult result = TestFiles.Load(yaml);
        Assert.Empty(TestFiles.Errors(result));
        return result.Model!; // No errors.
    }

    private static string[] ErrorsOf(string yaml) => TestFiles.Errors(TestFiles.Load(yaml));
}
