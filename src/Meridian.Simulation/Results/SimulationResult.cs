using System.Collections.Immutable;

namespace Meridian.Simulation.Results;

/// <summary>What a run showed. Times are seconds from its start, traffic is in lookups.</summary>
public sealed record SimulationResult
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required ulong Seed { get; init; }

    public required double DurationSeconds { get; init; }

    /// <summary>Width of the bins of every series.</summary>
    public required double BinSeconds { get; init; }

    public required long Clients { get; init; }

    public required int Resolvers { get; init; }

    /// <summary>Caches that keep an answer of their own: farms and client networks count each.</summary>
    public required int Caches { get; init; }

    public required AuthorityLoad Authority { get; init; }

    /// <summary>Addresses and names that clients were sent to, most traffic first.</summary>
    public required ImmutableArray<TargetTraffic> Targets { get; init; }

    public required ImmutableArray<EventOutcome> Events { get; init; }

    /// <summary>Requests that met a dead target, or no answer at all, per bin.</summary>
    public required ImmutableArray<double> Failed { get; init; }

    /// <summary>Requests per bin.</summary>
    public required ImmutableArray<double> Requests { get; init; }

    /// <summary>What assigning resolvers came to; null when nothing is assigned.</summary>
    public AssignmentOutcome? Assignment { get; init; }

    public double FailedTotal => Failed.Sum();

    public double RequestsTotal => Requests.Sum();
}

/// <summary>What the caches asked of the authority.</summary>
/// <param name="Queries">In all.</param>
/// <param name="MeanPerSecond">Over the run.</param>
/// <param name="PeakPerSecond">In the busiest second.</param>
/// <param name="PeakAt">When that was.</param>
/// <param name="LaterPeakPerSecond">In the busiest second after the first ten: the herd that comes back, when all began in step.</param>
/// <param name="PerBin">Questions per second, averaged in each bin.</param>
public sealed record AuthorityLoad(
    long Queries, double MeanPerSecond, double PeakPerSecond, double PeakAt, double LaterPeakPerSecond, ImmutableArray<double> PerBin);

/// <summary>One address or name and what reached it.</summary>
/// <param name="Target">The address or name.</param>
/// <param name="Site">Where it stands, or its pool when that has no site.</param>
/// <param name="IntendedShare">Part of the lookups that the configuration means for it at the start, 0 to 1.</param>
/// <param name="Share">Part of the traffic that reached it before the first event, 0 to 1.</param>
/// <param name="ShareError">Half of the 95 % confidence interval of <paramref name="Share"/>, by batch means.</param>
/// <param name="MinuteDeviation">Root mean square of how far its share of single minutes was off the intended one.</param>
/// <param name="LargestDeviation">The largest of those.</param>
/// <param name="Series">Requests per bin.</param>
public sealed record TargetTraffic(
    string Target,
    string Site,
    double IntendedShare,
    double Share,
    double ShareError,
    double MinuteDeviation,
    double LargestDeviation,
    ImmutableArray<double> Series);

/// <summary>What became of one event.</summary>
/// <param name="Description">What happened.</param>
/// <param name="At">When.</param>
/// <param name="AnsweredAfter">Seconds until the authority's answers had all of it; null when they never did.</param>
/// <param name="Moved">How long it took clients to follow.</param>
/// <param name="FailedRequests">Requests that failed from then to the next event.</param>
/// <param name="FailedShare">Their part of all requests in that time, 0 to 1.</param>
/// <param name="PeakQueriesPerSecond">The busiest second at the authority in that time.</param>
public sealed record EventOutcome(
    string Description,
    double At,
    double? AnsweredAfter,
    ImmutableArray<MovedShare> Moved,
    double FailedRequests,
    double FailedShare,
    double PeakQueriesPerSecond);

/// <summary>How long a share of the traffic took to move.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Seconds">From the event; null when the run, or the next event, came first.</param>
public readonly record struct MovedShare(double Share, double? Seconds);
