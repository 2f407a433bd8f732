using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>Counts lookups of names outside, and shows how many of them are well.</summary>
internal sealed class ResolvingMetrics : IDisposable
{
    private readonly Meter _meter = new("Meridian.Control");
    private readonly Counter<long> _lookups;
    private readonly Counter<long> _changes;

    public ResolvingMetrics(Func<ImmutableArray<OutsideStatus>> status)
    {
        _lookups = _meter.CreateCounter<long>("meridian.resolving.lookups", "{lookup}", "Lookups of names outside our zones, by outcome.");
        _changes = _meter.CreateCounter<long>("meridian.resolving.changes", "{change}", "Times that a name outside had other addresses than before.");
        _meter.CreateObservableGauge(
            "meridian.resolving.names", () => status().Length, "{name}", "Names outside that are resolved, each family counted.");
        _meter.CreateObservableGauge(
            "meridian.resolving.alarms",
            () => status().Count(name => name.IsAlarmed),
            "{name}",
            "Those of them that cannot be resolved at present, or whose addresses are denied.");
        _meter.CreateObservableGauge(
            "meridian.resolving.stale", () => status().Count(name => name.IsStale), "{name}", "Those of them that are answered from before.");
    }

    public void OnLookup(ResolutionState outcome) =>
        _lookups.Add(1, new KeyValuePair<string, object?>("outcome", OutsideStatus.WordOf(outcome).Replace('-', '_')));

    public void OnChange() => _changes.Add(1);

    public void Dispose() => _meter.Dispose();
}
