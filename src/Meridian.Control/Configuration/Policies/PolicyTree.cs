using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Policies;

/// <summary>Walks steering trees.</summary>
internal static class PolicyTree
{
    /// <summary>The node and everything below it in the same policy. Bounded by the nesting of the document.</summary>
    public static IEnumerable<SteeringNode> SelfAndDescendants(SteeringNode node)
    {
        yield return node;
        foreach (SteeringNode below in node.Children.SelectMany(SelfAndDescendants))
        {
            yield return below;
        }
    }

    /// <summary>The policies whose trees a policy refers to directly.</summary>
    public static IEnumerable<string> PoliciesOf(PolicyModel policy) =>
        SelfAndDescendants(policy.Root).OfType<PolicyNode>().Select(node => node.Policy).Distinct(StringComparer.Ordinal);

    /// <summary>A policy with all those that it refers to, directly or not; ends also when they form a cycle.</summary>
    public static IReadOnlyCollection<PolicyModel> Reachable(
        PolicyModel start, ImmutableSortedDictionary<string, PolicyModel> policies)
    {
        Dictionary<string, PolicyModel> found = new(StringComparer.Ordinal) { [start.Name] = start };
        Queue<PolicyModel> open = new([start]);
        while (open.TryDequeue(out PolicyModel? policy))
        {
            foreach (string name in PoliciesOf(policy))
            {
                if (policies.TryGetValue(name, out PolicyModel? next) && found.TryAdd(name, next))
                {
                    open.Enqueue(next);
                }
            }
        }
        return found.Values;
    }

    /// <summary>The pools that a policy can answer with, its fallback included.</summary>
    public static IEnumerable<string> PoolsOf(
        PolicyModel policy, ImmutableSortedDictionary<string, PolicyModel> policies)
    {
        IEnumerable<string> leaves = Reachable(policy, policies)
            .SelectMany(reached => SelfAndDescendants(reached.Root))
            .OfType<PoolNode>()
            .Select(node => node.Pool);
        return (policy.FallbackPool is null ? leaves : leaves.Append(policy.FallbackPool)).Distinct(StringComparer.Ordinal);
    }
}
