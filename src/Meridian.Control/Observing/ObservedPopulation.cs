using System.Collections.Immutable;
using Meridian.Engine.Observing;

namespace Meridian.Control.Observing;

/// <summary>Who asked within some time. Immutable.</summary>
public sealed record ObservedPopulation
{
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Queries that were answered, by the weight of the samples.</summary>
    public required double Queries { get; init; }

    /// <summary>The askers that were told apart, largest first.</summary>
    public required ImmutableArray<ObservedRow> Rows { get; init; }

    /// <summary>Queries for configured names by askers that were not told apart.</summary>
    public required ImmutableArray<KeyValuePair<ObservedName, double>> Rest { get; init; }

    /// <summary>Queries for names that the configuration does not have.</summary>
    public required double OtherNames { get; init; }

    /// <summary>About how many resolvers.</summary>
    public required double Resolvers { get; init; }

    /// <summary>About how many client networks that resolvers named.</summary>
    public required double Subnets { get; init; }

    /// <summary>Queries that were answered while the account was not fetched in time, since the start.</summary>
    public required long Lost { get; init; }

    public double QueriesPerSecond => Queries / Math.Max(1, (To - From).TotalSeconds);

    /// <summary>Whether nothing was observed.</summary>
    public bool IsEmpty => Queries <= 0;
}

/// <summary>One asker with its name.</summary>
/// <param name="Asker">Who.</param>
/// <param name="Name">What for; null for a name that the configuration does not have.</param>
/// <param name="Queries">How often.</param>
public sealed record ObservedRow(Asker Asker, ObservedName? Name, double Queries);
