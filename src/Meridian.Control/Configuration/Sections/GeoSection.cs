using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>geo</c>.</summary>
internal static class GeoSection
{
    private static readonly NetworkValue Network = new();

    private static readonly SchemaKey<string?> Database = new(
        "database",
        new TextValue(
            $"`{GeoModel.BuiltInDatabase}` or the path of a MaxMind-format (.mmdb) file", GeoModel.BuiltInDatabase),
        GeoModel.BuiltInDatabase,
        "Where client addresses are. A relative path is relative to the file that names it.");

    private static readonly SchemaKey<double> MaxMove = new(
        "max-move",
        new PercentageValue(0, 100),
        new GeoModel().MaxMove,
        "A newer database file is used as soon as it is there, unless it would move more than this share of the allocated IPv4 "
            + "addresses, or of the allocated IPv6 networks of /64, to another decision: then it waits for `meridian geo accept`.");

    private static readonly SchemaKey Overrides = new(
        "overrides",
        "map of networks",
        "Prefixes whose place you know better than the database. A longer prefix wins over a shorter one.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "geo",
        Summary = "The location database, and corrections to it.",
        Keys = [Database, MaxMove, Overrides],
        Example =
            """
            geo:
              database: builtin
              overrides:
                203.0.113.0/24: {country: FR}
                2001:db8::/32: {place: US-CA, latitude: 37.4, longitude: -122.1}
            """,
    };

    private static readonly SchemaKey<PlaceKey?> Place = new(
        "place", new OptionalValue<PlaceKey>(new PlaceKeyValue()), null, "The most specific place that is known.");

    private static readonly SchemaKey<string?> Country = new(
        "country", new CountryValue(), null, "The country, when nothing more specific is known.");

    private static readonly SchemaKey<PlaceKey?> Subdivision = new(
        "subdivision",
        new OptionalValue<PlaceKey>(new PlaceKeyValue(PlaceKind.Subdivision)),
        null,
        "The subdivision, when nothing more specific is known.");

    public static readonly SectionSchema OverrideSchema = new()
    {
        Title = "geo.overrides.<network>",
        Summary = "Where one prefix is: exactly one of `place`, `country` and `subdivision`, and its coordinates when "
            + "they are known.",
        Keys = [Place, Country, Subdivision, CoordinateKeys.Latitude, CoordinateKeys.Longitude],
    };

    public static GeoModel Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return new GeoModel();
        }
        string database = map.Read(Database) ?? GeoModel.BuiltInDatabase;
        return new GeoModel
        {
            Database = database == GeoModel.BuiltInDatabase ? database : context.ResolvePath(
                map.PositionOf(Database), database),
            MaxMove = map.Read(MaxMove),
            Overrides = ReadOverrides(map),
        };
    }

    private static ImmutableArray<GeoOverrideModel> ReadOverrides(MapReader map)
    {
        Dictionary<IPNetwork, GeoOverrideModel> overrides = [];
        foreach (MapEntry entry in NamedEntries.Entries(map, Overrides))
        {
            string path = $"{map.PathOf(Overrides)}/{entry.Key}";
            map.Context.Positions.Add(path, entry.KeyPosition);
            ScalarNode key = new(entry.KeyPosition, entry.Key, isPlain: false);
            bool isNetwork = Network.TryRead(map.Context, key, path, out IPNetwork network);
            if (ReadOverride(map.Context, entry.Value, path, network) is { } read && isNetwork && !overrides.TryAdd(network, read))
            {
                map.Context.Diagnostics.Error(
                    entry.KeyPosition, path, $"the network {network} is here twice, spelled differently");
            }
        }
        return [.. overrides.Values.OrderBy(read => read.Network.ToString(), StringComparer.Ordinal)];
    }

    private static GeoOverrideModel? ReadOverride(ReadContext context, ConfigNode node, string path, IPNetwork network)
    {
        if (MapReader.Open(context, node, path, OverrideSchema) is not { } map)
        {
            return null;
        }
        SchemaKey[] given = [.. new SchemaKey[] { Place, Country, Subdivision }.Where(map.Has)];
        if (given.Length != 1)
        {
            context.Error(node, path, "expected exactly one of place, country and subdivision");
        }
        PlaceKey? place = map.Read(Place) ?? map.Read(Subdivision);
        if (map.TryRead(Country, out string? country) && country is not null)
        {
            place = new PlaceKey(PlaceKind.Country, country);
        }
        Coordinates? location = CoordinateKeys.Read(map);
        return place is { } known ? new GeoOverrideModel(network, known, location) : null;
    }
}
