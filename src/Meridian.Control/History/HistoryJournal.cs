using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Assigning;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;
using Meridian.Health.Evidence;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.History;

/// <summary>
/// Writes down what decisions follow from, so that any of them can be explained later: configurations, location databases,
/// verdicts, loads and guards, in files of the state directory. The data plane only queues; a task of its own writes. A disk
/// that does not take it never disturbs answering.
/// </summary>
public sealed class HistoryJournal : IChangeJournal, IDisposable
{
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(10);

    private readonly Channel<DataPlaneChange> _queue = Channel.CreateBounded<DataPlaneChange>(
        new BoundedChannelOptions(HistoryLimits.QueuedChanges) { FullMode = BoundedChannelFullMode.Wait, SingleReader = false });

    private readonly Meter _meter = new("Meridian.Control");
    private readonly Lock _writing = new();
    private readonly HistoryParts _parts;
    private readonly HistoryArchive _archive;
    private readonly SnapshotEntries _entries;
    private readonly HistoryRetention _retention;
    private readonly ILogger _logger;
    private readonly Dictionary<(string Subject, string Metric), double> _loads = [];
    private FileStream? _file;
    private DataPlaneSnapshot? _snapshot;
    private ImmutableArray<MemberStatus> _statuses = [];
    private ImmutableArray<NodeAssignment> _assignments = [];
    private ImmutableArray<uint> _serials = [];
    private int? _udpPayloadSize;
    private long _segmentEnd;
    private long _writtenStamp;
    private long _dropped;
    private long _droppedSeen;
    private DateTimeOffset _prunedAt;
    private bool _hasFailed;

    public HistoryJournal(HistoryParts parts, ILogger<HistoryJournal> logger)
    {
        _parts = parts;
        _logger = logger;
        _archive = new HistoryArchive(parts.Directory);
        _entries = new SnapshotEntries(_archive, parts.BuiltInPlaces, logger);
        _retention = new HistoryRetention(parts.Directory, _archive);
        _meter.CreateObservableGauge("meridian.history.size", () => Length, "By", "Octets of the log of past states on the disk, as of the last look.");
        _meter.CreateObservableCounter("meridian.history.dropped", () => DroppedCount, "{change}", "Changes that the log of past states had no room for.");
        LastStamp = HistorySegment.List(parts.Directory) is [.., var last]
            ? HistorySegment.Read(last.Path).Select(record => record.Stamp).DefaultIfEmpty(last.FirstStamp).Max()
            : 0;
    }

    /// <summary>The last stamp of the run before; 0 when there was none.</summary>
    public long LastStamp { get; }

    /// <summary>Changes that found no room in the queue; the log says everything anew after them.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    /// <summary>Octets that the log has on the disk, as of the last look.</summary>
    public long Length { get; private set; }

    public void Record(DataPlaneChange change)
    {
        if (!_queue.Writer.TryWrite(change))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Keeps the documents of a configuration that is about to be published.</summary>
    public void KeepConfiguration(LoadResult loaded)
    {
        try
        {
            _archive.KeepConfiguration(loaded);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    /// <summary>Keeps the files that a configuration of the store names, before it is published; the store has the rest.</summary>
    public void KeepFiles(LoadResult loaded)
    {
        try
        {
            _entries.KeepFiles(loaded);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fail(e);
        }
    }

    /// <summary>Writes until cancelled, then what is left, and that this is the end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken))
            {
                Drain();
                // Changes come in bursts; one write for each burst is enough.
                await Task.Delay(WriteInterval, _parts.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The ordinary end.
        }
    }

    /// <summary>Writes down everything that has happened up to now.</summary>
    public void Drain()
    {
        lock (_writing)
        {
            try
            {
                while (_queue.Reader.TryRead(out DataPlaneChange? change))
                {
                    Write(change);
                }
                if (DroppedCount != _droppedSeen)
                {
                    _droppedSeen = DroppedCount;
                    BeginSegmentFromPresent();
                }
                else if (_file is { } file && file.Position > _segmentEnd)
                {
                    BeginSegmentFromPresent();
                }
                _file?.Flush();
                PruneWhenDue();
                _hasFailed = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(e);
            }
        }
    }

    public void Dispose()
    {
        Drain();
        _meter.Dispose();
        lock (_writing)
        {
            try
            {
                if (_file is { } file)
                {
                    HistorySegment.Append(file, new ClosedRecord(Math.Max(_writtenStamp, _parts.Time.GetUtcNow().ToUnixTimeMilliseconds())));
                }
                _file?.Dispose();
            }
            catch (IOException e)
            {
                Fail(e);
            }
            _file = null;
        }
    }

    private void Write(DataPlaneChange change)
    {
        if (change.Stamp <= _writtenStamp)
        {
            // A segment that began from the present has it already.
            return;
        }
        _writtenStamp = change.Stamp;
        if (change is SnapshotPublished published)
        {
            WriteSnapshot(published);
        }
        else
        {
            WriteChange(change);
        }
        WriteSwap(change);
    }

    /// <summary>When it took effect: an answer from the middle of a slow swap is explained by the state that may have given it.</summary>
    private void WriteSwap(DataPlaneChange change)
    {
        if (_file is { } file && !change.Swap.IsOrdinary)
        {
            HistorySegment.Append(file, new SwapRecord(change.Swap));
        }
    }

    private void WriteChange(DataPlaneChange change)
    {
        if (_file is not { } file || _snapshot is not { } snapshot)
        {
            return;
        }
        switch (change)
        {
            case StatusesChanged statuses:
                HistorySegment.Append(file, new StatusesRecord(change.Stamp, statuses.Statuses));
                WriteEvidence(file, statuses);
                break;
            case LoadsChanged loads:
                HistorySegment.Append(file, new LoadsRecord(change.Stamp, Differences(loads.Readings)));
                break;
            case ResolutionsChanged resolutions:
                HistorySegment.Append(file, new ResolutionsRecord(change.Stamp, resolutions.Answers));
                break;
            case AssignmentsChanged assigned:
                HistorySegment.Append(file, AssignmentEncoding.Of(change.Stamp, _assignments, assigned.Assignments));
                _assignments = assigned.Assignments;
                break;
            case WarmUpChanged warmUp:
                HistorySegment.Append(file, new WarmUpRecord(change.Stamp, warmUp.IsWarmingUp));
                break;
            case StageChanged stage:
                HistorySegment.Append(file, new StageRecord(change.Stamp, _entries.Of(stage.Staged, snapshot)));
                break;
            case CandidateChanged { Change: StatusesChanged statuses }:
                HistorySegment.Append(file, new CandidateStatusesRecord(change.Stamp, statuses.Statuses));
                break;
            case CandidateChanged { Change: LoadsChanged loads }:
                HistorySegment.Append(file, new CandidateLoadsRecord(change.Stamp, loads.Readings));
                break;
        }
    }

    private void BeginSegmentFromPresent()
    {
        if (_parts.Present() is { } present)
        {
            _writtenStamp = Math.Max(_writtenStamp, present.Stamp);
            BeginSegment(present);
            WriteSwap(present);
        }
    }

    /// <summary>A revision goes into the segment that is open, unless it is full: changes come by the second where programs make them.</summary>
    private void WriteSnapshot(SnapshotPublished published)
    {
        if (_file is not { } file || _snapshot is not { } before || file.Position > _segmentEnd || published.Snapshot.Model.History.Keep == TimeSpan.Zero)
        {
            BeginSegment(published);
            return;
        }
        DataPlaneSnapshot snapshot = published.Snapshot;
        bool keepsMembers = before.Members.Select(slot => slot.Key).SequenceEqual(snapshot.Members.Select(slot => slot.Key))
            && published.Image.Members.SequenceEqual(_statuses);
        ImmutableArray<uint> serials = snapshot.SoaSerials;
        ImmutableArray<SerialRun> since = before.Model.Zones.Keys.SequenceEqual(snapshot.Model.Zones.Keys)
            ? SerialRuns.Since(_serials, serials, snapshot.Revision.SoaSerial)
            : default;
        WriteCheckpoint(file, published, keepsMembers, since);
        Follow(published, serials);
        if (!keepsMembers)
        {
            WriteDownEvidence(file, published.Stamp);
        }
    }

    private void BeginSegment(SnapshotPublished published)
    {
        Follow(published, published.Snapshot.SoaSerials);
        _file?.Dispose();
        _file = null;
        if (published.Snapshot.Model.History.Keep == TimeSpan.Zero)
        {
            return;
        }
        _file = HistorySegment.Create(_parts.Directory, published.Stamp);
        WriteCheckpoint(_file, published, keepsMembers: false, since: default);
        WriteDownEvidence(_file, published.Stamp);
        _segmentEnd = _file.Position + HistoryLimits.SegmentLength;
    }

    private void WriteCheckpoint(FileStream file, SnapshotPublished published, bool keepsMembers, ImmutableArray<SerialRun> since)
    {
        DataPlaneSnapshot snapshot = published.Snapshot;
        _udpPayloadSize ??= snapshot.Model.Listen.UdpPayloadSize;
        HistorySegment.Append(file, new CheckpointRecord(published.Stamp)
        {
            Entry = _entries.Of(
                snapshot,
                keepsMembers ? published.Image with { Members = [] } : published.Image,
                since.IsDefault ? SerialRuns.Of(snapshot.SoaSerials, snapshot.Revision.SoaSerial) : since),
            KeepsMembers = keepsMembers,
            KeepsZones = !since.IsDefault,
            UdpPayloadSize = _udpPayloadSize.GetValueOrDefault(),
            Stage = _entries.Of(published.Staged, snapshot),
        });
        if (!published.Image.Assignments.IsEmpty)
        {
            HistorySegment.Append(file, new AssignmentsRecord(published.Stamp, true, published.Image.Assignments));
        }
    }

    /// <summary>Remembers what was written last: differences are told from it.</summary>
    private void Follow(SnapshotPublished published, ImmutableArray<uint> serials)
    {
        _snapshot = published.Snapshot;
        _serials = serials;
        _statuses = published.Image.Members;
        _assignments = published.Image.Assignments;
        _loads.Clear();
        foreach (LoadReading reading in published.Image.Loads)
        {
            _loads[(reading.Subject, reading.Metric)] = reading.Value;
        }
    }

    private void WriteDownEvidence(FileStream file, long stamp)
    {
        foreach (int slot in Enumerable.Range(0, _statuses.Length)
            .Where(slot => _statuses[slot].Health == HealthState.Down).Take(HistoryLimits.EvidenceRows))
        {
            WriteEvidence(file, stamp, slot);
        }
    }

    private void WriteEvidence(FileStream file, StatusesChanged statuses)
    {
        MemberStatus[] present = [.. _statuses];
        foreach (SlotStatus changed in statuses.Statuses)
        {
            if (present[changed.Slot].Health != changed.Status.Health)
            {
                WriteEvidence(file, statuses.Stamp, changed.Slot);
            }
            present[changed.Slot] = changed.Status;
        }
        _statuses = [.. present];
    }

    private void WriteEvidence(FileStream file, long stamp, int slot)
    {
        if (_snapshot is { } snapshot && _parts.Evidence(snapshot.Members[slot].Key) is { } report && EvidenceText.Of(report) is { } text)
        {
            HistorySegment.Append(file, new EvidenceRecord(stamp, slot, text));
        }
    }

    private ImmutableArray<LoadReading> Differences(ImmutableArray<LoadReading> readings)
    {
        ImmutableArray<LoadReading>.Builder changed = ImmutableArray.CreateBuilder<LoadReading>();
        HashSet<(string Subject, string Metric)> gone = [.. _loads.Keys];
        foreach (LoadReading reading in readings)
        {
            gone.Remove((reading.Subject, reading.Metric));
            if (!_loads.TryGetValue((reading.Subject, reading.Metric), out double before) || before != reading.Value)
            {
                changed.Add(reading);
                _loads[(reading.Subject, reading.Metric)] = reading.Value;
            }
        }
        foreach ((string Subject, string Metric) key in gone)
        {
            _loads.Remove(key);
            changed.Add(new LoadReading(key.Subject, key.Metric, double.NaN));
        }
        return changed.ToImmutable();
    }

    private void PruneWhenDue()
    {
        DateTimeOffset now = _parts.Time.GetUtcNow();
        if (now - _prunedAt >= PruneInterval || _prunedAt > now)
        {
            _prunedAt = now;
            HistoryModel keep = _snapshot?.Model.History ?? new HistoryModel();
            Length = _retention.Prune(keep, now);
        }
    }

    private void Fail(Exception fault)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            _logger.HistoryNotWritten(fault.Message);
        }
    }
}

/// <summary>What a <see cref="HistoryJournal"/> works with.</summary>
public sealed record HistoryParts
{
    /// <summary>Where the log is; made when it is missing.</summary>
    public required string Directory { get; init; }

    /// <summary>The location database that comes with the product.</summary>
    public required string BuiltInPlaces { get; init; }

    /// <summary>What answers now; null before the first snapshot.</summary>
    public required Func<SnapshotPublished?> Present { get; init; }

    /// <summary>Why a member has its verdict; null for one that nothing checks.</summary>
    public required Func<MemberKey, MemberHealthReport?> Evidence { get; init; }

    public required TimeProvider Time { get; init; }
}
