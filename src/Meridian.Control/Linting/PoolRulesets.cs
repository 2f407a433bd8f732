using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Rules about pools, monitors and what nothing refers to.</summary>
internal static class PoolRulesets
{
    public static IEnumerable<LintFinding> Find(MeridianModel model)
    {
        HashSet<string> answered = [.. model.Zones.Values.SelectMany(zone => zone.RRsets.Kept).Select(rrset => rrset.Steering?.Policy).OfType<string>()];
        HashSet<string> policies = [.. answered];
        foreach (string policy in answered)
        {
            policies.UnionWith(Referred(model, model.Policies[policy].Root));
        }
        HashSet<string> pools =
        [
            .. policies.SelectMany(policy => LintTree.PoolsOf(model, model.Policies[policy].Root)),
            .. policies.Select(policy => model.Policies[policy].FallbackPool).OfType<string>(),
        ];
        HashSet<string> monitors =
        [
            .. model.Pools.Values.Select(pool => pool.Monitor).OfType<string>(),
            .. model.Policies.Values.SelectMany(LintTree.NodesOf).Select(at => (at.Node as RampNode)?.Guard).OfType<string>(),
        ];
        return
        [
            .. model.Policies.Keys.Where(name => !policies.Contains(name)).Select(name => new LintFinding(LintRule.Unreachable, $"policies/{name}", $"no record is steered by the policy '{name}'")),
            .. model.Pools.Values.Where(pool => !pool.IsImplicit && !pools.Contains(pool.Name))
                .Select(pool => new LintFinding(LintRule.Unreachable, $"pools/{pool.Name}", $"no record can be answered from the pool '{pool.Name}'")),
            .. model.Monitors.Keys.Where(name => !monitors.Contains(name)).Select(name => new LintFinding(LintRule.MonitorUnused, $"monitors/{name}", $"no pool uses the monitor '{name}'")),
            .. model.Pools.Values.Where(pool => pool.MinHealthy > 1 && pool.MinHealthy >= pool.Members.Length)
                .Select(pool => new LintFinding(LintRule.NoSpare, $"pools/{pool.Name}/min-healthy", $"the pool '{pool.Name}' needs all {pool.Members.Length} of its members")),
        ];
    }

    private static IEnumerable<string> Referred(MeridianModel model, SteeringNode node) => node is PolicyNode policy
        ? Referred(model, model.Policies[policy.Policy].Root).Prepend(policy.Policy)
        : node.Children.SelectMany(child => Referred(model, child));
}
