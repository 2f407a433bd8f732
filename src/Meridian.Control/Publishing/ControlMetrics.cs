using System.Diagnostics.Metrics;

namespace Meridian.Control.Publishing;

/// <summary>What is counted of configurations.</summary>
public sealed class ControlMetrics : IDisposable
{
    private readonly Meter _meter = new("Meridian.Control");
    private readonly Counter<long> _reloads;
    private long _accepted;
    private long _refused;
    private long _revision;
    private int _isOk = 1;

    public ControlMetrics()
    {
        _reloads = _meter.CreateCounter<long>("meridian.configuration.loads", "{load}", "Configurations loaded, by outcome.");
        _meter.CreateObservableGauge("meridian.configuration.ok", () => Volatile.Read(ref _isOk), null, "1 when the newest configuration is served, 0 when it was refused.");
        _meter.CreateObservableGauge("meridian.configuration.revision", () => Volatile.Read(ref _revision), null, "The revision that is served.");
    }

    public long Accepted => Volatile.Read(ref _accepted);

    public long Refused => Volatile.Read(ref _refused);

    public void OnAccepted(long revision)
    {
        Interlocked.Increment(ref _accepted);
        Volatile.Write(ref _revision, revision);
        Volatile.Write(ref _isOk, 1);
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", "accepted"));
    }

    public void OnRefused()
    {
        Interlocked.Increment(ref _refused);
        Volatile.Write(ref _isOk, 0);
        _reloads.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));
    }

    /// <summary>What is served is not the newest: a start from the last good configuration, after the newest was refused.</summary>
    public void OnOlderServed() => Volatile.Write(ref _isOk, 0);

    public void Dispose() => _meter.Dispose();
}
