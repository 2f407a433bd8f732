using System.Net;
using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Rules about trees that can be seen without clients.</summary>
internal static class PolicyRulesets
{
    public static IEnumerable<LintFinding> Find(MeridianModel model) =>
        model.Policies.Values.SelectMany(policy => OfPolicy(model, policy).Concat(LintTree.NodesOf(policy).SelectMany(at => at.Node switch
        {
            FailoverNode failover => OfFailover(model, failover, at.Path),
            WeightedNode weighted => OfWeighted(model, weighted, at.Path),
            MultivalueNode multivalue => OfMultivalue(model, multivalue, at.Path),
            NetworkNode network => OfNetwork(network, at.Path),
            _ => [],
        })));

    private static IEnumerable<LintFinding> OfPolicy(MeridianModel model, PolicyModel policy)
    {
        if (policy.FallbackPool is { } fallback && LintTree.PoolsOf(model, policy.Root).Contains(fallback))
        {
            yield return new(LintRule.FallbackInTree, $"policies/{policy.Name}/when-all-down", $"the fallback pool '{fallback}' is in the tree itself");
        }
    }

    private static IEnumerable<LintFinding> OfFailover(MeridianModel model, FailoverNode failover, string path)
    {
        for (int i = 0; i < failover.Of.Length - 1; i++)
        {
            SteeringNode child = failover.Of[i];
            SteeringNode next = failover.Of[i + 1];
            if (LintTree.IsAlwaysUp(model, child))
            {
                yield return new(LintRule.FailoverBlind, $"{path}/{i}", $"{LintTree.NameOf(child)} has no monitor, so {LintTree.NameOf(next)} is never used");
            }
            if (child is PoolNode first && next is PoolNode second
                && model.Pools[first.Pool].Site is { } site && model.Pools[second.Pool].Site == site)
            {
                yield return new(LintRule.SameSite, $"{path}/{i + 1}", $"pool '{second.Pool}' stands in the site of the pool that it replaces, '{site}'");
            }
        }
    }

    private static IEnumerable<LintFinding> OfWeighted(MeridianModel model, WeightedNode weighted, string path)
    {
        bool hasSolid = weighted.Of.Any(child => child.Weight > 0 && LintTree.IsAlwaysUp(model, child.Node));
        foreach (WeightedChild child in weighted.Of.Where(child => hasSolid && child.Weight == 0))
        {
            yield return new(LintRule.NeverDrawn, path, $"{LintTree.NameOf(child.Node)} has weight 0 beside a child that always counts as up");
        }
        if (weighted.Assign == WeightedAssign.ByResolver && model.Observing.Who == ObservedDetail.Nobody)
        {
            yield return new(LintRule.AssignUnobserved, path, "'assign: by-resolver' stands beside 'observing: {who: nobody}', so nobody is ever assigned");
        }
    }

    private static IEnumerable<LintFinding> OfMultivalue(MeridianModel model, MultivalueNode multivalue, string path)
    {
        string?[] sites = [.. LintTree.PoolsOf(model, multivalue)
            .SelectMany(pool => model.Pools[pool].Members.Select(member => member.Site ?? model.Pools[pool].Site)).Distinct()];
        if (sites is [{ } site])
        {
            yield return new(LintRule.OneSite, path, $"all members stand in the site '{site}'");
        }
    }

    private static IEnumerable<LintFinding> OfNetwork(NetworkNode network, string path)
    {
        Dictionary<IPNetwork, NetworkBranch> prefixes = network.Networks
            .Where(branch => branch.Prefix is not null).ToDictionary(branch => branch.Prefix.GetValueOrDefault());
        foreach ((IPNetwork prefix, NetworkBranch branch) in prefixes)
        {
            if (IsCovered(prefix, prefixes.Keys, isWhole: true))
            {
                yield return new(LintRule.ShadowedNetwork, $"{path}/{branch.Key}", $"the longer networks here cover all of {prefix}", prefix.BaseAddress.ToString());
                continue;
            }
            NetworkBranch? around = prefixes.Where(other => other.Key.PrefixLength < prefix.PrefixLength && other.Key.Contains(prefix.BaseAddress))
                .OrderByDescending(other => other.Key.PrefixLength).Select(other => (NetworkBranch?)other.Value).FirstOrDefault();
            if (around is { } parent && parent.Node is PoolNode or PolicyNode && parent.Node == branch.Node)
            {
                yield return new(LintRule.RedundantNetwork, $"{path}/{branch.Key}", $"{prefix} leads to the same as {parent.Key} around it", prefix.BaseAddress.ToString());
            }
        }
    }

    // A network is covered when it is listed itself (but for the one that is asked about), or when both its halves are.
    private static bool IsCovered(IPNetwork network, IEnumerable<IPNetwork> listed, bool isWhole)
    {
        if (!isWhole && listed.Contains(network))
        {
            return true;
        }
        int bits = network.BaseAddress.GetAddressBytes().Length * 8;
        return network.PrefixLength < bits
            && listed.Any(other => other.PrefixLength > network.PrefixLength && network.Contains(other.BaseAddress))
            && IsCovered(Half(network, upper: false), listed, isWhole: false)
            && IsCovered(Half(network, upper: true), listed, isWhole: false);
    }

    private static IPNetwork Half(IPNetwork network, bool upper)
    {
        byte[] address = network.BaseAddress.GetAddressBytes();
        if (upper)
        {
            address[network.PrefixLength / 8] |= (byte)(0x80 >> (network.PrefixLength % 8));
        }
        return new IPNetwork(new IPAddress(address), network.PrefixLength + 1);
    }
}
