using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a hash node, in its short form (a list) or its long one (a map).</summary>
internal static class HashSection
{
    private static readonly SchemaKey Of = new("of", "a list of children", "Each as likely as another.") { IsRequired = true };

    private static readonly SchemaKey<HashKey> Key = new(
        "key",
        new ChoiceValue<HashKey>([("client", HashKey.Client), ("qname", HashKey.QName)]),
        HashKey.Client,
        "What is hashed: the client's network (/24, /56), or the name that is asked for.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "hash",
        Summary = "The long form of a `hash` node; a bare list is `{of: […]}`.",
        Keys = [Of, Key],
        Example = "hash: {of: [cache-1, cache-2, cache-3], key: qname}",
    };

    public static HashNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not MapNode node)
        {
            return Build(SteeringNodeSection.ReadChildren(map, key), HashKey.Client);
        }
        return MapReader.Open(map.Context, node, map.PathOf(key), Schema) is { } form && form.Has(Of)
            ? Build(SteeringNodeSection.ReadChildren(form, Of), form.Read(Key))
            : null;
    }

    private static HashNode? Build(ImmutableArray<SteeringNode> of, HashKey key) => of.IsEmpty ? null : new HashNode(of, key);
}
