using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Answering;
using Meridian.Engine.Assigning;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>Reads the log: finds what answered at a moment, compiles it anew and plays the changes up to then.</summary>
/// <param name="directory">Where the log is.</param>
/// <param name="drain">Has the present process write down what it still holds; null when it writes none.</param>
/// <param name="stored">The configurations of the store; null where files are the truth.</param>
public sealed class HistoryReader(string directory, Action? drain, StoredConfigurations? stored) : IPastStates, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly HistoryArchive _archive = new(directory);
    private readonly List<(string Key, DataPlaneSnapshot Snapshot)> _compiled = [];

    /// <summary>The directory of the log within a state directory.</summary>
    public static string DirectoryOf(string stateDirectory) => Path.Combine(stateDirectory, "history");

    public Task<(PastState? State, string? Problem)> OpenAsync(long stamp, CancellationToken cancellationToken) =>
        ReadAsync(stamp, isMoment: false, cancellationToken);

    public Task<(PastState? State, string? Problem)> OpenAtAsync(long moment, CancellationToken cancellationToken) =>
        ReadAsync(moment, isMoment: true, cancellationToken);

    public void Dispose() => _reading.Dispose();

    private async Task<(PastState? State, string? Problem)> ReadAsync(long time, bool isMoment, CancellationToken cancellationToken)
    {
        drain?.Invoke();
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return await FindAsync(time, isMoment, cancellationToken);
        }
        catch (UnavailableException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException or ChangeLogException)
        {
            return (null, $"the log of past states cannot be read: {e.Message}");
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<(PastState? State, string? Problem)> FindAsync(long time, bool isMoment, CancellationToken cancellationToken)
    {
        IReadOnlyList<(long FirstStamp, string Path)> segments = HistorySegment.List(directory);
        int index = segments.Count - 1;
        while (index >= 0 && segments[index].FirstStamp > time)
        {
            index--;
        }
        if (index < 0)
        {
            return (null, segments.Count == 0
                ? $"there is no log of past states in {directory}"
                : $"the log of past states begins at {Moment(segments[0].FirstStamp)}");
        }
        PastSpan? found = SpanOf(segments, index, time, isMoment);
        if (found is null && index > 0)
        {
            // The state that the segment begins with was still about to take effect.
            index--;
            found = SpanOf(segments, index, time, isMoment);
        }
        // The first state of all counts in any case: it was there already.
        PastSpan span = found ?? SpanOf(segments, index, segments[index].FirstStamp, isMoment: false) ?? new PastSpan(SwapTimes.Within(time), null);
        if (PastMoment.Find(HistorySegment.Read(segments[index].Path), span.State.Stamp) is not { } moment)
        {
            return (null, $"{segments[index].Path}: the beginning of this segment cannot be read");
        }
        List<string> remarks = [];
        if (isMoment && span.Next is { } next && next.BeganAt <= time && next.SettledAt > next.BeganAt)
        {
            remarks.Add(
                $"a change took effect between {Moment(next.BeganAt)} and {Moment(next.SettledAt)}: a query of this time may have been answered by the state after it already. "
                + "--at the latter shows that one; an --id names the state itself");
        }
        return (await PlayAsync(moment, span.Next, remarks, cancellationToken), null);
    }

    private static PastSpan? SpanOf(IReadOnlyList<(long FirstStamp, string Path)> segments, int index, long time, bool isMoment)
    {
        IEnumerable<SwapTimes> swaps = PastSwaps.Of(HistorySegment.Read(segments[index].Path));
        PastSpan? found = isMoment ? PastSwaps.At(swaps, time) : PastSwaps.Named(swaps, time);
        if (found is not { Next: null } last || index + 1 == segments.Count)
        {
            return found;
        }
        // A segment may begin with a state that was there before.
        SwapTimes next = PastSwaps.Of(HistorySegment.Read(segments[index + 1].Path)).FirstOrDefault(SwapTimes.Within(segments[index + 1].FirstStamp));
        return next.Stamp > last.State.Stamp ? last with { Next = next } : last;
    }

    private async Task<PastState> PlayAsync(PastMoment moment, SwapTimes? next, List<string> remarks, CancellationToken cancellationToken)
    {
        CheckpointRecord checkpoint = moment.Checkpoint;
        DataPlaneSnapshot snapshot = await SnapshotOfAsync(checkpoint.Entry, moment.Serials, isStaged: false, remarks, cancellationToken);
        DataPlaneReplay replay = new(new SnapshotPublished(
            snapshot, checkpoint.Entry.Image, await StagedOfAsync(checkpoint.Stage, remarks, cancellationToken)));
        Dictionary<(string, string), LoadReading> loads = checkpoint.Entry.Image.Loads.ToDictionary(reading => (reading.Subject, reading.Metric));
        ImmutableArray<NodeAssignment> assigned = [];
        foreach (HistoryRecord record in moment.Changes)
        {
            DataPlaneChange? change = record switch
            {
                StatusesRecord statuses => new StatusesChanged(record.Stamp, statuses.Statuses),
                LoadsRecord changed => new LoadsChanged(record.Stamp, Merge(loads, changed.Readings)),
                ResolutionsRecord resolved => new ResolutionsChanged(record.Stamp, resolved.Answers),
                AssignmentsRecord changed => new AssignmentsChanged(record.Stamp, assigned = AssignmentEncoding.Apply(assigned, changed)),
                WarmUpRecord warmUp => new WarmUpChanged(record.Stamp, warmUp.IsWarmingUp),
                StageRecord stage => new StageChanged(record.Stamp, await StagedOfAsync(stage.Stage, remarks, cancellationToken)),
                CandidateStatusesRecord statuses => new CandidateChanged(new StatusesChanged(record.Stamp, statuses.Statuses)),
                CandidateLoadsRecord all => new CandidateChanged(new LoadsChanged(record.Stamp, all.Readings)),
                _ => null,
            };
            if (change is not null)
            {
                replay.Apply(change);
            }
        }
        if (moment.ClosedAt is { } closed)
        {
            remarks.Add($"the server was stopped at {Moment(closed)}: nothing answered at this time");
        }
        return new PastState
        {
            DataPlane = replay.Freeze(),
            Limits = new AnswerLimits { UdpPayloadSize = checkpoint.UdpPayloadSize },
            Since = DateTimeOffset.FromUnixTimeMilliseconds(replay.Stamp),
            Until = next is { } began ? DateTimeOffset.FromUnixTimeMilliseconds(began.BeganAt) : null,
            UntilAtLatest = next is { } settled ? DateTimeOffset.FromUnixTimeMilliseconds(settled.SettledAt) : null,
            Places = checkpoint.Entry.PlacesName,
            Remarks = [.. remarks.Distinct()],
            Evidence = moment.Evidence.Where(told => told.Key < snapshot.Members.Length)
                .ToImmutableDictionary(told => snapshot.Members[told.Key].Key, told => told.Value),
        };
    }

    private static ImmutableArray<LoadReading> Merge(
        Dictionary<(string, string), LoadReading> loads, ImmutableArray<LoadReading> changed)
    {
        foreach (LoadReading reading in changed)
        {
            if (double.IsNaN(reading.Value))
            {
                loads.Remove((reading.Subject, reading.Metric));
            }
            else
            {
                loads[(reading.Subject, reading.Metric)] = reading;
            }
        }
        return [.. loads.Values];
    }

    private async Task<StagedImage?> StagedOfAsync(StageEntry? stage, List<string> remarks, CancellationToken cancellationToken)
    {
        if (stage is null)
        {
            return null;
        }
        ImmutableArray<uint> serials = SerialRuns.Resolve(stage.Candidate.Serials, stage.Candidate.Revision.SoaSerial, before: default);
        DataPlaneSnapshot candidate = await SnapshotOfAsync(stage.Candidate, serials, stage.IsChange, remarks, cancellationToken);
        return new StagedImage(candidate, stage.Candidate.Image, ClientStage.Restore(stage.Share, stage.Taken.AsSpan()));
    }

    private async Task<DataPlaneSnapshot> SnapshotOfAsync(
        SnapshotEntry entry, ImmutableArray<uint> serials, bool isStaged, List<string> remarks, CancellationToken cancellationToken)
    {
        string key = $"{isStaged} {entry.Revision} {entry.Archived} {entry.PlacesDigest} {string.Join(' ', SerialRuns.Of(serials, entry.Revision.SoaSerial))}";
        int known = _compiled.FindIndex(compiled => compiled.Key == key);
        if (known >= 0)
        {
            return _compiled[known].Snapshot;
        }
        List<string> found = [];
        LoadResult loaded = await LoadAsync(entry, isStaged, found, cancellationToken);
        MeridianModel model = loaded.Model!; // Load gives nothing else.
        PlaceDatabase places = PlacesOf(entry, model, found);
        if (model.Zones.Count != serials.Length)
        {
            throw new UnavailableException($"revision {entry.Revision.Number} has other zones now than it had then");
        }
        CompileResult result = SnapshotCompiler.Compile(model, places, entry.Revision, null, serials);
        if (result.Snapshot is not { } snapshot || snapshot.Members.Length != entry.Image.Members.Length)
        {
            throw new UnavailableException($"revision {entry.Revision.Number} does not compile any more: {result.Problems.FirstOrDefault()?.Message}");
        }
        remarks.AddRange(found);
        // What comes with a remark is compiled anew each time, so that the remark is made each time.
        if (found.Count == 0)
        {
            _compiled.Insert(0, (key, snapshot));
            _compiled.RemoveRange(Math.Min(_compiled.Count, HistoryLimits.CompiledSnapshots), Math.Max(0, _compiled.Count - HistoryLimits.CompiledSnapshots));
        }
        return snapshot;
    }

    private async Task<LoadResult> LoadAsync(SnapshotEntry entry, bool isStaged, List<string> remarks, CancellationToken cancellationToken)
    {
        MemoryConfigurationFiles? files = entry.Archived.Length == 0
            ? new MemoryConfigurationFiles(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty, "")
            : _archive.OpenConfiguration(entry.Archived);
        if (files is null)
        {
            throw new UnavailableException($"the log has no copy of revision {entry.Revision.Number} any more");
        }
        if (entry.IsInStore)
        {
            if (stored is null)
            {
                throw new UnavailableException($"revision {entry.Revision.Number} is in a store: ask the server that serves it");
            }
            (LoadResult? read, string? problem) = await stored.OpenAsync(entry, isStaged, files, remarks, cancellationToken);
            return read ?? throw new UnavailableException(problem ?? $"the store does not give revision {entry.Revision.Number}");
        }
        ConfigurationLoader loader = new(files, ConfigurationCompiler.LoaderOptions(new FixedTime(entry.Revision.LoadedAt)));
        LoadResult loaded = loader.Load(files.Root);
        if (loaded.Model is null)
        {
            throw new UnavailableException($"this version of Meridian does not read the configuration of revision {entry.Revision.Number}: {loaded.Errors.FirstOrDefault()}");
        }
        if (loaded.Digest != entry.Revision.Digest)
        {
            remarks.Add("this version of Meridian reads the configuration of then otherwise than the version that served it");
        }
        return loaded;
    }

    private PlaceDatabase PlacesOf(SnapshotEntry entry, MeridianModel model, List<string> remarks)
    {
        PlaceDatabase places = PlaceDatabase.Empty;
        if (entry.PlacesDigest.Length > 0)
        {
            if (_archive.TryOpenPlaces(entry.PlacesDigest, out byte[] content))
            {
                places = PlaceDatabase.Read(content);
            }
            else
            {
                remarks.Add("the location database of then was not kept: places are not known");
            }
        }
        return places.WithIdentity(entry.PlacesName, entry.PlacesDigest).WithOverrides(model.Geo.Overrides);
    }

    private static string Moment(long stamp) =>
        DateTimeOffset.FromUnixTimeMilliseconds(stamp).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>There is no such state any more, for the reason that it gives.</summary>
    private sealed class UnavailableException(string message) : Exception(message);
}
