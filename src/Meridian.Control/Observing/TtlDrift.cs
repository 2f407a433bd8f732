using System.Diagnostics.Metrics;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Observing;

/// <summary>
/// Raises an alarm when the TTL of an answer becomes much longer: what is cached for long cannot be taken back. It lasts until the
/// TTL is short again, or for a day, by when it is no accident.
/// </summary>
public sealed class TtlDrift : IDisposable
{
    // 1 h to 1 week.
    private static readonly TimeSpan AlarmFor = TimeSpan.FromDays(1);

    // 10 to 10,000.
    private const int AlarmsMax = 1_000;

    private readonly Meter _meter = new("Meridian.Observing");
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (uint Before, DateTimeOffset At)> _alarms = new(StringComparer.Ordinal);
    private MeridianModel? _model;

    public TtlDrift(TimeProvider time, ILogger<TtlDrift> logger)
    {
        (_time, _logger) = (time, logger);
        _meter.CreateObservableGauge("meridian.propagation.ttl_drift", () => Count, "{name}", "Names whose TTL rose by more than observing.ttl-drift within a day.");
    }

    /// <summary>Names whose TTL has risen.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _alarms.Count;
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Compares what is served with what was served when it looked last.</summary>
    internal void Look(MeridianModel model)
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (string name in _alarms.Where(alarm => now - alarm.Value.At > AlarmFor).Select(alarm => alarm.Key).ToList())
            {
                _alarms.Remove(name);
            }
            if (_model is { } before && !ReferenceEquals(before, model) && model.Observing.TtlDrift > 0)
            {
                foreach (ZoneModel zone in model.Zones.Values)
                {
                    Compare(before, model, zone, now);
                }
            }
            _model = model;
        }
    }

    private void Compare(MeridianModel before, MeridianModel model, ZoneModel zone, DateTimeOffset now)
    {
        if (!before.Zones.TryGetValue(zone.Key, out ZoneModel? old)
            || (ReferenceEquals(old, zone) && ReferenceEquals(before.Policies, model.Policies)))
        {
            return;
        }
        foreach ((RRsetModel? was, RRsetModel? rrset, _) in RRsetDifference.Between(old.RRsets, zone.RRsets, withDependent: true))
        {
            if (was is null || rrset is null)
            {
                continue;
            }
            string name = zone.Label.Length == 0 ? $"{rrset.Owner} {rrset.Type}" : $"{rrset.Owner} {rrset.Type} ({zone.Key})";
            uint from = _alarms.TryGetValue(name, out (uint Before, DateTimeOffset At) alarm) ? alarm.Before : TtlOf(before, old, was);
            uint to = TtlOf(model, zone, rrset);
            bool isRisen = to > (ulong)from * (ulong)model.Observing.TtlDrift;
            if (isRisen && _alarms.Count < AlarmsMax && _alarms.TryAdd(name, (from, now)))
            {
                _logger.TtlRose(name, from, to);
            }
            else if (!isRisen)
            {
                _alarms.Remove(name);
            }
        }
    }

    private static uint TtlOf(MeridianModel model, ZoneModel zone, RRsetModel rrset) =>
        rrset.TtlSeconds ?? (rrset.Steering is { } steering ? model.Policies[steering.Policy].TtlSeconds : null) ?? zone.DefaultTtlSeconds;
}
