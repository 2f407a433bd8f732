using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.RecordSets;

/// <summary>
/// Works out what record sets and aliases mean in terms of everything else: a policy whose leaves are pools of their own. So
/// there is one engine, and whatever explains, compares or guards policies knows record sets too. What it adds is marked
/// as implicit, and is replaced when it is done again: it can be applied to its own result.
/// </summary>
public static class RecordSetExpansion
{
    /// <summary>The model with everything worked out.</summary>
    /// <param name="model">A model whose references resolve, as far as they are those of the documents.</param>
    /// <param name="problems">Alias targets that are not there, circles, and monitors that cannot say whether a set is healthy.</param>
    public static MeridianModel Expand(MeridianModel model, out ImmutableArray<ModelProblem> problems)
    {
        problems = [];
        MeridianModel written = WithoutImplicit(model);
        bool hasSets = written.Zones.Values.Any(zone => zone.RRsets.Kept.Any(rrset => rrset.IsExpanded));
        if (!hasSets && !written.Monitors.Values.Any(StandingMonitors.IsRunByItself))
        {
            return written;
        }
        ImplicitParts parts = new(written);
        AliasResolver aliases = new(written, parts);
        ImmutableSortedDictionary<ZoneKey, ZoneModel>.Builder zones = written.Zones.ToBuilder();
        foreach (ZoneModel zone in written.Zones.Values)
        {
            if (zone.RRsets.Kept.Any(rrset => rrset.IsExpanded))
            {
                zones[zone.Key] = zone with { RRsets = zone.RRsets.WithKept(rrset => rrset.IsExpanded ? aliases.Expand(zone, rrset) : rrset) };
            }
        }
        problems = parts.Problems;
        return parts.AddTo(written with { Zones = zones.ToImmutable(), AliasTargets = aliases.Targets });
    }

    /// <summary>
    /// Whether what an owner has can change what record sets and aliases mean: it has some itself, or one leads to it. Otherwise
    /// what was worked out goes on being right.
    /// </summary>
    /// <param name="model">Worked out.</param>
    /// <param name="owner">Whose records change; it is no zone cut.</param>
    /// <param name="rrsets">What it had and what it will have.</param>
    public static bool DependsOn(MeridianModel model, DomainName owner, IEnumerable<RRsetModel> rrsets) =>
        model.AliasTargets.Contains(owner) || rrsets.Any(rrset => rrset.IsExpanded);

    /// <summary>The model as it was written.</summary>
    private static MeridianModel WithoutImplicit(MeridianModel model)
    {
        string[] sites = [.. model.Sites.Values.Where(site => site.IsImplicit).Select(site => site.Name)];
        string[] pools = [.. model.Pools.Values.Where(pool => pool.IsImplicit).Select(pool => pool.Name)];
        string[] policies = [.. model.Policies.Values.Where(policy => policy.IsImplicit).Select(policy => policy.Name)];
        return sites.Length + pools.Length + policies.Length + model.AliasTargets.Count == 0 ? model : model with
        {
            AliasTargets = ImmutableSortedSet<DomainName>.Empty,
            Sites = model.Sites.RemoveRange(sites),
            Pools = model.Pools.RemoveRange(pools),
            Policies = model.Policies.RemoveRange(policies),
        };
    }
}
