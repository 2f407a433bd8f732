using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Health.Standby;

/// <summary>
/// Where pools stand in for each other: their places in the failover nodes of the policies that records use. Immutable.
/// </summary>
internal sealed class StandbyMap
{
    internal static readonly StandbyMap Empty = new(ImmutableSortedDictionary<string, PolicyModel>.Empty);

    // Policies in policies; the compiler allows fewer, and no circles.
    private const int MaxDepth = 64;

    private readonly Dictionary<string, List<ImmutableArray<Step>>> _places = new(StringComparer.Ordinal);
    private readonly ImmutableSortedDictionary<string, PolicyModel> _policies;

    private StandbyMap(ImmutableSortedDictionary<string, PolicyModel> policies) => _policies = policies;

    internal static StandbyMap Of(MeridianModel model)
    {
        StandbyMap map = new(model.Policies);
        IEnumerable<string> used = model.Zones.Values
            .SelectMany(zone => zone.RRsets.Kept)
            .Select(rrset => rrset.Steering?.Policy)
            .OfType<string>();
        foreach (string name in used.Distinct(StringComparer.Ordinal))
        {
            if (model.Policies.TryGetValue(name, out PolicyModel? policy))
            {
                map.Walk(policy.Root, [], 0);
            }
        }

        return map;
    }

    /// <summary>Whether clients of the pool have another place to be, wherever it is used.</summary>
    internal bool HasAlternative(string pool, Func<string, bool> isAvailable) =>
        _places.TryGetValue(pool, out List<ImmutableArray<Step>>? places)
        && places.TrueForAll(place => place.Any(step => Others(step).Any(other => IsAvailable(other, isAvailable, 0))));

    /// <summary>Whether it gets no clients but those of others that failed.</summary>
    internal bool IsStandby(string pool) =>
        _places.TryGetValue(pool, out List<ImmutableArray<Step>>? places) && places.TrueForAll(place => place.Any(step => step.Index > 0));

    /// <summary>Whether all that stand before it have failed, somewhere.</summary>
    internal bool IsWanted(string pool, Func<string, bool> isAvailable) =>
        _places.TryGetValue(pool, out List<ImmutableArray<Step>>? places)
        && places.Exists(place => place.All(step => !step.Node.Of.Take(step.Index).Any(before => IsAvailable(before, isAvailable, 0))));

    private static IEnumerable<SteeringNode> Others(Step step) => step.Node.Of.Where((_, index) => index != step.Index);

    private bool IsAvailable(SteeringNode node, Func<string, bool> isAvailable, int depth) => node switch
    {
        _ when depth > MaxDepth => false,
        PoolNode pool => isAvailable(pool.Pool),
        PolicyNode other => _policies.TryGetValue(other.Policy, out PolicyModel? policy) && IsAvailable(policy.Root, isAvailable, depth + 1),
        _ => node.Children.Any(child => IsAvailable(child, isAvailable, depth + 1)),
    };

    private void Walk(SteeringNode node, ImmutableArray<Step> above, int depth)
    {
        if (depth > MaxDepth)
        {
            return;
        }

        switch (node)
        {
            case PoolNode pool:
                if (!_places.TryGetValue(pool.Pool, out List<ImmutableArray<Step>>? places))
                {
                    _places.Add(pool.Pool, places = []);
                }

                places.Add(above);
                break;
            case PolicyNode other when _policies.TryGetValue(other.Policy, out PolicyModel? policy):
                Walk(policy.Root, policy.Strict ? [] : above, depth + 1);
                break;
            case FailoverNode failover:
                for (int i = 0; i < failover.Of.Length; i++)
                {
                    Walk(failover.Of[i], above.Add(new Step(failover, i)), depth + 1);
                }

                break;
            default:
                // Out of a strict place nobody is sent elsewhere: what stands beside it is no alternative to what is in it.
                bool isStrict = node is GeoNode { Strict: true } or NetworkNode { Strict: true };
                foreach (SteeringNode child in node.Children)
                {
                    Walk(child, isStrict ? [] : above, depth + 1);
                }

                break;
        }
    }

    /// <summary>A failover node above a pool, and which of its children leads to the pool.</summary>
    private readonly record struct Step(FailoverNode Node, int Index);
}
