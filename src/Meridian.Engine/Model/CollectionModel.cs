using System.Collections.Immutable;
using System.Net;

namespace Meridian.Engine.Model;

/// <summary>Named sets of client networks that record sets refer to: a CIDR collection of Route 53.</summary>
public sealed record CollectionModel
{
    public required string Name { get; init; }

    /// <summary>The networks of each location; no network is in two of them.</summary>
    public required ImmutableSortedDictionary<string, ModelList<IPNetwork>> Locations { get; init; }
}
