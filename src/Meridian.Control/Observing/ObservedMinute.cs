using System.Collections.Immutable;

namespace Meridian.Control.Observing;

/// <summary>The account of one minute. Immutable.</summary>
/// <param name="Start">When it began.</param>
/// <param name="Queries">All that were answered in it.</param>
/// <param name="Rows">The largest askers.</param>
/// <param name="Rest">By number of the name: the queries of everybody else.</param>
/// <param name="Resolvers">Different resolvers.</param>
/// <param name="Subnets">Different client networks that resolvers named.</param>
internal sealed record ObservedMinute(
    DateTimeOffset Start,
    double Queries,
    ImmutableArray<AskerCount> Rows,
    ImmutableArray<KeyValuePair<int, double>> Rest,
    DistinctCounter Resolvers,
    DistinctCounter Subnets);
