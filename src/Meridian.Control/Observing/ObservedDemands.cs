using System.Collections.Immutable;
using Meridian.Engine.Assigning;

namespace Meridian.Control.Observing;

/// <summary>How much is looked up behind whom, and who is assigned where by it. Immutable.</summary>
/// <param name="Askers">By demand, largest first.</param>
/// <param name="Nodes">The nodes that assign resolvers.</param>
public sealed record ObservedDemands(ImmutableArray<AskerDemand> Askers, ImmutableArray<AssignedNodeReport> Nodes)
{
    /// <summary>The demand behind each resolver for all names together, largest first.</summary>
    internal IEnumerable<ResolverDemand> ByResolver() => Askers
        .GroupBy(asker => (asker.Asker.Resolver, asker.Asker.ResolverLength))
        .Select(asked => new ResolverDemand(
            Asker.Text(asked.Key.Resolver, asked.Key.ResolverLength),
            asked.Sum(asker => asker.Demand.Lookups),
            // Errors of different names are independent.
            Math.Sqrt(asked.Sum(asker => Math.Pow(asker.Demand.Lookups * asker.Demand.Error, 2))),
            asked.Sum(asker => asker.Demand.Queries),
            asked.Max(asker => asker.Demand.Caches),
            asked.Sum(asker => asker.Demand.Waits),
            asked.Any(asker => asker.Demand.IsAtLeast)))
        .OrderByDescending(resolver => resolver.Lookups);
}

/// <summary>The demand behind one resolver.</summary>
/// <param name="Resolver">Its address or network.</param>
/// <param name="Lookups">Per second, by its clients.</param>
/// <param name="Error">Standard error, in lookups per second.</param>
/// <param name="Queries">Per second, that came here.</param>
/// <param name="Caches">Behind it, about.</param>
/// <param name="Waits">Waits after expiry that it was read from.</param>
/// <param name="IsAtLeast">It can be more, which cannot be seen from here.</param>
internal sealed record ResolverDemand(string Resolver, double Lookups, double Error, double Queries, double Caches, int Waits, bool IsAtLeast);
