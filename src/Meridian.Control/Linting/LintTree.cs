using System.Globalization;
using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Walks trees with the paths at which their nodes were written.</summary>
internal static class LintTree
{
    /// <summary>A policy's own nodes; what it refers to is another policy's.</summary>
    public static IEnumerable<(SteeringNode Node, string Path)> NodesOf(PolicyModel policy) => Walk(policy.Root, policy.Path);

    /// <summary>The key of a node's kind.</summary>
    public static string KindOf(SteeringNode node) => node.GetType().Name[..^"Node".Length].ToLowerInvariant();

    /// <summary>The pools below a node, through references. The documents have no cycle.</summary>
    public static IEnumerable<string> PoolsOf(MeridianModel model, SteeringNode node) => node switch
    {
        PoolNode pool => [pool.Pool],
        PolicyNode policy => PoolsOf(model, model.Policies[policy.Policy].Root),
        _ => node.Children.SelectMany(child => PoolsOf(model, child)),
    };

    /// <summary>Every node below, through references.</summary>
    public static IEnumerable<SteeringNode> AllOf(MeridianModel model, SteeringNode node) => node is PolicyNode policy
        ? AllOf(model, model.Policies[policy.Policy].Root)
        : node.Children.SelectMany(child => AllOf(model, child)).Prepend(node);

    /// <summary>What a child is called.</summary>
    public static string NameOf(SteeringNode node) => node switch
    {
        PoolNode pool => $"pool '{pool.Pool}'",
        PolicyNode policy => $"policy '{policy.Policy}'",
        GatedNode gated => NameOf(gated.Of),
        CommittedNode committed => NameOf(committed.Of),
        _ => $"a {KindOf(node)} node",
    };

    /// <summary>Whether something below always counts as up: a pool that no monitor checks, with enough members that nobody took out.</summary>
    public static bool IsAlwaysUp(MeridianModel model, SteeringNode node) => node switch
    {
        PoolNode { Pool: var name } => model.Pools[name] is { Monitor: null } pool
            && pool.Members.Count(member => member.State is AdminState.Auto or AdminState.ForcedUp) >= pool.MinHealthy,
        PolicyNode policy => IsAlwaysUp(model, model.Policies[policy.Policy].Root),
        CommittedNode => true,
        FailoverNode or WeightedNode or MultivalueNode or HashNode => node.Children.Any(child => IsAlwaysUp(model, child)),
        _ => false,
    };

    private static IEnumerable<(SteeringNode Node, string Path)> Walk(SteeringNode node, string path)
    {
        string key = $"{path}/{KindOf(node)}";
        yield return (node, node is PoolNode or PolicyNode ? path : key);
        int index = 0;
        foreach (SteeringNode child in node.Children)
        {
            foreach ((SteeringNode, string) below in Walk(child, $"{key}/{KeyOf(node, child, index)}"))
            {
                yield return below;
            }
            index++;
        }
    }

    private static string KeyOf(SteeringNode parent, SteeringNode child, int index) => parent switch
    {
        GeoNode geo => index < geo.Places.Length ? geo.Places[index].Place.ToString() : "default",
        NetworkNode network => index < network.Networks.Length ? network.Networks[index].Key : "default",
        WeightedNode when child is PoolNode pool => pool.Pool,
        WeightedNode when child is PolicyNode policy => policy.Policy,
        _ => index.ToString(CultureInfo.InvariantCulture),
    };
}
