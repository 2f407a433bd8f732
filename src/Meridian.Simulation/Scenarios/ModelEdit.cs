using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Simulation.Scenarios;

/// <summary>The changes of a scenario, made to a model.</summary>
public static class ModelEdit
{
    /// <summary>Sets the operator's word on members.</summary>
    public static MeridianModel WithState(MeridianModel model, Subject subject, AdminState state) => model with
    {
        Pools = model.Pools.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value with
            {
                Members =
                [
                    .. pair.Value.Members.Select(member => subject.Holds(pair.Value, member)
                        ? member with { State = state, Until = null, Reason = state == AdminState.Auto ? null : "scenario" }
                        : member),
                ],
            }),
    };

    /// <summary>Sets a policy's TTL, also where a record had one of its own.</summary>
    public static MeridianModel WithTtl(MeridianModel model, string policy, uint seconds) => model with
    {
        Policies = model.Policies.SetItem(policy, model.Policies[policy] with { TtlSeconds = seconds }),
        Zones = model.Zones.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value with
            {
                RRsets = pair.Value.RRsets.WithKept(rrset =>
                    rrset.Steering?.Policy == policy && rrset.TtlSeconds is not null ? rrset with { TtlSeconds = seconds } : rrset),
            }),
    };

    /// <summary>Sets a policy's jitter.</summary>
    public static MeridianModel WithJitter(MeridianModel model, string policy, double jitter) =>
        model with { Policies = model.Policies.SetItem(policy, model.Policies[policy] with { TtlJitter = jitter }) };

    /// <summary>Sets the weight of a child wherever the policy draws among weighted children.</summary>
    public static MeridianModel WithWeight(MeridianModel model, string policy, string child, int weight) => model with
    {
        Policies = model.Policies.SetItem(
            policy, model.Policies[policy] with { Root = Reweigh(model.Policies[policy].Root, child, weight) }),
    };

    private static SteeringNode Reweigh(SteeringNode node, string child, int weight) => node switch
    {
        WeightedNode weighted => weighted with
        {
            Of =
            [
                .. weighted.Of.Select(entry => NameOf(entry.Node) == child
                    ? entry with { Weight = weight }
                    : entry with { Node = Reweigh(entry.Node, child, weight) }),
            ],
        },
        FailoverNode failover => failover with { Of = [.. failover.Of.Select(entry => Reweigh(entry, child, weight))] },
        GeoNode geo => geo with
        {
            Places = [.. geo.Places.Select(branch => branch with { Node = Reweigh(branch.Node, child, weight) })],
            Default = geo.Default is null ? null : Reweigh(geo.Default, child, weight),
        },
        NetworkNode network => network with
        {
            Networks = [.. network.Networks.Select(branch => branch with { Node = Reweigh(branch.Node, child, weight) })],
            Default = network.Default is null ? null : Reweigh(network.Default, child, weight),
        },
        _ => node,
    };

    private static string? NameOf(SteeringNode node) => (node as PoolNode)?.Pool ?? (node as PolicyNode)?.Policy;
}
