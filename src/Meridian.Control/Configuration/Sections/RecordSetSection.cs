using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads one record set: its routing, its data or alias, and what says that it is healthy.</summary>
internal static class RecordSetSection
{
    private const int MaxWeight = 255;

    private static readonly SchemaKey<int> Weight = new(
        "weight", new IntegerValue(0, MaxWeight), 0, "Weighted: its share. 0 is used only when no other is healthy; all 0 is equal.")
    {
        DefaultText = "",
    };

    private static readonly SchemaKey<string?> Region = new(
        "region", new CloudRegionValue(takesBareCodes: true), null,
        "Latency: the healthy set with the lowest latency by the latency table of the site that is `near` this region, or by distance. A bare code is one of AWS.");

    private static readonly SchemaKey<bool?> Failover = new(
        "failover", new OptionalValue<bool>(new ChoiceValue<bool>([("primary", true), ("secondary", false)])), null,
        "The primary is answered while it is healthy, and when neither is.");

    private static readonly SchemaKey<string?> Place = new(
        "place", new TextValue("a continent (EU), a country (FR), a subdivision (US-CA) or `default`", "EU"), null,
        "Geolocation: the healthy set of the most specific place; `default` is for clients in none of them, who get no answer without it.");

    private static readonly SchemaKey<string?> Near = new(
        "near", new CloudRegionValue(), null, "Geoproximity: the nearest healthy set, this one standing in a cloud region.");

    private static readonly SchemaKey At = new("at", "`{latitude: …, longitude: …}`", "Geoproximity: the nearest healthy set, this one standing here.");

    private static readonly SchemaKey<int> Bias = new(
        "bias", new IntegerValue(-99, 99), 0, "Beside `near` or `at`: above 0 the distance counts as that much percent shorter, below 0 as longer.");

    private static readonly SchemaKey<string?> Collection = new(
        "collection", new ReferenceValue(NameKind.Collection), null, "By network: the healthy set of the longest prefix that the client is in.");

    private static readonly SchemaKey<string?> Location = new(
        "location", new TextValue("a location of the collection, or `default`", "paris"), null,
        "Beside `collection`: whose networks; `default` is for clients in none of them.");

    private static readonly SchemaKey<bool> Multivalue = new(
        "multivalue", new BooleanValue(), false, "Up to eight healthy records of all sets in one answer; of the unhealthy ones when there are no others.");

    private static readonly SchemaKey<uint?> Ttl = new("ttl", new OptionalValue<uint>(new TtlValue()), null, "TTL of its values.")
    {
        DefaultText = "the owner's, then the zone's",
    };

    private static readonly SchemaKey Values = new("values", "record data, or a list of it", "Its records, written as in a master file.");

    private static readonly SchemaKey<ImmutableArray<string?>> Verbatim = new(
        "verbatim", new ListValue<string?>(new TextValue("a text", "\"\\101\""), "texts"), [],
        "The values as the Route 53 API was given them, where that differs; nothing else looks at it.")
    {
        DefaultText = "as `values`",
    };

    private static readonly SchemaKey<string?> Health = new(
        "health", new ReferenceValue(NameKind.Monitor), null,
        "The monitor by which it is healthy: one with a `target` of its own, or a `calculated` one of such.")
    {
        DefaultText = "always healthy",
    };

    private static readonly SchemaKey<bool> EvaluateHealth = new(
        "evaluate-health", new BooleanValue(), false,
        "Beside `sets`: whether it is passed over while nothing in it is healthy. Otherwise it counts as healthy.");

    private static readonly SectionSchema AtSchema = new()
    {
        Title = "at",
        Summary = "",
        Keys = [CoordinateKeys.Latitude, CoordinateKeys.Longitude],
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE>.sets.<identifier>",
        Summary = "One of several record sets of the same name and type, as Route 53 has them. Each has one kind of routing (`weight`, `region`, `failover`, "
            + "`place`, `near` or `at`, `collection`, `multivalue`), which is the same for all of them, and `values`, an `alias`, or `sets` of its own (a tree of rules). When none is "
            + "healthy they are answered as though all were.",
        Keys = [Weight, Region, Failover, Place, Near, At, Bias, Collection, Location, Multivalue, Ttl, Values, AliasSection.Alias, RecordSetsSection.Sets, EvaluateHealth, Health, Verbatim],
        Example =
            """
            records:
              www:
                A:
                  sets:
                    blue: {weight: 90, ttl: 60s, values: [203.0.113.1], health: blue}
                    green: {weight: 10, alias: {to: lb.example.net., evaluate-health: true}}
            """,
    };

    private static readonly ImmutableArray<SchemaKey> RoutingKeys = [Weight, Region, Failover, Place, Near, At, Collection, Multivalue];

    private static readonly ImmutableArray<SchemaKey> ContentKeys = [Values, AliasSection.Alias, RecordSetsSection.Sets];

    private static readonly RecordSetModel Empty = new() { Identifier = "", Routing = new MultivalueRouting() };

    /// <summary>Reads a set; null with an error.</summary>
    public static RecordSetModel? Read(ReadContext context, MapEntry entry, string path, in SetPlace place)
    {
        if (MapReader.Open(context, entry.Value, path, Schema) is not { } map)
        {
            return null;
        }
        RoutingModel? routing = ReadRouting(map);
        string? health = map.Read(Health);
        uint? ttl = map.Read(Ttl);
        map.Read(Verbatim);
        bool evaluates = map.Read(EvaluateHealth);
        SchemaKey[] contents = [.. ContentKeys.Where(map.Has)];
        if (contents.Length != 1)
        {
            string found = contents.Length == 0 ? "none" : $"both '{contents[0].Name}' and '{contents[1].Name}'";
            map.Context.Error(map.Node, path, $"a record set has one of 'values', 'alias' and 'sets': here is {found}");
            return null;
        }
        if (map.Has(EvaluateHealth) && contents[0] != RecordSetsSection.Sets)
        {
            map.Error(EvaluateHealth, "'evaluate-health' belongs to 'sets', or into an 'alias'");
        }
        RecordSetModel? content = contents[0] == Values ? OfValues(map, place)
            : contents[0] == AliasSection.Alias ? OfAlias(map, place)
            : OfSets(map, place, ttl);
        return content is null || routing is null ? null : content with
        {
            Identifier = entry.Key,
            Routing = routing,
            TtlSeconds = ttl,
            Health = health,
            EvaluatesHealth = evaluates,
        };
    }

    private static RecordSetModel? OfValues(MapReader map, in SetPlace place) =>
        ReadValues(map, place.Zone, place.Type) is { } values ? Empty with { Rdata = values } : null;

    private static RecordSetModel? OfAlias(MapReader map, in SetPlace place) =>
        ReadAlias(map, place.Zone, place.Owner) is { } alias ? Empty with { Alias = alias } : null;

    private static RecordSetModel? OfSets(MapReader map, in SetPlace place, uint? ttl) =>
        RecordSetsSection.ReadSets(map, place.Zone, place.Owner, place.Type, ttl ?? place.OwnerTtl, place.Depth + 1) is { } sets
            ? Empty with { Sets = sets }
            : null;

    private static AliasModel? ReadAlias(MapReader map, ZoneDraft zone, DomainName owner)
    {
        if (map.Has(Ttl))
        {
            map.Error(Ttl, "an alias has the TTL of its target");
        }
        if (AliasSection.Read(map, zone) is not { } alias)
        {
            return null;
        }
        if (alias.Target == owner)
        {
            map.Error(AliasSection.Alias, $"{owner} is an alias of itself");
            return null;
        }
        return alias;
    }

    private static ModelList<RdataModel>? ReadValues(MapReader map, ZoneDraft zone, RecordType type)
    {
        RRsetDraft read = new(zone.Apex, type, map.PositionOf(Values), map.PathOf(Values));
        return RecordData.Read(map.Context, zone, map.Find(Values)!, read) // The caller has looked.
            ? [.. read.Rdata.Select(record => new RdataModel(record.Rdata))]
            : null;
    }

    private static RoutingModel? ReadRouting(MapReader map)
    {
        ImmutableArray<SchemaKey> given = [.. RoutingKeys.Where(map.Has)];
        if (given.Length != 1)
        {
            if (!map.HasUnknownKeys)
            {
                string message = given.Length == 0
                    ? $"nothing says when this set is the answer: expected one of {string.Join(", ", RoutingKeys.Select(key => key.Name))}"
                    : $"a set has one kind of routing: here are both '{given[0].Name}' and '{given[1].Name}'";
                map.Context.Error(map.Node, map.Path, message);
            }
            return null;
        }
        if (map.Has(Bias) && given[0] != Near && given[0] != At)
        {
            map.Error(Bias, "'bias' belongs to 'near' or 'at'");
        }
        if (map.Has(Location) && given[0] != Collection)
        {
            map.Error(Location, "'location' belongs to 'collection'");
        }
        return given[0].Name switch
        {
            "weight" => map.TryRead(Weight, out int weight) ? new WeightedRouting(weight) : null,
            "region" => map.Read(Region) is { } region ? new LatencyRouting(region, LocationOf(map, region)) : null,
            "failover" => map.Read(Failover) is { } isPrimary ? new FailoverRouting(isPrimary) : null,
            "place" => ReadPlace(map),
            "near" => map.Read(Near) is { } near ? new ProximityRouting(near, LocationOf(map, near), map.Read(Bias)) : null,
            "at" => ReadAt(map),
            "collection" => ReadCollection(map),
            _ => ReadMultivalue(map),
        };
    }

    private static Coordinates? LocationOf(MapReader map, string region) => map.Context.Options.CloudRegions?.Find(region);

    private static PlaceRouting? ReadPlace(MapReader map)
    {
        if (!map.TryRead(Place, out string? text) || text is null)
        {
            return null;
        }
        if (text == "default")
        {
            return new PlaceRouting(null);
        }
        if (PlaceKeyValue.TryParse(text, out PlaceKey place, out ReadProblem problem) && place.Kind != PlaceKind.AutonomousSystem)
        {
            return new PlaceRouting(place);
        }
        map.Error(
            Place,
            problem.Message ?? $"'{text}' is not a place: expected a continent (EU), a country (FR), a subdivision (US-CA) or 'default'",
            problem.Suggestion ?? map.Context.Nearest(text, ["default"]));
        return null;
    }

    private static ProximityRouting? ReadAt(MapReader map) =>
        MapReader.Open(map.Context, map.Find(At)!, map.PathOf(At), AtSchema) is { } at // The caller has looked.
        && CoordinateKeys.Read(at) is { } location
            ? new ProximityRouting(null, location, map.Read(Bias))
            : null;

    private static CollectionRouting? ReadCollection(MapReader map)
    {
        if (!map.TryRead(Collection, out string? collection) || collection is null)
        {
            return null;
        }
        if (!map.TryRead(Location, out string? location) || location is null)
        {
            map.Error(Collection, "'location' is missing: a location of the collection, or 'default'");
            return null;
        }
        return new CollectionRouting(collection, location == "default" ? null : location);
    }

    private static MultivalueRouting? ReadMultivalue(MapReader map)
    {
        if (map.TryRead(Multivalue, out bool isMultivalue) && !isMultivalue)
        {
            map.Error(Multivalue, "'multivalue: false' is no routing: leave the sets out, and write the values by themselves");
            return null;
        }
        return new MultivalueRouting();
    }
}
