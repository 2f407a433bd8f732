namespace Meridian.Engine.Model;

/// <summary>A child that is available only while a monitor with a target of its own does not say down.</summary>
/// <param name="Of">The child.</param>
/// <param name="Monitor">A key of <see cref="MeridianModel.Monitors"/>.</param>
public sealed record GatedNode(SteeringNode Of, string Monitor) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => [Of];
}

/// <summary>
/// A child that counts as available whatever its health: when nothing below it is, it answers as though everything were, and
/// no sibling is asked instead. An alias that does not evaluate the health of its target.
/// </summary>
/// <param name="Of">The child.</param>
public sealed record CommittedNode(SteeringNode Of) : SteeringNode
{
    public override IEnumerable<SteeringNode> Children => [Of];
}
