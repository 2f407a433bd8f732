using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Meridian.Server.Metrics;

/// <summary>
/// Gathers the measurements of one metric, by label set. Thread-safe: measurements come from anywhere.
/// </summary>
internal sealed class MetricAccumulator
{
    /// <summary>
    /// Label sets of one metric. A label that takes values from outside would otherwise grow without end; 2,000 is more
    /// than a scrape can usefully show. What comes beyond it is counted by <see cref="Overflow"/>.
    /// </summary>
    public const int MaxSeries = 2000;

    // Prometheus' own default bounds, made for durations in seconds.
    private static readonly ImmutableArray<double> DefaultBounds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Cell> _cells = new(StringComparer.Ordinal);
    private readonly string _help;
    private readonly bool _replaces;
    private readonly ImmutableArray<double> _bounds;

    public MetricAccumulator(Instrument instrument)
    {
        string type = instrument.GetType().Name;
        Kind = type.StartsWith("Histogram", StringComparison.Ordinal) ? MetricKind.Histogram
            : type.Contains("Counter", StringComparison.Ordinal) && !type.Contains("UpDown", StringComparison.Ordinal)
                ? MetricKind.Counter
            : MetricKind.Gauge;
        Name = NameOf(instrument, Kind);
        IsObservable = instrument.IsObservable;
        _help = instrument.Description ?? instrument.Name;
        _replaces = type.Contains("Gauge", StringComparison.Ordinal);
        _bounds = Kind != MetricKind.Histogram ? [] : BoundsOf(instrument);
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    /// <summary>Its values are asked for at every collection, and those of the last one are forgotten.</summary>
    public bool IsObservable { get; }

    /// <summary>Measurements left out because of <see cref="MaxSeries"/>.</summary>
    public long Overflow { get; private set; }

    /// <summary>`meridian.dns.received` in `By`, a counter → `meridian_dns_received_bytes_total`.</summary>
    public static string NameOf(Instrument instrument, MetricKind kind)
    {
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            _ => "",
        };
        string name = PrometheusText.FormatName(instrument.Name);
        name = name.EndsWith(unit, StringComparison.Ordinal) ? name : name + unit;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.FormatLabels(tags);
        lock (_lock)
        {
            if (!_cells.TryGetValue(labels, out Cell? cell))
            {
                if (_cells.Count >= MaxSeries)
                {
                    Overflow++;
                    return;
                }

                cell = new Cell(Kind == MetricKind.Histogram ? new long[_bounds.Length + 1] : []);
                _cells.Add(labels, cell);
            }

            cell.Value = _replaces ? value : cell.Value + value;
            if (Kind == MetricKind.Histogram)
            {
                int bucket = 0;
                while (bucket < _bounds.Length && value > _bounds[bucket])
                {
                    bucket++;
                }

                cell.Buckets[bucket]++;
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _cells.Clear();
        }
    }

    public MetricFamily Collect()
    {
        lock (_lock)
        {
            ImmutableArray<MetricSeries> series =
            [
                .. _cells.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => new MetricSeries(pair.Key, pair.Value.Value, Cumulate(pair.Value.Buckets))),
            ];
            return new MetricFamily(Name, _help, Kind, series);
        }
    }

    private static ImmutableArray<double> BoundsOf(Instrument instrument)
    {
        IEnumerable<double>? advised = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(static bound => (double)bound),
            _ => null,
        };
        return advised is null ? DefaultBounds : [.. advised];
    }

    private ImmutableArray<(double UpperBound, long Count)> Cumulate(long[] buckets)
    {
        long sum = 0;
        ImmutableArray<(double, long)>.Builder cumulated = ImmutableArray.CreateBuilder<(double, long)>(buckets.Length);
        for (int index = 0; index < buckets.Length; index++)
        {
            sum += buckets[index];
            cumulated.Add((index < _bounds.Length ? _bounds[index] : double.PositiveInfinity, sum));
        }

        return cumulated.MoveToImmutable();
    }

    private sealed class Cell(long[] buckets)
    {
        public double Value { get; set; }

        public long[] Buckets { get; } = buckets;
    }
}
