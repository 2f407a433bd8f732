using System.Collections.Immutable;
using Meridian.Control.Diffing;
using Meridian.Engine.Explaining;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Changes.Planning;

/// <summary>How demand moves between pools, as far as the address space tells.</summary>
internal static class CapacityEffects
{
    // 0 to 0.1. Less is noise of counting.
    private const double ShareMin = 0.0005;

    /// <summary>The pools whose share changes, the largest changes first.</summary>
    /// <param name="before">What is served.</param>
    /// <param name="after">What would be.</param>
    /// <param name="changes">The names that are answered otherwise; each counts alike.</param>
    public static ImmutableArray<CapacityEffect> Compare(DataPlaneSnapshot before, DataPlaneSnapshot after, ImmutableArray<NameChange> changes)
    {
        CountryPartition countries = CountryPartition.Of(after.Places);
        Dictionary<string, double> old = SharesOf(before, [.. changes.Select(change => change.PolicyBefore)], countries);
        Dictionary<string, double> now = SharesOf(after, [.. changes.Select(change => change.PolicyAfter)], countries);
        return
        [
            .. old.Keys.Union(now.Keys)
                .Select(pool => EffectOf(pool, before.Model, after.Model, old.GetValueOrDefault(pool), now.GetValueOrDefault(pool)))
                .Where(effect => Math.Abs(effect.After - effect.Before) >= ShareMin)
                .OrderByDescending(effect => Math.Abs(effect.After - effect.Before))
                .ThenBy(effect => effect.Pool, StringComparer.Ordinal),
        ];
    }

    private static CapacityEffect EffectOf(string pool, MeridianModel before, MeridianModel after, double old, double now)
    {
        PoolModel? model = after.Pools.GetValueOrDefault(pool) ?? before.Pools.GetValueOrDefault(pool);
        SiteModel? site = model?.Site is { } name ? after.Sites.GetValueOrDefault(name) ?? before.Sites.GetValueOrDefault(name) : null;
        return new CapacityEffect(pool, site?.Name, site?.Capacity, old, now);
    }

    private static Dictionary<string, double> SharesOf(
        DataPlaneSnapshot snapshot, ImmutableArray<string?> policies, CountryPartition countries)
    {
        Dictionary<string, double> shares = new(StringComparer.Ordinal);
        JointPartition joint = new();
        // Many names share few policies: each is gone through once.
        foreach (IGrouping<string, string> names in policies.OfType<string>().GroupBy(policy => policy, StringComparer.Ordinal))
        {
            PolicyClasses classes = PolicyClasses.Of(snapshot, names.Key);
            double[] addresses = new double[classes.Classes.Length];
            joint.Visit([classes.Map, countries.Map], (network, length, found) =>
            {
                if (network.IsIPv4 && countries.Codes[found[1]] is not null)
                {
                    addresses[found[0]] += Math.ScaleB(1, 32 - length);
                }
            });
            double all = Math.Max(1, addresses.Sum());
            for (int i = 0; i < addresses.Length; i++)
            {
                foreach (PoolShare share in classes.Classes[i].Shares)
                {
                    shares[share.Pool] = shares.GetValueOrDefault(share.Pool) + (share.Share * addresses[i] / all * names.Count() / policies.Length);
                }
            }
        }
        return shares;
    }
}
