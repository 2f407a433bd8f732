using System.Collections.Immutable;

namespace Meridian.Server.Metrics;

/// <summary>What a metric's value means to Prometheus.</summary>
public enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts of observations up to each bound, with their sum.</summary>
    Histogram,
}

/// <summary>One metric with all its label sets, as it was when it was collected.</summary>
/// <param name="Name">In Prometheus' form, with the unit and `_total`.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Kind">How to read the values.</param>
/// <param name="Series">By label set.</param>
public sealed record MetricFamily(string Name, string Help, MetricKind Kind, ImmutableArray<MetricSeries> Series);

/// <summary>The values of one label set.</summary>
/// <param name="Labels">`name="value"`, separated by commas and already escaped; empty for none.</param>
/// <param name="Value">The value; for a histogram the sum of what was observed.</param>
/// <param name="Buckets">
/// For a histogram, the observations up to and including each bound, the last of which is infinite.
/// </param>
public sealed record MetricSeries(string Labels, double Value, ImmutableArray<(double UpperBound, long Count)> Buckets);
