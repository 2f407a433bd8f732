using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>What must hold among the record sets of one name and type.</summary>
internal static class RecordSetRules
{
    /// <summary>Reports what is wrong; whether nothing is.</summary>
    public static bool Check(ReadContext context, RecordType type, List<PlacedSet> sets)
    {
        bool isRight = true;
        Dictionary<object, PlacedSet> seen = [];
        foreach (PlacedSet placed in sets)
        {
            string? problem = OfData(type, placed.Set) ?? OfKind(sets[0].Set, placed.Set) ?? OfKey(seen, placed);
            if (problem is not null)
            {
                context.Diagnostics.Error(placed.Position, placed.Path, problem);
                isRight = false;
            }
        }
        return isRight;
    }

    private static string? OfData(RecordType type, RecordSetModel set)
    {
        if (type == RecordType.CNAME && set.Rdata.Count > 1)
        {
            return "a name has one other name at most (RFC 2181 §10.1): put one value into each set";
        }
        if (set.Routing is not MultivalueRouting)
        {
            return null;
        }
        return set.Sets.Count > 0 ? "a multivalue set has values: what sets in it answer is decided, not collected"
            : set.Alias is not null ? "a multivalue set has values: there is no telling how many records an alias stands for"
            : type == RecordType.CNAME ? "a name has one other name at most (RFC 2181 §10.1): a CNAME cannot be multivalue"
            : null;
    }

    private static string? OfKind(RecordSetModel first, RecordSetModel set)
    {
        if (first.Routing.GetType() != set.Routing.GetType())
        {
            return $"all sets of a name and type have one kind of routing: '{first.Identifier}' is {NameOf(first.Routing)}, this one {NameOf(set.Routing)}";
        }
        return first.Routing is CollectionRouting one && set.Routing is CollectionRouting other && one.Collection != other.Collection
            ? $"all sets of a name and type use one collection: '{first.Identifier}' uses '{one.Collection}'"
            : null;
    }

    private static string? OfKey(Dictionary<object, PlacedSet> seen, PlacedSet placed)
    {
        object? key = placed.Set.Routing switch
        {
            LatencyRouting latency => latency.Region,
            FailoverRouting failover => failover.IsPrimary,
            PlaceRouting place => place.Place?.ToString() ?? "default",
            CollectionRouting collection => collection.Location ?? "default",
            _ => null,
        };
        return key is null || seen.TryAdd(key, placed) ? null
            : $"'{seen[key].Set.Identifier}' is for the same clients already: {Describe(placed.Set.Routing)}";
    }

    private static string Describe(RoutingModel routing) => routing switch
    {
        LatencyRouting latency => $"region {latency.Region}",
        FailoverRouting failover => failover.IsPrimary ? "it is the primary" : "it is the secondary",
        PlaceRouting place => $"place {place.Place?.ToString() ?? "default"}",
        CollectionRouting collection => $"location {collection.Location ?? "default"}",
        _ => NameOf(routing),
    };

    private static string NameOf(RoutingModel routing) => routing switch
    {
        WeightedRouting => "weighted",
        LatencyRouting => "latency",
        FailoverRouting => "failover",
        PlaceRouting => "geolocation",
        ProximityRouting => "geoproximity",
        CollectionRouting => "by network",
        _ => "multivalue",
    };
}
