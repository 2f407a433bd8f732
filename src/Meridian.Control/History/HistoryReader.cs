using System.Collections.Immutable;
using Meridian.Control.Configuration;
using Meridian.Control.Publishing;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Control.History;

/// <summary>Reads the log: finds what answered at a moment, compiles it anew and plays the changes up to then.</summary>
/// <param name="directory">Where the log is.</param>
/// <param name="drain">Has the present process write down what it still holds; null when it writes none.</param>
public sealed class HistoryReader(string directory, Action? drain) : IPastStates
{
    private readonly Lock _reading = new();
    private readonly HistoryArchive _archive = new(directory);
    private readonly List<(string Key, DataPlaneSnapshot Snapshot)> _compiled = [];

    /// <summary>The directory of the log within a state directory.</summary>
    public static string DirectoryOf(string stateDirectory) => Path.Combine(stateDirectory, "history");

    public PastState? TryOpen(long stamp, out string? problem)
    {
        drain?.Invoke();
        lock (_reading)
        {
            try
            {
                return Open(stamp, out problem);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException)
            {
                problem = $"the log of past states cannot be read: {e.Message}";
                return null;
            }
        }
    }

    private PastState? Open(long stamp, out string? problem)
    {
        IReadOnlyList<(long FirstStamp, string Path)> segments = HistorySegment.List(directory);
        int index = segments.Count - 1;
        while (index >= 0 && segments[index].FirstStamp > stamp)
        {
            index--;
        }
        if (index < 0)
        {
            problem = segments.Count == 0
                ? $"there is no log of past states in {directory}"
                : $"the log of past states begins at {Moment(segments[0].FirstStamp)}";
            return null;
        }
        if (HistorySegment.Read(segments[index].Path).FirstOrDefault() is not CheckpointRecord checkpoint)
        {
            problem = $"{segments[index].Path}: the beginning of this segment cannot be read";
            return null;
        }
        List<string> remarks = [];
        if (SnapshotOf(checkpoint, remarks, out problem) is not { } snapshot)
        {
            return null;
        }
        long? next = index + 1 < segments.Count ? segments[index + 1].FirstStamp : null;
        return Play(snapshot, checkpoint, segments[index].Path, stamp, next, remarks);
    }

    private static PastState Play(
        DataPlaneSnapshot snapshot, CheckpointRecord checkpoint, string path, long stamp, long? next, List<string> remarks)
    {
        DataPlaneReplay replay = new(snapshot, checkpoint.Image);
        Dictionary<(string, string), LoadReading> loads = checkpoint.Image.Loads.ToDictionary(reading => (reading.Subject, reading.Metric));
        ImmutableDictionary<MemberKey, string>.Builder evidence = ImmutableDictionary.CreateBuilder<MemberKey, string>();
        long until = next ?? long.MaxValue;
        foreach (HistoryRecord record in HistorySegment.Read(path).Skip(1))
        {
            if (record.Stamp > stamp)
            {
                until = Math.Min(until, record.Stamp);
                break;
            }
            switch (record)
            {
                case StatusesRecord statuses:
                    replay.Apply(new StatusesChanged(record.Stamp, statuses.Statuses));
                    break;
                case LoadsRecord changed:
                    replay.Apply(new LoadsChanged(record.Stamp, Merge(loads, changed.Readings)));
                    break;
                case ResolutionsRecord resolved:
                    replay.Apply(new ResolutionsChanged(record.Stamp, resolved.Answers));
                    break;
                case WarmUpRecord warmUp:
                    replay.Apply(new WarmUpChanged(record.Stamp, warmUp.IsWarmingUp));
                    break;
                case EvidenceRecord told when told.Slot < snapshot.Members.Length:
                    evidence[snapshot.Members[told.Slot].Key] = told.Text;
                    break;
                case ClosedRecord:
                    remarks.Add($"the server was stopped at {Moment(record.Stamp)}: nothing answered at this time");
                    break;
            }
        }
        return new PastState
        {
            DataPlane = replay.Freeze(),
            Limits = new AnswerLimits { UdpPayloadSize = checkpoint.UdpPayloadSize },
            Since = DateTimeOffset.FromUnixTimeMilliseconds(replay.Stamp),
            Until = until == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(until),
            Places = checkpoint.PlacesName,
            Remarks = [.. remarks],
            Evidence = evidence.ToImmutable(),
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

    private DataPlaneSnapshot? SnapshotOf(CheckpointRecord checkpoint, List<string> remarks, out string? problem)
    {
        problem = null;
        string key = $"{checkpoint.Revision} {checkpoint.PlacesDigest} {string.Join(' ', checkpoint.KeptSerials)}";
        int known = _compiled.FindIndex(compiled => compiled.Key == key);
        if (known >= 0)
        {
            return _compiled[known].Snapshot;
        }
        if (_archive.OpenConfiguration(checkpoint.ConfigurationDigest) is not { } files)
        {
            problem = $"the log has no copy of revision {checkpoint.Revision.Number} any more";
            return null;
        }
        ConfigurationLoader loader = new(files, ConfigurationCompiler.LoaderOptions(new FixedTime(checkpoint.Revision.LoadedAt)));
        LoadResult loaded = loader.Load(files.Root);
        if (loaded.Model is not { } model)
        {
            problem = $"this version of Meridian does not read the configuration of revision {checkpoint.Revision.Number}: {loaded.Errors.FirstOrDefault()}";
            return null;
        }
        if (loaded.Digest != checkpoint.ConfigurationDigest)
        {
            remarks.Add("this version of Meridian reads the configuration of then otherwise than the version that served it");
        }
        PlaceDatabase places = PlacesOf(checkpoint, model, remarks);
        CompileResult result = SnapshotCompiler.Compile(model, places, checkpoint.Revision, null, checkpoint.KeptSerials);
        if (result.Snapshot is not { } snapshot || snapshot.Members.Length != checkpoint.Image.Members.Length)
        {
            problem = $"revision {checkpoint.Revision.Number} does not compile any more: {result.Problems.FirstOrDefault()?.Message}";
            return null;
        }
        // What comes with a remark is compiled anew each time, so that the remark is made each time.
        if (remarks.Count == 0)
        {
            _compiled.Insert(0, (key, snapshot));
            _compiled.RemoveRange(Math.Min(_compiled.Count, HistoryLimits.CompiledSnapshots), Math.Max(0, _compiled.Count - HistoryLimits.CompiledSnapshots));
        }
        return snapshot;
    }

    private PlaceDatabase PlacesOf(CheckpointRecord checkpoint, MeridianModel model, List<string> remarks)
    {
        PlaceDatabase places = PlaceDatabase.Empty;
        if (checkpoint.PlacesDigest.Length > 0)
        {
            if (_archive.TryOpenPlaces(checkpoint.PlacesDigest, out byte[] content))
            {
                places = PlaceDatabase.Read(content);
            }
            else
            {
                remarks.Add("the location database of then was not kept: places are not known");
            }
        }
        return places.WithIdentity(checkpoint.PlacesName, checkpoint.PlacesDigest).WithOverrides(model.Geo.Overrides);
    }

    private static string Moment(long stamp) =>
        DateTimeOffset.FromUnixTimeMilliseconds(stamp).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Documents mean what they meant when they were loaded: states that had expired then are expired, and no others.</summary>
    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
