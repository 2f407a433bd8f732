using System.Collections.Immutable;

namespace Meridian.Host.Lab;

/// <summary>What an experiment showed. Times are seconds; curves begin at the event and have one value a second.</summary>
internal sealed record LabResult
{
    public required LabOptions Options { get; init; }

    /// <summary>When the event was, in seconds from the start of the lookups.</summary>
    public required double EventAt { get; init; }

    /// <summary>From the event to the first changed answer of the authority; null when it never came.</summary>
    public required double? AnsweredAfter { get; init; }

    public required ImmutableArray<LabPopulation> Populations { get; init; }

    /// <summary>All populations together, by their lookups.</summary>
    public required LabPopulation All { get; init; }

    /// <summary>Shares of the two regions at the authority and behind the caches, before the event.</summary>
    public required (double Authority, double Caches) EuShareBefore { get; init; }

    /// <summary>Requests that nobody served, in each second from the event on.</summary>
    public required ImmutableArray<int> FailedPerSecond { get; init; }

    /// <summary>Lookups that got no answer at all.</summary>
    public required int Unanswered { get; init; }

    public required int Lookups { get; init; }
}

/// <summary>Clients behind one kind of cache.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Says">What it does with TTLs.</param>
/// <param name="Caches">How many.</param>
/// <param name="Old">The share of its lookups that still got what the event took away, second by second.</param>
/// <param name="Predicted">The same by the simulator.</param>
/// <param name="Distance">Kolmogorov-Smirnov distance between the share that has moved, measured and predicted.</param>
/// <param name="Moved">Seconds until 50, 95, 99 and 100 % had moved, measured; null when they had not.</param>
internal sealed record LabPopulation(
    string Name,
    string Says,
    int Caches,
    ImmutableArray<double> Old,
    ImmutableArray<double> Predicted,
    double Distance,
    ImmutableArray<double?> Moved);
