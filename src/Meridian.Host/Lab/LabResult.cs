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

    /// <summary>From the event to the authority's first answer without the mistake; null for other scenarios.</summary>
    public double? RevertedAfter { get; init; }

    /// <summary>Each mix with each TTL.</summary>
    public required ImmutableArray<LabCell> Cells { get; init; }

    /// <summary>Shares of the two regions at the authority and behind the caches, before the event.</summary>
    public required (double Authority, double Caches) EuShareBefore { get; init; }

    /// <summary>What the authority answers, what clients reach and what fails, from a little before the event on.</summary>
    public required LabTimeline Timeline { get; init; }

    /// <summary>What the simulator says of <see cref="LabTimeline.Questions"/> from the event on; of a herd alone.</summary>
    public ImmutableArray<double> PredictedQuestions { get; init; } = [];

    /// <summary>What control tools said of caches, and what was seen behind them.</summary>
    public required ImmutableArray<InspectionCheck> Inspections { get; init; }

    /// <summary>Models that stand in for resolvers that are not installed.</summary>
    public required ImmutableArray<string> Models { get; init; }

    /// <summary>Lookups that got no answer at all.</summary>
    public required int Unanswered { get; init; }

    public required int Lookups { get; init; }

    /// <summary>Each single one, and those to the authority itself.</summary>
    public ImmutableArray<LabSample> Samples { get; init; } = [];

    /// <summary>Requests that nobody served, in each second from the event on.</summary>
    public IEnumerable<int> FailedPerSecond => Timeline.Failed.Skip(-Timeline.From);
}

/// <summary>Second by second.</summary>
/// <param name="From">The first second, relative to the event.</param>
/// <param name="Authority">The share of eu in the authority's answers.</param>
/// <param name="Eu">Requests that reached eu.</param>
/// <param name="Us">Requests that reached us.</param>
/// <param name="Failed">Requests that reached nothing, or had no answer to go by.</param>
/// <param name="Questions">Questions that the authority answered, but for those of the lab itself.</param>
internal sealed record LabTimeline(
    int From, ImmutableArray<double> Authority, ImmutableArray<int> Eu, ImmutableArray<int> Us, ImmutableArray<int> Failed, ImmutableArray<double> Questions);

/// <summary>One mix with one TTL.</summary>
internal sealed record LabCell
{
    public required LabMix Mix { get; init; }

    public required int Ttl { get; init; }

    public required ImmutableArray<LabPopulation> Populations { get; init; }

    /// <summary>All populations together, by their lookups.</summary>
    public required LabPopulation All { get; init; }

    /// <summary>Independent cache entries: caches times names.</summary>
    public required int Entries { get; init; }
}

/// <summary>Clients behind one kind of cache.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Says">What it does with TTLs.</param>
/// <param name="Caches">How many.</param>
/// <param name="Old">What is left of the traffic to what the event took away, second by second.</param>
/// <param name="Predicted">The same by the simulator, told when the authority's answers changed.</param>
/// <param name="Blind">The same by the simulator, which works that out too.</param>
/// <param name="Moved">Seconds until 50, 95, 99 and 100 % had moved, measured; null when they had not.</param>
internal sealed record LabPopulation(
    string Name,
    string Says,
    int Caches,
    ImmutableArray<double> Old,
    ImmutableArray<double> Predicted,
    ImmutableArray<double> Blind,
    ImmutableArray<double?> Moved)
{
    /// <summary>Kolmogorov-Smirnov distance between the share that has moved, measured and predicted.</summary>
    public double Distance => DistanceTo(Predicted);

    /// <summary>The same when the simulator has to work out by itself when the failure is found.</summary>
    public double BlindDistance => DistanceTo(Blind);

    private double DistanceTo(ImmutableArray<double> other) => Old.Zip(other, (one, two) => Math.Abs(one - two)).DefaultIfEmpty(0).Max();
}
