using Meridian.Control.Configuration;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Record sets, aliases, collections and monitors with a target of their own, as YAML.</summary>
public sealed class RecordSetTests
{
    private const string Start =
        """
        sites: {}
        monitors:
          blue: {type: http, target: 192.0.2.200, inverted: true, route53: {caller-reference: x}}
          far: {type: https, target: www.example.net, path: /health, disabled: true}
          both: {type: calculated, of: [blue, far], at-least: 1}
          members: {type: http}
        collections:
          offices: {paris: [192.0.2.0/24, "2001:db8::/48"], empty: [], route53: {version: 3}}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1], A: {alias: {to: www}}}
              ns1: {A: 192.0.2.53}

        """;

    [Fact]
    public void Load_AllKindsOfRouting_AreInTheModel()
    {
        MeridianModel model = Load(
            """
            www: {A: {sets: {blue: {weight: 50, ttl: 60s, values: [203.0.113.1], health: blue}, "odd \"one\"": {weight: 0, alias: {to: lb.example.net., evaluate-health: true}}}}}
            lat: {A: {sets: {eu: {region: eu-west-1, values: 203.0.113.1}, us: {region: "aws:us-east-1", values: 203.0.113.2}}}}
            fo: {TXT: {sets: {one: {failover: primary, values: "hello world", verbatim: ['"hello\040world"'], health: both}, two: {failover: secondary, values: '"x"'}}}}
            geo: {A: {sets: {de: {place: DE, values: 203.0.113.1}, af: {place: AF, values: 203.0.113.2}, rest: {place: default, values: 203.0.113.3}}}}
            near: {A: {sets: {a: {near: "aws:us-east-1", bias: 10, values: 203.0.113.1}, b: {at: {latitude: 48.86, longitude: 2.35}, values: 203.0.113.2}}}}
            net: {A: {sets: {p: {collection: offices, location: paris, values: 203.0.113.1}, rest: {collection: offices, location: default, values: 203.0.113.2}}}}
            many: {A: {sets: {a: {multivalue: true, values: 203.0.113.1}, b: {multivalue: true, values: 203.0.113.2}}}, ttl: 10s}
            """);
        Assert.Equal(
            ["blue WeightedRouting { Weight = 50 }", "odd \"one\" WeightedRouting { Weight = 0 }"],
            SetsOf(model, "www").Select(set => $"{set.Identifier} {set.Routing}"));
        Assert.Equal(new AliasModel(DomainName.Parse("lb.example.net."), true), SetsOf(model, "www")[1].Alias);
        Assert.Equal(new LatencyRouting("aws:eu-west-1", new Coordinates(53.35, -6.26)), SetsOf(model, "lat")[0].Routing);
        Assert.Equal("both", SetsOf(model, "fo", RecordType.TXT)[0].Health);
        Assert.Equal([null, new PlaceKey(PlaceKind.Continent, "AF"), new PlaceKey(PlaceKind.Country, "DE")],
            SetsOf(model, "geo").Select(set => ((PlaceRouting)set.Routing).Place).OrderBy(place => place?.Code, StringComparer.Ordinal));
        Assert.Equal(new ProximityRouting(null, new Coordinates(48.86, 2.35), 0), SetsOf(model, "near")[1].Routing);
        Assert.Equal([10u, 10u], SetsOf(model, "many").Select(set => set.TtlSeconds.GetValueOrDefault()));
        Assert.Equal(["empty", "paris"], model.Collections["offices"].Locations.Keys);
        Assert.True(model.Monitors["blue"].IsInverted && model.Monitors["far"].IsDisabled);
        Assert.Equal("www.example.net", model.Monitors["far"].Target?.ToString());
    }

    [Fact]
    public void Load_SetsInSets_AreATreeOfPolicies()
    {
        MeridianModel model = Load(
            """
            www: {A: {sets: {eu: {place: EU, evaluate-health: true, sets: {a: {weight: 1, ttl: 30s, values: 203.0.113.1}, b: {weight: 2, values: 203.0.113.2}}}, rest: {place: default, values: 203.0.113.3}}, route53: {instance: x}}, ttl: 60s}
            """);
        RecordSetModel europe = SetsOf(model, "www")[0];
        Assert.Equal((true, null, 2), (europe.EvaluatesHealth, europe.TtlSeconds, europe.Sets.Count));
        Assert.Equal([30u, 60u], europe.Sets.Select(set => set.TtlSeconds.GetValueOrDefault()));
        Assert.Equal(["www.example.com./A", "www.example.com./A/eu"], model.Policies.Keys.Where(name => name.StartsWith("www", StringComparison.Ordinal)));
        Assert.Equal(30u, RRsetOf(model, "www", RecordType.A).TtlSeconds);
    }

    [Fact]
    public void Load_ApexAlias_IsSteeredByTheTargetsSets()
    {
        MeridianModel model = Load("www: {A: {sets: {a: {weight: 1, ttl: 60s, values: 203.0.113.1}}}}");
        RRsetModel apex = RRsetOf(model, "@", RecordType.A);
        Assert.Equal(("www.example.com./A", 60u), (apex.Steering?.Policy, apex.TtlSeconds.GetValueOrDefault()));
        Assert.Contains("www.example.com./A/a", model.Pools.Keys);
    }

    [Theory]
    [InlineData("A: {sets: {}}", "expected at least one record set")]
    [InlineData("A: {sets: {a: {values: 192.0.2.1}}}", "nothing says when this set is the answer")]
    [InlineData("A: {sets: {a: {weight: 1, region: eu-west-1, values: 192.0.2.1}}}", "one kind of routing: here are both 'weight' and 'region'")]
    [InlineData("A: {sets: {a: {weight: 1}}}", "one of 'values', 'alias' and 'sets': here is none")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.1, alias: {to: ns1}}}}", "here is both")]
    [InlineData("A: {sets: {a: {weight: 256, values: 192.0.2.1}}}", "expected a whole number, 0 to 255")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.1}, b: {failover: primary, values: 192.0.2.2}}}", "'a' is weighted, this one failover")]
    [InlineData("A: {sets: {a: {failover: primary, values: 192.0.2.1}, b: {failover: primary, values: 192.0.2.2}}}", "it is the primary")]
    [InlineData("A: {sets: {a: {place: DE, values: 192.0.2.1}, b: {place: 'country:DE', values: 192.0.2.2}}}", "for the same clients already: place DE")]
    [InlineData("A: {sets: {a: {region: eu-west-7, values: 192.0.2.1}}}", "not a known cloud region")]
    [InlineData("A: {sets: {a: {weight: 1, bias: 3, values: 192.0.2.1}}}", "'bias' belongs to 'near' or 'at'")]
    [InlineData("A: {sets: {a: {collection: office, location: paris, values: 192.0.2.1}}}", "there is no collection 'office'")]
    [InlineData("A: {sets: {a: {collection: offices, location: rome, values: 192.0.2.1}}}", "the collection 'offices' has no location 'rome'")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.1, health: members}}}", "the monitor 'members' asks the members of pools")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.1, health: green}}}", "there is no monitor 'green'")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.300}}}", "is not the data of a record of type A")]
    [InlineData("NS: {sets: {a: {weight: 1, values: ns9}}}", "NS records cannot be routed")]
    [InlineData("CNAME: {sets: {a: {multivalue: true, values: www}}}", "a CNAME cannot be multivalue")]
    [InlineData("A: {sets: {a: {multivalue: true, alias: {to: ns1}}}}", "a multivalue set has values")]
    [InlineData("A: {sets: {a: {multivalue: true, sets: {b: {weight: 1, values: 192.0.2.1}}}}}", "what sets in it answer is decided, not collected")]
    [InlineData("A: {sets: {a: {weight: 1, sets: {}}}}", "expected at least one record set")]
    [InlineData("A: {sets: {a: {weight: 1, values: 192.0.2.1, evaluate-health: true}}}", "'evaluate-health' belongs to 'sets'")]
    [InlineData("A: {sets: {a: {weight: 1, sets: {b: {weight: 1, values: 192.0.2.1}, c: {failover: primary, values: 192.0.2.2}}}}}", "'b' is weighted, this one failover")]
    [InlineData("A: {alias: {to: x}}", "is an alias of itself")]
    [InlineData("A: {alias: {to: nowhere}}", "there are no A records at nowhere.example.com.")]
    [InlineData("MX: {alias: {to: mail.example.net.}}", "only the addresses (A, AAAA) of such a name are looked up")]
    public void Load_Mistakes_AreExplained(string records, string expected)
    {
        LoadResult result = TestFiles.Load($"{Start}      www: {{A: 192.0.2.1}}\n      x: {{{records}}}\n");
        ConfigurationError error = Assert.Single(result.Errors);
        Assert.Contains(expected, $"{error}", StringComparison.Ordinal);
        Assert.True(error.Position.Line > 0, $"{error}");
    }

    [Fact]
    public void Digest_SetsThatDiffer_Differ()
    {
        string one = Digest("www: {A: {sets: {a: {weight: 1, values: 203.0.113.1}}}}");
        Assert.Equal(one, Digest("www: {A: {sets: {a: {values: [203.0.113.1], weight: 1}}}}"));
        Assert.NotEqual(one, Digest("www: {A: {sets: {a: {weight: 2, values: 203.0.113.1}}}}"));
        Assert.NotEqual(one, Digest("www: {A: {sets: {a: {weight: 1, values: 203.0.113.2}}}}"));
        string tree = Digest("www: {A: {sets: {a: {weight: 1, sets: {b: {weight: 1, values: 203.0.113.1}}}}}}");
        Assert.NotEqual(one, tree);
        Assert.NotEqual(tree, Digest("www: {A: {sets: {a: {weight: 1, sets: {b: {weight: 1, values: 203.0.113.2}}}}}}"));
        Assert.NotEqual(tree, Digest("www: {A: {sets: {a: {weight: 1, evaluate-health: true, sets: {b: {weight: 1, values: 203.0.113.1}}}}}}"));
    }

    private static string Digest(string records) => TestFiles.Load($"{Start}      {records}\n").Digest;

    private static MeridianModel Load(string records)
    {
        LoadResult result = TestFiles.Load($"{Start}{string.Join('\n', records.Split('\n').Select(line => "      " + line))}\n");
        Assert.Empty(TestFiles.Errors(result));
        return Assert.IsType<MeridianModel>(result.Model);
    }

    private static ModelList<RecordSetModel> SetsOf(MeridianModel model, string owner, RecordType type = RecordType.A) => RRsetOf(model, owner, type).Sets;

    private static RRsetModel RRsetOf(MeridianModel model, string owner, RecordType type)
    {
        DomainName apex = DomainName.Parse("example.com.");
        return model.Zones[apex].RRsets.Single(rrset => rrset.Owner == DomainName.Parse(owner, apex) && rrset.Type == type);
    }
}
