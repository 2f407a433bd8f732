using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a multivalue node, in its short form (a list) or its long one (a map).</summary>
internal static class MultivalueSection
{
    private const int DefaultMax = 8;

    private static readonly SchemaKey Of = new("of", "a list of children", "Where the members come from.") { IsRequired = true };

    private static readonly SchemaKey<int> Max = new(
        "max", new IntegerValue(1, 64), DefaultMax, "The most members in one answer.");

    private static readonly SchemaKey<bool> Spread = new(
        "spread",
        new ChoiceValue<bool>([("sites", true), ("none", false)]),
        false,
        "`sites`: draw in turn from each site, so that a cached answer holds an alternative elsewhere.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "multivalue",
        Summary = "The long form of a `multivalue` node; a bare list is `{of: […]}`.",
        Keys = [Of, Max, Spread],
        Example = "multivalue: {of: [web-eu, web-us], max: 4, spread: sites}",
    };

    public static MultivalueNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not MapNode node)
        {
            return Build(SteeringNodeSection.ReadChildren(map, key), DefaultMax, false);
        }
        if (MapReader.Open(map.Context, node, map.PathOf(key), Schema) is not { } form || !form.Has(Of))
        {
            return null;
        }
        return Build(SteeringNodeSection.ReadChildren(form, Of), form.Read(Max), form.Read(Spread));
    }

    private static MultivalueNode? Build(ImmutableArray<SteeringNode> children, int max, bool spread) =>
        children.IsEmpty ? null : new MultivalueNode(children, max, spread);
}
