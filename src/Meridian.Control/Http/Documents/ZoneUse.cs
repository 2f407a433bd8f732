using Meridian.Control.Changes.Documents;
using Meridian.Control.Linting;
using Meridian.Engine.Model;

namespace Meridian.Control.Http.Documents;

/// <summary>Which zones are answered from which pools.</summary>
internal static class ZoneUse
{
    /// <summary>The zones that use any of the pools, by name.</summary>
    public static IEnumerable<string> OfPools(MeridianModel model, IReadOnlySet<string> pools)
    {
        HashSet<string> policies = [.. model.Policies.Values
            .Where(policy => LintTree.PoolsOf(model, policy.Root).Any(pools.Contains) || FallsTo(policy, pools))
            .Select(policy => policy.Name)];
        return model.Zones.Values
            .Where(zone => zone.RRsets.Kept.Any(rrset => rrset.Steering is { } steering && policies.Contains(steering.Policy)))
            .Select(zone => RecordsName.OfZone(zone.Key));
    }

    private static bool FallsTo(PolicyModel policy, IReadOnlySet<string> pools) => policy.FallbackPool is { } pool && pools.Contains(pool);
}
