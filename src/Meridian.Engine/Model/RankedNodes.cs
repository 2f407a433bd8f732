using System.Collections.Immutable;

namespace Meridian.Engine.Model;

/// <summary>A child that stands somewhere.</summary>
/// <param name="Node">The child.</param>
/// <param name="Site">The site that it is measured to; a key of <see cref="MeridianModel.Sites"/>.</param>
/// <param name="Bias">For proximity: −99 to 99; more draws clients from farther away (Route 53's geoproximity bias).</param>
public readonly record struct SitedChild(SteeringNode Node, string Site, int Bias);

/// <summary>The available child with the smallest biased distance from the client.</summary>
public sealed record ProximityNode(ImmutableArray<SitedChild> Of) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of.Select(child => child.Node);
}

/// <summary>
/// The available child with the lowest round-trip time from the client's network by the latency table; where nothing was
/// measured, by an estimate from the distance.
/// </summary>
public sealed record LatencyNode(ImmutableArray<SitedChild> Of) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of.Select(child => child.Node);
}

/// <summary>
/// The cheapest available child among those whose round-trip time is within a bound of the best available one's. A child
/// whose committed volume is not used up yet costs nothing more, so it comes first.
/// </summary>
/// <param name="Of">The children.</param>
/// <param name="WithinMilliseconds">How much slower than the best a child may be; 0 or more.</param>
/// <param name="Metric">The load reading that is compared with the commit.</param>
public sealed record CheapestNode(ImmutableArray<PricedChild> Of, double WithinMilliseconds, string Metric) : SteeringNode
{
    /// <summary>The load reading that is added up over the children and compared with the budget.</summary>
    public const string SpendMetric = "spend";

    /// <summary>
    /// Once more than this was spent on the children, in the operator's unit, the bound is lifted: the cheapest available one is
    /// taken however slow it is. Null for no budget; a spend that is not known lifts nothing.
    /// </summary>
    public double? Budget { get; init; }

    public override IEnumerable<SteeringNode> Children => Of.Select(child => child.Node);
}

/// <summary>One child of a cheapest node.</summary>
/// <param name="Node">The child.</param>
/// <param name="Site">The site that it is measured to; null for one without a place, such as an anycast CDN.</param>
/// <param name="Cost">In the operator's unit, 0 or more.</param>
/// <param name="Commit">The volume that is paid for in any case, in the unit of the metric; null for none.</param>
/// <param name="Subject">Whose load is compared with the commit: a pool's or a policy's name; null for a child without a name.</param>
public readonly record struct PricedChild(SteeringNode Node, string? Site, double Cost, double? Commit, string? Subject);

/// <summary>
/// Pools with capacities, nearest first. What a failed pool's clients ask for, and what a full one's ask for beyond its
/// capacity, is spread over the others in proportion to their free capacity.
/// </summary>
/// <param name="Of">The pools; the capacity is that of the site.</param>
/// <param name="Metric">The reading that says what clients nearest to a pool ask for, in the unit of capacity.</param>
public sealed record SpillNode(ImmutableArray<SpillChild> Of, string Metric) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => Of.Select(child => new PoolNode(child.Pool));
}

/// <summary>One pool of a spill node.</summary>
/// <param name="Pool">Its name.</param>
/// <param name="Site">Where it stands.</param>
/// <param name="Capacity">What it can serve, above 0, in the operator's unit.</param>
public readonly record struct SpillChild(string Pool, string Site, double Capacity);
