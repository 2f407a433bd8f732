using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.RecordSets;

/// <summary>Builds the tree that the record sets of one name and type mean, out of the steering nodes that there are.</summary>
internal sealed class SetTree(MeridianModel model, ImplicitParts parts, AliasResolver aliases)
{
    /// <summary>How many records a multivalue answer has at most: Route 53's number.</summary>
    public const int MultivalueMax = 8;

    /// <summary>Adds the policy; null, with problems, when a set leads nowhere.</summary>
    public Meaning? Build(ZoneModel zone, RRsetModel rrset)
    {
        string name = aliases.NameOf(zone, rrset.Owner, rrset.Type);
        string path = AliasResolver.PathOf(zone, rrset);
        if (LeavesOf(zone, rrset.Type, rrset.Sets, name, $"{path}/sets") is not { } leaves)
        {
            return null;
        }
        parts.Add(new PolicyModel { Name = name, RecordsPath = path, Root = RootOf(leaves) });
        return new Meaning(leaves.Min(leaf => leaf.TtlSeconds), [], new SteeredDataModel { Policy = name });
    }

    /// <summary>All leaves; null, with problems, when a set leads nowhere.</summary>
    private ImmutableArray<Leaf>? LeavesOf(ZoneModel zone, RecordType type, ModelList<RecordSetModel> sets, string name, string path)
    {
        ImmutableArray<Leaf> leaves =
            [.. sets.Select(set => LeafOf(zone, type, set, $"{name}/{set.Identifier}", $"{path}/{set.Identifier}")).OfType<Leaf>()];
        return leaves.Length < sets.Count ? null : leaves;
    }

    private Leaf? LeafOf(ZoneModel zone, RecordType type, RecordSetModel set, string name, string path)
    {
        (SteeringNode Node, uint Ttl)? answer = set switch
        {
            { Sets.Count: > 0 } => OfSets(zone, type, set, name, path),
            { Alias: { } alias } => OfAlias(zone, alias, type, path),
            _ => OfData(new SetDataModel(type, set.TtlSeconds ?? zone.DefaultTtlSeconds, set.Rdata), name, path),
        };
        if (answer is not { } found || !IsKnown(set.Routing, path))
        {
            return null;
        }
        if (set.Health is not { } health)
        {
            return new Leaf(set, found.Node, found.Ttl);
        }
        if (!model.Monitors.TryGetValue(health, out MonitorModel? monitor) || !StandingMonitors.StandsAlone(monitor))
        {
            parts.Report(
                $"{path}/health",
                $"the monitor '{health}' asks the members of pools: a record set needs one with a 'target' of its own, or a calculated one of such");
            return null;
        }
        parts.AddMonitor(monitor);
        return new Leaf(set, new GatedNode(found.Node, health), found.Ttl);
    }

    /// <summary>A policy of its own, as an alias of these sets at another name would be: it is decided, and explained, by itself.</summary>
    private (SteeringNode Node, uint Ttl)? OfSets(ZoneModel zone, RecordType type, RecordSetModel set, string name, string path)
    {
        if (LeavesOf(zone, type, set.Sets, name, $"{path}/sets") is not { } leaves)
        {
            return null;
        }
        parts.Add(new PolicyModel { Name = name, RecordsPath = path, Root = RootOf(leaves) });
        SteeringNode node = new PolicyNode(name);
        return (set.EvaluatesHealth ? node : new CommittedNode(node), leaves.Min(leaf => leaf.TtlSeconds));
    }

    private (SteeringNode Node, uint Ttl)? OfData(SetDataModel data, string name, string path) => (parts.AddData(name, data, path), data.TtlSeconds);

    private (SteeringNode Node, uint Ttl)? OfAlias(ZoneModel zone, AliasModel alias, RecordType type, string path)
    {
        if (aliases.Follow(zone, alias.Target, type, $"{path}/alias/to") is not { } target)
        {
            return null;
        }
        if (target.Steering is { } written && model.Policies.ContainsKey(written.Policy)
            && type is not (RecordType.A or RecordType.AAAA or RecordType.CNAME))
        {
            parts.Report(
                $"{path}/alias/to",
                $"the {type.ToMnemonic()} records of {alias.Target} are made up from a policy's decision: they can be an alias by themselves, and no record set");
            return null;
        }
        SteeringNode node = target switch
        {
            { Outside: { } outside } => parts.AddOutside(outside),
            { Steering: { } steering } => new PolicyNode(steering.Policy),
            _ => parts.AddData(
                aliases.NameOfTarget(zone, alias.Target, type),
                new SetDataModel(type, target.TtlSeconds, [.. target.Rdata.Select(rdata => new RdataModel(rdata))]),
                $"{path}/alias/to"),
        };
        uint ttl = target.Outside is null ? target.TtlSeconds : zone.DefaultTtlSeconds;
        return (alias.EvaluatesHealth ? node : new CommittedNode(node), ttl);
    }

    private bool IsKnown(RoutingModel routing, string path)
    {
        if (routing is not CollectionRouting { Location: { } location } byNetwork)
        {
            return true;
        }
        bool isKnown = model.Collections.TryGetValue(byNetwork.Collection, out CollectionModel? collection) && collection.Locations.ContainsKey(location);
        if (!isKnown)
        {
            parts.Report($"{path}/location", $"the collection '{byNetwork.Collection}' has no location '{location}'");
        }
        return isKnown;
    }

    private SteeringNode RootOf(ImmutableArray<Leaf> leaves) => leaves[0].Set.Routing switch
    {
        WeightedRouting => new WeightedNode([.. leaves.Select(leaf => new WeightedChild(leaf.Node, leaf.As<WeightedRouting>().Weight))], Sticky: false),
        LatencyRouting => new LatencyNode([.. leaves.Select(leaf => new SitedChild(leaf.Node, SiteOf(leaf.As<LatencyRouting>()), 0))]),
        FailoverRouting => new FailoverNode([.. leaves.OrderByDescending(leaf => leaf.As<FailoverRouting>().IsPrimary).Select(leaf => leaf.Node)]),
        PlaceRouting => OfPlaces(leaves),
        ProximityRouting => new ProximityNode(
            [.. leaves.Select(leaf => new SitedChild(leaf.Node, SiteOf(leaf.As<ProximityRouting>()), leaf.As<ProximityRouting>().Bias))]),
        CollectionRouting => OfNetworks(leaves),
        _ => new MultivalueNode([.. leaves.Select(leaf => leaf.Node)], MultivalueMax, SpreadSites: false),
    };

    private string SiteOf(LatencyRouting latency) => parts.SiteNear(latency.Region, latency.Location);

    private string SiteOf(ProximityRouting proximity) => proximity.Near is { } near
        ? parts.SiteNear(near, proximity.Location)
        : parts.SiteAt(proximity.Location.GetValueOrDefault());

    private static GeoNode OfPlaces(ImmutableArray<Leaf> leaves) => new(
        [.. leaves.Where(leaf => leaf.As<PlaceRouting>().Place is not null)
            .Select(leaf => new GeoBranch(leaf.As<PlaceRouting>().Place.GetValueOrDefault(), leaf.Node))],
        leaves.FirstOrDefault(leaf => leaf.As<PlaceRouting>().Place is null)?.Node,
        Strict: false);

    private NetworkNode OfNetworks(ImmutableArray<Leaf> leaves)
    {
        ImmutableArray<NetworkBranch>.Builder branches = ImmutableArray.CreateBuilder<NetworkBranch>();
        SteeringNode? fallback = null;
        foreach (Leaf leaf in leaves)
        {
            CollectionRouting routing = leaf.As<CollectionRouting>();
            if (routing.Location is not { } location)
            {
                fallback = leaf.Node;
                continue;
            }
            foreach (IPNetwork network in model.Collections[routing.Collection].Locations[location])
            {
                branches.Add(new NetworkBranch(network, null, leaf.Node));
            }
        }
        return new NetworkNode(branches.ToImmutable(), fallback, Strict: false);
    }

    private sealed record Leaf(RecordSetModel Set, SteeringNode Node, uint TtlSeconds)
    {
        /// <summary>The routing; all sets of a tree have the same kind.</summary>
        public T As<T>()
            where T : RoutingModel => (T)Set.Routing;
    }
}
