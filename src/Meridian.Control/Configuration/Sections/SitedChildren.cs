using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads nodes whose children stand somewhere: proximity and latency.</summary>
internal static class SitedChildren
{
    public static readonly SchemaKey<string?> At = new(
        "at", new ReferenceValue(NameKind.Site), null, "The site that the child is measured to.")
    {
        DefaultText = "the pool's site; a child that is no pool must say it",
    };

    private static readonly SchemaKey<int> Bias = new(
        "bias",
        new IntegerValue(-99, 99),
        0,
        "Route 53's geoproximity bias: above 0 the distance counts as that much percent shorter, below 0 as longer.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "proximity and latency",
        Summary = "What can be said of each child of a `proximity` or `latency` node, beside its name or node; `bias` for `proximity` only.",
        Keys = [At, Bias],
        Example =
            """
            policies:
              near:
                proximity: {web-eu: {bias: 20}, web-us: {}}
              fast:
                latency: [web-eu, web-us, {at: ap, failover: [web-ap, web-us]}]
            """,
    };

    private static readonly SectionSchema ItemSchema =
        SteeringNodeSection.Schema with { Title = "a child with a site", Keys = [At, Bias, .. SteeringNodeSection.Schema.Keys] };

    public static ProximityNode? ReadProximity(MapReader map, SchemaKey key) =>
        Read(map, key) is { IsEmpty: false } of ? new ProximityNode(of) : null;

    public static LatencyNode? ReadLatency(MapReader map, SchemaKey key)
    {
        ImmutableArray<SitedChild> of = Read(map, key);
        if (of.Any(child => child.Bias != 0))
        {
            map.Error(key, "'bias' belongs to 'proximity': a latency is measured, not shaped");
        }
        return of.IsEmpty ? null : new LatencyNode(of);
    }

    /// <summary>The site of a child: what is written, or the pool's own.</summary>
    /// <param name="context">For the pools.</param>
    /// <param name="node">The child.</param>
    /// <param name="written">What <c>at</c> says; null when it is not there.</param>
    public static string? SiteOf(ReadContext context, SteeringNode node, string? written) =>
        written ?? (node is PoolNode { Pool: { } name } && context.Pools.TryGetValue(name, out PoolModel? pool) ? pool.Site : null);

    private static ImmutableArray<SitedChild> Read(MapReader map, SchemaKey key)
    {
        ImmutableArray<SitedChild>.Builder children = ImmutableArray.CreateBuilder<SitedChild>();
        switch (map.Find(key))
        {
            case ListNode { Items.Length: > 0 } list:
                for (int i = 0; i < list.Items.Length; i++)
                {
                    AddItem(map.Context, list.Items[i], $"{map.PathOf(key)}/{i}", children);
                }
                break;
            case MapNode { Entries.Length: > 0 } named:
                foreach (MapEntry entry in named.Entries)
                {
                    string path = $"{map.PathOf(key)}/{entry.Key}";
                    map.Context.Positions.Add(path, entry.KeyPosition);
                    MapReader? options = entry.Value is ScalarNode { IsNull: true } ? null : MapReader.Open(map.Context, entry.Value, path, Schema);
                    Add(map.Context, SteeringNodeSection.Resolve(map.Context, entry.Key, entry.KeyPosition, path), options, entry.KeyPosition, path, children);
                }
                break;
            default:
                map.Error(key, $"expected a list of children, such as [web-eu, web-us]; found {map.Find(key)?.Describe() ?? "nothing"}");
                break;
        }
        return children.ToImmutable();
    }

    private static void AddItem(ReadContext context, ConfigNode item, string path, ImmutableArray<SitedChild>.Builder children)
    {
        context.Positions.Add(path, item.Position);
        if (item is not MapNode)
        {
            Add(context, SteeringNodeSection.ReadChild(context, item, path), null, item.Position, path, children);
        }
        else if (MapReader.Open(context, item, path, ItemSchema) is { } options)
        {
            Add(context, SteeringNodeSection.ReadNode(options), options, item.Position, path, children);
        }
    }

    private static void Add(
        ReadContext context, SteeringNode? node, MapReader? options, SourcePosition position, string path, ImmutableArray<SitedChild>.Builder children)
    {
        if (node is null)
        {
            return;
        }
        string? site = SiteOf(context, node, options?.Read(At));
        if (site is null)
        {
            context.Diagnostics.Error(position, path, "nothing says where this child stands: give its pool a 'site', or write 'at' beside it");
            return;
        }
        children.Add(new SitedChild(node, site, options?.Read(Bias) ?? 0));
    }
}
