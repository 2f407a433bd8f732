using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// Reads static data that is written as a map, which is how one type of an owner has a TTL that the others do not have: in
/// master files and dynamic updates a TTL belongs to an RRset (RFC 2181 §5.2), not to an owner.
/// </summary>
internal static class StaticSection
{
    private static readonly SchemaKey Data = new("data", "record data, or a list of it", "The records, as they would stand without the map.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<uint?> Ttl = new(
        "ttl", new OptionalValue<uint>(new TtlValue()), null, "TTL of these records.")
    {
        DefaultText = "the owner's, then the zone's",
    };

    private static readonly SchemaKey<bool?> Rotate = new(
        "rotate", new OptionalValue<bool>(new BooleanValue()), null, "Round robin of these records.")
    {
        DefaultText = "the owner's",
    };

    private static readonly SchemaKey<ImmutableArray<string?>> Verbatim = new(
        "verbatim", new ListValue<string?>(new TextValue("a text", "\"\\101\""), "texts"), [],
        "The data as the Route 53 API was given it, where that differs; nothing else looks at it.")
    {
        DefaultText = "as `data`",
    };

    private static readonly SchemaKey<string?> Health = new(
        "health", new ReferenceValue(NameKind.Monitor), null,
        "The monitor that the Route 53 API shows of it. Records that are alone at their name and type are answered whatever it says: there is "
        + "nothing to answer instead.")
    {
        DefaultText = "none",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.records.<owner>.<TYPE> with data",
        Summary = "Static records of one type with a TTL or an order of their own.",
        Keys = [Data, Ttl, Rotate, Health, Verbatim],
        Example = "app:\n  A: 203.0.113.9\n  TXT: {data: [\"v=1\"], ttl: 1h}",
    };

    /// <summary>Whether a type's value is this map; every other map steers.</summary>
    public static bool IsStatic(ConfigNode node) => node is MapNode map && map.Find(Data.Name) is not null;

    /// <summary>The data as it would stand without the map; null, with an error, when there is none.</summary>
    public static ConfigNode? Read(ReadContext context, ConfigNode node, string path, out uint? ttl, out bool? rotate)
    {
        ttl = null;
        rotate = null;
        if (MapReader.Open(context, node, path, Schema) is not { } map || map.Find(Data) is not { } data)
        {
            return null;
        }
        ttl = map.Read(Ttl);
        rotate = map.Read(Rotate);
        map.Read(Health);
        map.Read(Verbatim);
        if (data is not MapNode)
        {
            return data;
        }
        map.Error(Data, $"expected record data or a list of it, found {data.Describe()}");
        return null;
    }
}
