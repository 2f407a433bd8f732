using System.Diagnostics.Metrics;

namespace Meridian.Control.ChangeLog.Sqlite;

/// <summary>What is measured of a store.</summary>
internal sealed class StoreMetrics : IDisposable
{
    private readonly Meter _meter = new("Meridian.Store");
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _appends;
    private readonly Counter<long> _syncs;

    public StoreMetrics()
    {
        _duration = _meter.CreateHistogram<double>(
            "meridian.store.append.duration", "s", "Time from the arrival of a change set to its acknowledgement; those that are refused too.");
        _appends = _meter.CreateCounter<long>("meridian.store.appends", "{set}", "Change sets that came, by outcome.");
        _syncs = _meter.CreateCounter<long>("meridian.store.syncs", "{sync}", "Commits to the log, each with one fdatasync for all sets that waited.");
    }

    /// <summary>Adds what is read when somebody looks.</summary>
    /// <param name="files">Where the store is.</param>
    /// <param name="retention">Where history begins.</param>
    /// <param name="writer">Has the head.</param>
    /// <param name="snapshots">Has the copies.</param>
    /// <param name="time">Ages are of now.</param>
    public void Observe(StoreFiles files, StoreRetention retention, StoreWriter writer, SnapshotKeeper snapshots, TimeProvider time)
    {
        _meter.CreateObservableGauge("meridian.store.size", () => LengthOf(files.Database) + LengthOf(files.WriteAheadLog), "By", "Octets of the database and its log.");
        _meter.CreateObservableGauge("meridian.store.revision", () => writer.Head?.Number ?? 0, "{revision}", "The newest revision.");
        _meter.CreateObservableGauge("meridian.store.documents", () => writer.Head?.DocumentCount ?? 0, "{document}", "Documents of the newest revision.");
        _meter.CreateObservableGauge(
            "meridian.store.revisions_kept", () => Math.Max(0, (writer.Head?.Number ?? 0) - retention.OldestNumber + 1), "{revision}", "Revisions whose changes are kept.");
        _meter.CreateObservableGauge("meridian.store.history.age", () => AgeOf(retention.OldestAt, time), "s", "Age of the oldest revision that is kept.");
        _meter.CreateObservableGauge("meridian.store.snapshot.age", () => AgeOf(snapshots.NewestAt, time), "s", "Age of the newest verified copy to repair from.");
        _meter.CreateObservableGauge("meridian.store.failed", () => writer.Fault is null ? 0 : 1, "1", "1 while nothing is acknowledged because the storage failed.");
    }

    /// <param name="outcome">What became of a set.</param>
    /// <param name="waited">Since it came.</param>
    public void OnAppend(AppendResult outcome, TimeSpan waited)
    {
        _duration.Record(waited.TotalSeconds);
        _appends.Add(1, new KeyValuePair<string, object?>("outcome", WordOf(outcome)));
    }

    public void OnSync() => _syncs.Add(1);

    public void Dispose() => _meter.Dispose();

    private static string WordOf(AppendResult outcome) => outcome switch
    {
        AppendResult.Accepted { IsRepetition: true } => "repeated",
        AppendResult.Accepted => "accepted",
        AppendResult.Conflict => "conflict",
        AppendResult.Moved => "moved",
        AppendResult.Refused { Kind: RefusalKind.DiskFull } => "disk_full",
        AppendResult.Refused refused => refused.Kind.ToString().ToLowerInvariant(),
        _ => "other",
    };

    private static long LengthOf(string path)
    {
        FileInfo file = new(path);
        return file.Exists ? file.Length : 0;
    }

    /// <summary>Nothing to measure is no measurement.</summary>
    private static Measurement<double>[] AgeOf(DateTimeOffset? at, TimeProvider time) =>
        at is { } known ? [new Measurement<double>(Math.Max(0, (time.GetUtcNow() - known).TotalSeconds))] : [];
}
