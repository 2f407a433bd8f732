using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Meridian.Engine.Assigning;

namespace Meridian.Control.Observing;

/// <summary>What is looked up behind resolvers, and who is assigned where, as people and programs read it.</summary>
internal static class DemandOutput
{
    /// <summary>Tables for a terminal; empty when nothing is known.</summary>
    public static string ToText(ObservedDemands demands, int top)
    {
        ResolverDemand[] resolvers = [.. demands.ByResolver().Take(top)];
        StringBuilder text = new();
        if (resolvers.Length > 0)
        {
            int width = resolvers.Select(resolver => resolver.Resolver.Length).Append("resolver".Length).Max();
            text.Append("\nWhat clients look up behind resolvers, cached answers included, by how soon caches ask again after expiry:\n");
            text.Append(CultureInfo.InvariantCulture, $"{"resolver".PadRight(width)}  {"lookups/s",12}  {"±",7}  {"queries/s",10}  {"caches",7}  {"waits",6}\n");
            foreach (ResolverDemand resolver in resolvers)
            {
                string lookups = string.Create(CultureInfo.InvariantCulture, $"{(resolver.IsAtLeast ? "≥ " : "")}{resolver.Lookups:0.00}");
                text.Append(CultureInfo.InvariantCulture, $"{resolver.Resolver.PadRight(width)}  {lookups,12}  {resolver.Error / Math.Max(resolver.Lookups, double.Epsilon),7:P0}  {resolver.Queries,10:0.000}  {resolver.Caches,7:0}  {resolver.Waits,6}\n");
            }
        }
        foreach (AssignedNodeReport node in demands.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nPolicy {node.Policy} assigns {node.Networks:N0} networks with {node.Assigned:P1} of {node.Lookups:N1} lookups/s; {node.TooLarge} too large to be assigned; {node.Moved:P1} of the traffic has moved since the assignment before\n");
            foreach (AssignedChildReport child in node.Children)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {child.Name}: meant {child.Meant:P1}, expected {child.Expected:P1}\n");
            }
        }
        return text.ToString();
    }

    /// <summary>The demand behind resolvers.</summary>
    public static JsonArray Resolvers(ObservedDemands demands, int top) =>
        new([.. demands.ByResolver().Take(top).Select(resolver => new JsonObject
        {
            ["resolver"] = resolver.Resolver,
            ["lookupsPerSecond"] = Math.Round(resolver.Lookups, 3),
            ["standardError"] = Math.Round(resolver.Error, 3),
            ["isAtLeast"] = resolver.IsAtLeast,
            ["queriesPerSecond"] = Math.Round(resolver.Queries, 4),
            ["caches"] = Math.Round(resolver.Caches, 1),
            ["waits"] = resolver.Waits,
        })]);

    /// <summary>The nodes that assign.</summary>
    public static JsonArray Nodes(ObservedDemands demands) => new([.. demands.Nodes.Select(node => new JsonObject
    {
        ["policy"] = node.Policy,
        ["networks"] = node.Networks,
        ["assigned"] = Math.Round(node.Assigned, 4),
        ["tooLarge"] = node.TooLarge,
        ["moved"] = Math.Round(node.Moved, 4),
        ["lookupsPerSecond"] = Math.Round(node.Lookups, 2),
        ["children"] = new JsonArray([.. node.Children.Select(child => new JsonObject
        {
            ["name"] = child.Name,
            ["meant"] = Math.Round(child.Meant, 4),
            ["expected"] = Math.Round(child.Expected, 4),
        })]),
    })]);
}
