using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a spill node, in its short form (a list) or its long one (a map).</summary>
internal static class SpillSection
{
    private const string DefaultMetric = "demand";

    private static readonly SchemaKey Of = new("of", "a list of pools", "Each in a site with a capacity.") { IsRequired = true };

    private static readonly SchemaKey<string?> Metric = new(
        "metric",
        new TextValue("the name of a load metric", DefaultMetric),
        DefaultMetric,
        "The reading that says what the clients nearest to a pool (or its site) ask for, in the unit of capacity.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "spill",
        Summary = "The long form of a `spill` node; a bare list is `{of: […]}`. Its children are pools, because each needs a capacity.",
        Keys = [Of, Metric],
        Example = "spill: {of: [web-eu, web-us, web-ap]}",
    };

    public static SpillNode? Read(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not MapNode node)
        {
            return Build(map, key, DefaultMetric);
        }
        return MapReader.Open(map.Context, node, map.PathOf(key), Schema) is { } form && form.Has(Of)
            ? Build(form, Of, form.Read(Metric) ?? DefaultMetric)
            : null;
    }

    private static SpillNode? Build(MapReader map, SchemaKey key, string metric)
    {
        ImmutableArray<SteeringNode> nodes = SteeringNodeSection.ReadChildren(map, key);
        ImmutableArray<SpillChild>.Builder children = ImmutableArray.CreateBuilder<SpillChild>();
        foreach (SteeringNode node in nodes)
        {
            if (node is not PoolNode { Pool: { } name })
            {
                map.Error(key, "the children of 'spill' are pools: what is free of a tree's capacity cannot be known");
            }
            else if (!map.Context.Pools.TryGetValue(name, out PoolModel? pool)
                || pool.Site is not { } site
                || !map.Context.Sites.TryGetValue(site, out SiteModel? stands)
                || stands.Capacity is not > 0)
            {
                map.Error(key, $"the pool '{name}' has no capacity: give it a 'site', and that site a 'capacity' above 0");
            }
            else
            {
                children.Add(new SpillChild(name, site, stands.Capacity.Value));
            }
        }
        return children.Count == 0 ? null : new SpillNode(children.ToImmutable(), metric);
    }
}
