using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a node of a steering tree: a name, or a map with exactly one of the node keys.</summary>
internal static class SteeringNodeSection
{
    private static readonly SchemaKey<string?> Pool = new(
        "pool", new ReferenceValue(NameKind.Pool), null, "A leaf. As a child, the bare name is enough.");

    private static readonly SchemaKey<string?> Policy = new(
        "policy",
        new ReferenceValue(NameKind.Policy),
        null,
        "Another policy's tree. Its own `ttl` and `when-all-down` do not apply here; its `strict` does. As a child, "
            + "the bare name is enough.");

    private static readonly SchemaKey Failover = new(
        "failover", "a list of children", "The first child that is available.");

    private static readonly SchemaKey Weighted = new(
        "weighted",
        "a map of names to weights, or a list of nodes each with its `weight`",
        "A draw in proportion to the weights, 0 to 1000000. Weight 0 is used only when nothing else is available; all "
            + "0 is equal.");

    private static readonly SchemaKey<bool> ScaleByHealth = new(
        "scale-by-health",
        new BooleanValue(),
        false,
        "Beside `weighted`: a pool counts with its weight times the share of its members that are available.");

    private static readonly SchemaKey<bool> Sticky = new(
        "sticky",
        new ChoiceValue<bool>([("client", true)]),
        false,
        "Beside `weighted`: the same client network (/24, /56) keeps its draw, for A and AAAA alike.")
    {
        DefaultText = "a draw per query",
    };

    private static readonly SchemaKey<WeightedAssign> Assign = new(
        "assign",
        new ChoiceValue<WeightedAssign>([("draw", WeightedAssign.Draw), ("by-resolver", WeightedAssign.ByResolver)]),
        WeightedAssign.Draw,
        "Beside `weighted`: `by-resolver` assigns resolvers and client networks (/24, /56) to the children by their observed "
            + "volume, so that the traffic behind them follows the weights; those that are not observed are drawn for.")
    {
        DefaultText = "`draw`",
    };

    private static readonly SchemaKey Geo = new(
        "geo",
        "a map of places to children, and `default`",
        "The child of the most specific place that the client is in; an unavailable one falls to the next less "
            + "specific. "
        + "Places: a continent (AF AN AS EU NA OC SA), a country, a subdivision (US-CA), an AS number (AS64500). A "
        + "code that is both means the continent; write `country:AF` for the country.");

    private static readonly SchemaKey<bool> Strict = new(
        "strict",
        new BooleanValue(),
        false,
        "Data residency: never answers outside the matched place, not by falling to a less specific one, not by "
            + "failing open. Beside `geo`, or on a policy with a `geo` in it.");

    private static readonly SchemaKey Multivalue = new(
        "multivalue",
        "a list of children, or a map with `of`",
        "Up to `max` available members out of all children in one answer.");

    private static readonly SchemaKey Hash = new(
        "hash", "a list of children, or a map with `of` and `key`",
        "Rendezvous hashing: the same client network (or name) keeps its child; one that comes or goes moves only its share.");

    private static readonly SchemaKey Network = new(
        "network", "a map of networks to children, and `default`",
        "The child of the longest prefix that the client is in, then of its AS number, then the default.");

    private static readonly SchemaKey Proximity = new(
        "proximity", "a list of children, or a map of names to `{bias, at}`", "The nearest available child, by great circle.");

    private static readonly SchemaKey Latency = new(
        "latency", "a list of children",
        "The available child with the lowest round-trip time by the latency table; where nothing was measured, by distance.");

    private static readonly SchemaKey Cheapest = new(
        "cheapest", "a map with `of` and `within`", "The cheapest child whose round-trip time is within a bound of the best.");

    private static readonly SchemaKey Spill = new(
        "spill", "a list of pools, or a map with `of`",
        "Nearest first; what a failed or full pool's clients ask for is spread over the others by free capacity.");

    private static readonly SchemaKey Shed = new(
        "shed", "a map", "Moves a growing share from one child to another between two watermarks of load.");

    private static readonly SchemaKey Schedule = new("schedule", "a map", "By time of day, day of the week or date.");

    private static readonly SchemaKey Ramp = new("ramp", "a map", "A canary that advances by itself and goes back when its guard fails.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "a steering node",
        Summary = "A child is the name of a pool or a policy, or a map with exactly one of the kinds of nodes, to any depth.",
        Keys =
        [
            Pool, Policy, Failover, Weighted, Sticky, ScaleByHealth, Assign, Geo, Network, Strict, Multivalue, Hash, Proximity, Latency, Cheapest, Spill, Shed,
            Schedule, Ramp,
        ],
        Example =
            """
            policies:
              canary:
                weighted: {web-eu: 95, web-us: 5}
                sticky: client
              mixed:
                weighted:
                  - {weight: 9, failover: [web-eu, web-us]}
                  - {weight: 1, pool: web-us}
            """,
    };

    private static readonly ImmutableArray<SchemaKey> NodeKeys =
    [
        Pool, Policy, Failover, Weighted, Geo, Network, Multivalue, Hash, Proximity, Latency, Cheapest, Spill, Shed, Schedule, Ramp,
    ];

    private static readonly SchemaKey<int> Weight = new("weight", new IntegerValue(0, 1_000_000), 1, "Its share.") { IsRequired = true };

    private static readonly SectionSchema WeightedItemSchema = Schema with { Title = "a weighted child", Keys = [Weight, .. Schema.Keys] };

    /// <summary>Reads the node whose keys stand beside a policy's own.</summary>
    /// <param name="map">The policy.</param>
    /// <param name="isStrict">Whether the policy as a whole is strict.</param>
    public static SteeringNode? ReadRoot(MapReader map, out bool isStrict)
    {
        isStrict = map.Read(Strict);
        return ReadNode(map);
    }

    public static SteeringNode? ReadChild(ReadContext context, ConfigNode node, string path)
    {
        context.Positions.Add(path, node.Position);
        if (node is ScalarNode { IsNull: false } name)
        {
            return Resolve(context, name.Text, name.Position, path);
        }
        if (node is not MapNode)
        {
            context.Error(
                node,
                path,
                "expected the name of a pool or policy, or a node such as {failover: [a, b]}; found "
                    + $"{node.Describe()}");
            return null;
        }
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        if (map.Read(Strict) && !map.Has(Geo) && !map.Has(Network))
        {
            map.Error(Strict, "'strict' inside a tree belongs to a geo or network node: there is no match to stay within");
        }
        return ReadNode(map);
    }

    /// <summary>Reads the one node whose key stands in a map, beside whatever else the map has.</summary>
    public static SteeringNode? ReadNode(MapReader map)
    {
        ImmutableArray<SchemaKey> given = [.. NodeKeys.Where(map.Has)];
        if (map.Has(Sticky) && !map.Has(Weighted))
        {
            map.Error(Sticky, "'sticky' belongs to 'weighted': there is no draw to keep");
        }
        if (map.Has(ScaleByHealth) && !map.Has(Weighted))
        {
            map.Error(ScaleByHealth, "'scale-by-health' belongs to 'weighted': there are no weights to scale");
        }
        if (map.Has(Assign) && !map.Has(Weighted))
        {
            map.Error(Assign, "'assign' belongs to 'weighted': there are no weights to assign by");
        }
        bool isSticky = map.Read(Sticky);
        if (given.Length > 1)
        {
            map.Error(
                given[1],
                $"a node is of one kind: here are both '{given[0].Name}' and '{given[1].Name}'; put one inside the "
                    + "other");
        }
        if (given.Length == 0)
        {
            ReportNoNode(map);
            return null;
        }
        SchemaKey key = given[0];
        if (key == Pool)
        {
            return map.TryRead(Pool, out string? pool) && pool is not null ? new PoolNode(pool) : null;
        }
        if (key == Policy)
        {
            return map.TryRead(Policy, out string? policy) && policy is not null ? new PolicyNode(policy) : null;
        }
        if (key == Failover)
        {
            return ReadChildren(map, Failover) is { IsEmpty: false } of ? new FailoverNode(of) : null;
        }
        return key.Name switch
        {
            "weighted" => ReadWeighted(map, isSticky),
            "geo" => ReadGeo(map),
            "network" => NetworkSection.Read(map, Network, map.Read(Strict)),
            "multivalue" => MultivalueSection.Read(map, Multivalue),
            "hash" => HashSection.Read(map, Hash),
            "proximity" => SitedChildren.ReadProximity(map, Proximity),
            "latency" => SitedChildren.ReadLatency(map, Latency),
            "cheapest" => CheapestSection.Read(map, Cheapest),
            "spill" => SpillSection.Read(map, Spill),
            "shed" => ShedSection.Read(map, Shed),
            "schedule" => ScheduleSection.Read(map, Schedule),
            _ => RampSection.Read(map, Ramp),
        };
    }

    private static void ReportNoNode(MapReader map)
    {
        // A mistyped kind, or one that this version does not have, has been reported as such.
        if (!map.HasUnknownKeys)
        {
            string kinds = string.Join(", ", NodeKeys.Select(key => key.Name));
            map.Context.Error(map.Node, map.Path, $"expected one of {kinds} here: nothing says where the traffic goes");
        }
    }

    /// <summary>Reads a list of children; empty, with an error, when it is not one.</summary>
    public static ImmutableArray<SteeringNode> ReadChildren(MapReader map, SchemaKey key)
    {
        if (map.Find(key) is not ListNode { Items.Length: > 0 } list)
        {
            string found = map.Find(key) is ListNode ? "an empty list" : map.Find(key)?.Describe() ?? "nothing";
            map.Error(key, $"expected a list of children, such as [web-eu, web-us]; found {found}");
            return [];
        }
        ImmutableArray<SteeringNode>.Builder children = ImmutableArray.CreateBuilder<SteeringNode>();
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < list.Items.Length; i++)
        {
            string path = $"{map.PathOf(key)}/{i}";
            if (list.Items[i] is ScalarNode { Text: string name } && !names.Add(name))
            {
                map.Context.Error(list.Items[i], path, $"'{name}' is in this list twice");
            }
            if (ReadChild(map.Context, list.Items[i], path) is { } child)
            {
                children.Add(child);
            }
        }
        return children.ToImmutable();
    }

    private static WeightedNode? ReadWeighted(MapReader map, bool isSticky)
    {
        ImmutableArray<WeightedChild>.Builder children = ImmutableArray.CreateBuilder<WeightedChild>();
        switch (map.Find(Weighted))
        {
            case MapNode { Entries.Length: > 0 } weights:
                foreach (MapEntry entry in weights.Entries)
                {
                    string path = $"{map.PathOf(Weighted)}/{entry.Key}";
                    map.Context.Positions.Add(path, entry.KeyPosition);
                    bool hasWeight = Weight.Value.TryRead(map.Context, entry.Value, path, out int weight);
                    if (Resolve(map.Context, entry.Key, entry.KeyPosition, path) is { } node && hasWeight)
                    {
                        children.Add(new WeightedChild(node, weight));
                    }
                }
                break;
            case ListNode { Items.Length: > 0 } nodes:
                for (int i = 0; i < nodes.Items.Length; i++)
                {
                    string path = $"{map.PathOf(Weighted)}/{i}";
                    map.Context.Positions.Add(path, nodes.Items[i].Position);
                    if (MapReader.Open(map.Context, nodes.Items[i], path, WeightedItemSchema) is { } item && ReadNode(item) is { } node)
                    {
                        children.Add(new WeightedChild(node, item.Read(Weight)));
                    }
                }
                break;
            case { } other:
                map.Error(
                    Weighted,
                    "expected names with weights, such as {web-eu: 95, web-us: 5}; found "
                        + $"{(other is ScalarNode ? other.Describe() : "none")}");
                break;
        }
        return children.Count > 0 ? new WeightedNode(children.ToImmutable(), isSticky) { ScaleByHealth = map.Read(ScaleByHealth), Assign = map.Read(Assign) } : null;
    }

    private static GeoNode? ReadGeo(MapReader map)
    {
        if (map.Find(Geo) is not MapNode { Entries.Length: > 0 } branches)
        {
            string found = map.Find(Geo) is MapNode ? "none" : map.Find(Geo)?.Describe() ?? "nothing";
            map.Error(Geo, $"expected places with children, such as {{EU: web-eu, default: web-us}}; found {found}");
            return null;
        }
        Dictionary<PlaceKey, GeoBranch> places = [];
        SteeringNode? fallback = null;
        foreach (MapEntry entry in branches.Entries)
        {
            string path = $"{map.PathOf(Geo)}/{entry.Key}";
            SteeringNode? child = ReadChild(map.Context, entry.Value, path);
            if (entry.Key == "default")
            {
                fallback = child;
            }
            else if (!PlaceKeyValue.TryParse(entry.Key, out PlaceKey place, out ReadProblem problem))
            {
                string message = problem.Message
                    ?? $"'{entry.Key}' is not a place: expected a continent (EU), a country (FR), a subdivision (US-CA), an AS number (AS64500) or 'default'";
                string? suggestion = problem.Suggestion ?? map.Context.Nearest(entry.Key, ["default"]);
                map.Context.Diagnostics.Error(entry.KeyPosition, path, message, suggestion);
            }
            else if (child is not null && !places.TryAdd(place, new GeoBranch(place, child)))
            {
                map.Context.Diagnostics.Error(
                    entry.KeyPosition, path, $"the place {place} is here twice, spelled differently");
            }
        }
        bool isStrict = map.Read(Strict);
        if (branches.Find("default") is null && !isStrict)
        {
            map.Context.Diagnostics.Warning(
                branches.Position,
                map.PathOf(Geo),
                "this geo node has no 'default': clients in none of its places get no answer from it");
        }
        return new GeoNode([.. places.Values], fallback, isStrict);
    }

    /// <summary>The leaf or reference that a bare name stands for.</summary>
    public static SteeringNode? Resolve(ReadContext context, string name, SourcePosition position, string path)
    {
        DeclaredNames names = context.Names;
        // A name that is both is reported where the two are defined.
        if (names.Contains(NameKind.Pool, name))
        {
            return new PoolNode(name);
        }
        if (names.Contains(NameKind.Policy, name))
        {
            return new PolicyNode(name);
        }
        if (names.IsComplete)
        {
            string? nearest = context.Nearest(
                name, names.Of(NameKind.Pool).Keys.Concat(names.Of(NameKind.Policy).Keys));
            context.Diagnostics.Error(position, path, $"there is no pool or policy '{name}'", nearest);
        }
        return null;
    }
}
