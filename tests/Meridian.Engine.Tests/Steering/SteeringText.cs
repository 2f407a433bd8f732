using System.Globalization;
using System.Text;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Steering;

/// <summary>A random configuration as a person reads it.</summary>
internal static class SteeringText
{
    public static string Describe(RandomSteering steering)
    {
        StringBuilder text = new();
        foreach (PoolModel pool in steering.Model.Pools.Values)
        {
            string members = string.Join(", ", pool.Members.Select(member => $"{member.Target} {member.State} {steering.StatusOf(pool.Name, member.Target).Health}"));
            text.Append(CultureInfo.InvariantCulture, $"  pool {pool.Name}: at least {pool.MinHealthy} of {members}\n");
        }
        foreach (PolicyModel policy in steering.Model.Policies.Values.Where(policy => policy.Name != "outer"))
        {
            text.Append(CultureInfo.InvariantCulture, $"  policy {policy.Name}{(policy.Strict ? " strict" : "")}, when all are down {policy.WhenAllDown}: {Describe(policy.Root)}\n");
        }
        return text.ToString();
    }

    /// <summary>How many nodes a tree has.</summary>
    public static int Count(SteeringNode node) => 1 + node.Children.Sum(Count);

    public static string Describe(SteeringNode node) => node switch
    {
        PoolNode pool => pool.Pool,
        PolicyNode policy => $"policy {policy.Policy}",
        WeightedNode weighted => $"weighted({string.Join(", ", weighted.Of.Select(child => $"{Describe(child.Node)}*{child.Weight}"))})",
        GeoNode geo => $"geo({string.Join(", ", geo.Places.Select(branch => $"{branch.Place}: {Describe(branch.Node)}"))}{DefaultOf(geo.Default)})",
        NetworkNode network => $"network({string.Join(", ", network.Networks.Select(branch => $"{branch.Prefix}: {Describe(branch.Node)}"))}{DefaultOf(network.Default)})",
        _ => $"{node.GetType().Name.Replace("Node", "", StringComparison.Ordinal).ToLowerInvariant()}({string.Join(", ", node.Children.Select(Describe))})",
    };

    private static string DefaultOf(SteeringNode? node) => node is null ? "" : $", default: {Describe(node)}";
}
