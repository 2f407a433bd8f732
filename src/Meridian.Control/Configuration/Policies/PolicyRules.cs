using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Policies;

/// <summary>What must hold among the policies.</summary>
internal static class PolicyRules
{
    /// <summary>
    /// Policies that refer to policies, one after the other: deeper trees are nobody's, and the compiler recurses.
    /// </summary>
    private const int MaxDepth = 32;

    public static void Check(ReadContext context, ImmutableSortedDictionary<string, PolicyModel> policies)
    {
        foreach ((string name, SourcePosition position) in context.Names.Of(NameKind.Policy).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (context.Names.Of(NameKind.Pool).TryGetValue(name, out SourcePosition pool))
            {
                context.Diagnostics.Error(
                    position,
                    $"policies/{name}",
                    $"'{name}' is also the name of a pool, at {pool}: a tree could mean either");
            }
        }
        Dictionary<string, int> depths = new(StringComparer.Ordinal);
        foreach (PolicyModel policy in policies.Values)
        {
            Visit(context, policies, policy, [], depths);
            CheckStrict(context, policies, policy);
        }
    }

    /// <summary>
    /// The depth of a policy over those that it refers to. Reports each cycle once, at the policy that closes it.
    /// </summary>
    private static int Visit(
        ReadContext context,
        ImmutableSortedDictionary<string,
        PolicyModel> policies,
        PolicyModel policy,
        List<string> path,
        Dictionary<string,
        int> depths)
    {
        if (depths.TryGetValue(policy.Name, out int known))
        {
            return known;
        }
        path.Add(policy.Name);
        int depth = 1;
        foreach (string name in PolicyTree.PoliciesOf(policy))
        {
            int cycle = path.IndexOf(name);
            if (cycle >= 0)
            {
                Report(
                    context,
                    policy.Name,
                    $"policies lead back to themselves: {string.Join(" → ", path.Skip(cycle))} → {name}");
            }
            else if (path.Count < MaxDepth && policies.TryGetValue(name, out PolicyModel? next))
            {
                depth = Math.Max(depth, Visit(context, policies, next, path, depths) + 1);
            }
            else if (path.Count >= MaxDepth)
            {
                depth = MaxDepth + 1;
            }
        }
        path.RemoveAt(path.Count - 1);
        depths[policy.Name] = depth;
        if (depth == MaxDepth + 1)
        {
            Report(context, policy.Name, $"more than {MaxDepth} policies refer to each other in a row");
        }
        return depth;
    }

    private static void CheckStrict(
        ReadContext context, ImmutableSortedDictionary<string, PolicyModel> policies, PolicyModel policy)
    {
        if (!policy.Strict)
        {
            return;
        }
        bool hasMatch = PolicyTree.Reachable(policy, policies).SelectMany(reached => PolicyTree.SelfAndDescendants(reached.Root)).Any(node => node is GeoNode or NetworkNode);
        if (!hasMatch && context.Names.IsComplete)
        {
            Report(
                context,
                $"{policy.Name}/strict",
                "a strict policy stays within the matched place, but no geo or network node is in it to match one");
        }
        if (policy.WhenAllDown == WhenAllDown.Pool)
        {
            string path = $"policies/{policy.Name}/when-all-down";
            context.Diagnostics.Warning(
                Position(context, path),
                path,
                $"a strict policy never answers outside the match: its fallback pool '{policy.FallbackPool}' is used "
                    + "only where it is a match");
        }
    }

    private static void Report(ReadContext context, string path, string message) =>
        context.Diagnostics.Error(Position(context, $"policies/{path}"), $"policies/{path}", message);

    private static SourcePosition Position(ReadContext context, string path) =>
        context.Positions.TryFind(path, out SourcePosition? position) ? position.Value : default;
}
