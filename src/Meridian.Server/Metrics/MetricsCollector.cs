using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Numerics;

namespace Meridian.Server.Metrics;

/// <summary>
/// Listens to every meter of the process whose name begins with a prefix, and gathers their metrics for a scrape. Make
/// it before what it shall measure: counts begin when it is made.
/// </summary>
public sealed class MetricsCollector : IDisposable
{
    /// <summary>The beginning of the names of Meridian's own meters.</summary>
    public const string DefaultPrefix = "Meridian.";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricAccumulator> _metrics = new(StringComparer.Ordinal);
    private readonly Lock _collecting = new();
    private readonly string _prefix;
    private long _failures;

    /// <param name="prefix">Which meters.</param>
    public MetricsCollector(string prefix = DefaultPrefix)
    {
        _prefix = prefix;
        _listener.InstrumentPublished = OnPublished;
        _listener.SetMeasurementEventCallback<long>(OnMeasured);
        _listener.SetMeasurementEventCallback<int>(OnMeasured);
        _listener.SetMeasurementEventCallback<short>(OnMeasured);
        _listener.SetMeasurementEventCallback<byte>(OnMeasured);
        _listener.SetMeasurementEventCallback<double>(OnMeasured);
        _listener.SetMeasurementEventCallback<float>(OnMeasured);
        _listener.SetMeasurementEventCallback<decimal>(OnMeasured);
        _listener.Start();
    }

    /// <summary>Every metric as of now, by name; with its own: measurements that could not be gathered.</summary>
    public ImmutableArray<MetricFamily> Collect()
    {
        // One at a time: observable metrics are forgotten and asked for anew.
        lock (_collecting)
        {
            foreach (MetricAccumulator metric in _metrics.Values)
            {
                if (metric.IsObservable)
                {
                    metric.Clear();
                }
            }

            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                // One instrument that fails must not hide all the others.
                _failures += failures.InnerExceptions.Count;
            }

            long lost = _failures + _metrics.Values.Sum(static metric => metric.Overflow);
            MetricFamily own = new(
                "meridian_metrics_lost_measurements_total",
                "Measurements left out: an instrument failed, or a metric has too many label sets.",
                MetricKind.Counter,
                [new MetricSeries("", lost, [])]);
            return
            [
                .. _metrics.Values.Select(static metric => metric.Collect())
                    .Append(own)
                    .OrderBy(static family => family.Name, StringComparer.Ordinal),
            ];
        }
    }

    public void Dispose() => _listener.Dispose();

    private static void OnMeasured<T>(
        Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct, INumberBase<T> => (state as MetricAccumulator)?.Add(double.CreateTruncating(value), tags);

    private void OnPublished(Instrument instrument, MeterListener listener)
    {
        if (!instrument.Meter.Name.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return;
        }

        // Instruments that map to one name (two servers in one process) add up.
        MetricAccumulator created = new(instrument);
        listener.EnableMeasurementEvents(instrument, _metrics.GetOrAdd(created.Name, created));
    }
}
