using System.Net;

namespace Meridian.Engine.Model;

/// <summary>Clients that see zones of their own: those whose source address is in one of these networks.</summary>
public sealed record ViewModel
{
    public required string Name { get; init; }

    /// <summary>No network is in two views; of networks inside each other the longest prefix decides. Empty for nobody yet.</summary>
    public ModelList<IPNetwork> Networks { get; init; } = [];

    /// <summary>The VPC that stands for this view in the Route 53 API; null for none.</summary>
    public VpcModel? Vpc { get; init; }
}

/// <summary>A VPC as the Route 53 API names it: the two are one name, and lead to nothing of AWS's.</summary>
/// <param name="Region">Such as <c>eu-west-1</c>.</param>
/// <param name="Id">Such as <c>vpc-0a1b2c3d</c>.</param>
public sealed record VpcModel(string Region, string Id);
