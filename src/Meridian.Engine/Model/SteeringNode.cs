using System.Collections.Immutable;
using System.Net;

namespace Meridian.Engine.Model;

/// <summary>A node of a policy's tree. The kinds are listed in docs/configuration.md.</summary>
public abstract record SteeringNode
{
    /// <summary>The nodes right below it in the same policy, in the order of the configuration.</summary>
    public virtual IEnumerable<SteeringNode> Children => [];
}

/// <summary>A leaf: a pool by name.</summary>
public sealed record PoolNode(string Pool) : SteeringNode;

/// <summary>Another policy's tree by name. Its own TTL and when-all-down do not apply here; its <c>strict</c> does.</summary>
public sealed record PolicyNode(string Policy) : SteeringNode;

/// <summary>The first available child.</summary>
public sealed record FailoverNode(ImmutableArray<SteeringNode> Of) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of;
}

/// <summary>A draw among the available children, in proportion to their weights.</summary>
/// <param name="Of">Children and their weights, 0 to 1,000,000. 0 only when nothing else is available; all 0 is equal.</param>
/// <param name="Sticky">The same client network keeps its draw (rendezvous hashing on its /24 or /56).</param>
public sealed record WeightedNode(ImmutableArray<WeightedChild> Of, bool Sticky) : SteeringNode
{
    /// <summary>A child that is a pool counts with its weight times the share of its members that are available.</summary>
    public bool ScaleByHealth { get; init; }

    /// <summary>How a child is chosen for who asks.</summary>
    public WeightedAssign Assign { get; init; }

    public override IEnumerable<SteeringNode> Children => Of.Select(child => child.Node);
}

/// <summary>How a <see cref="WeightedNode"/> chooses.</summary>
public enum WeightedAssign
{
    /// <summary>By a draw for each query, or for each client network.</summary>
    Draw,

    /// <summary>
    /// Resolvers are assigned by their observed volume, so that the traffic behind them follows the weights; those that are not
    /// observed are drawn for.
    /// </summary>
    ByResolver,
}

/// <summary>One child of a weighted node.</summary>
public readonly record struct WeightedChild(SteeringNode Node, int Weight);

/// <summary>The child of the most specific place that the client is in; an unavailable one falls to the next less specific.</summary>
/// <param name="Places">Places and their children.</param>
/// <param name="Default">For clients in none of them; null gives those no answer.</param>
/// <param name="Strict">This node, and everything below it, never answers outside the match.</param>
public sealed record GeoNode(ImmutableArray<GeoBranch> Places, SteeringNode? Default, bool Strict) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Default is null
        ? Places.Select(branch => branch.Node)
        : Places.Select(branch => branch.Node).Append(Default);
}

/// <summary>One place of a geo node.</summary>
public readonly record struct GeoBranch(PlaceKey Place, SteeringNode Node);

/// <summary>Up to <paramref name="Max"/> available members out of all children in one answer.</summary>
/// <param name="Of">The children; each contributes what it would answer.</param>
/// <param name="Max">1 to 64.</param>
/// <param name="SpreadSites">Draw in turn from each site, so that a cached answer holds an alternative elsewhere.</param>
public sealed record MultivalueNode(ImmutableArray<SteeringNode> Of, int Max, bool SpreadSites) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of;
}

/// <summary>Rendezvous hashing over the available children: a child that comes or goes moves only its own share.</summary>
/// <param name="Of">The children, each as likely as another.</param>
/// <param name="Key">What is hashed.</param>
public sealed record HashNode(ImmutableArray<SteeringNode> Of, HashKey Key) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of;
}

/// <summary>What a <see cref="HashNode"/> hashes.</summary>
public enum HashKey
{
    /// <summary>The client's network, /24 or /56.</summary>
    Client,

    /// <summary>The name that is asked for, in lower case.</summary>
    QName,
}

/// <summary>
/// The child of the longest listed prefix that the client is in, then of its autonomous system, then the default. An
/// unavailable one falls to the next in this order.
/// </summary>
/// <param name="Networks">Networks and their children.</param>
/// <param name="Default">For clients in none of them; null gives those no answer.</param>
/// <param name="Strict">This node, and everything below it, never answers outside the match.</param>
public sealed record NetworkNode(ImmutableArray<NetworkBranch> Networks, SteeringNode? Default, bool Strict) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Default is null
        ? Networks.Select(branch => branch.Node)
        : Networks.Select(branch => branch.Node).Append(Default);
}

/// <summary>One network of a network node: exactly one of prefix and system is set.</summary>
/// <param name="Prefix">A prefix without host bits.</param>
/// <param name="AutonomousSystem">The number of an autonomous system.</param>
/// <param name="Node">Its child.</param>
public readonly record struct NetworkBranch(IPNetwork? Prefix, uint? AutonomousSystem, SteeringNode Node)
{
    /// <summary>The key as an operator writes it.</summary>
    public string Key => Prefix is { } prefix ? prefix.ToString() : $"AS{AutonomousSystem}";
}
