using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Control.History;

/// <summary>Keeps the log within its time and its size.</summary>
/// <param name="directory">Where the segments are.</param>
/// <param name="archive">What they refer to.</param>
internal sealed class HistoryRetention(string directory, HistoryArchive archive)
{
    // What is kept before it is published: a publication waits minutes at most, for first verdicts.
    private static readonly TimeSpan UnreferredTime = TimeSpan.FromHours(1);

    // A segment that another one follows is never written to again.
    private readonly Dictionary<string, ImmutableArray<string>> _referredBy = new(StringComparer.Ordinal);

    /// <summary>
    /// Removes segments that ended before the time that is kept, and then the oldest until the size is kept too; never the
    /// newest, which is being written. What only they referred to goes with them.
    /// </summary>
    /// <returns>Octets that are left.</returns>
    public long Prune(HistoryModel keep, DateTimeOffset now)
    {
        long oldest = (now - keep.Keep).ToUnixTimeMilliseconds();
        List<(long FirstStamp, string Path)> segments = [.. HistorySegment.List(directory)];
        // A segment ends where the next one begins.
        while (segments.Count > 1 && segments[1].FirstStamp < oldest)
        {
            RemoveFirst(segments);
        }
        RemoveUnreferred(segments, now - UnreferredTime);
        while (segments.Count > 1 && LengthOf(segments) + archive.Length() > keep.MaxLength)
        {
            RemoveFirst(segments);
            RemoveUnreferred(segments, now - UnreferredTime);
        }
        return LengthOf(segments) + archive.Length();
    }

    private void RemoveFirst(List<(long FirstStamp, string Path)> segments)
    {
        File.Delete(segments[0].Path);
        _referredBy.Remove(segments[0].Path);
        segments.RemoveAt(0);
    }

    private void RemoveUnreferred(List<(long FirstStamp, string Path)> segments, DateTimeOffset before)
    {
        HashSet<string> referred = new(StringComparer.Ordinal);
        for (int i = 0; i < segments.Count; i++)
        {
            string path = segments[i].Path;
            if (!_referredBy.TryGetValue(path, out ImmutableArray<string> found))
            {
                found = [.. HistorySegment.Read(path).SelectMany(Referred).Distinct()];
                if (i < segments.Count - 1)
                {
                    _referredBy.Add(path, found);
                }
            }
            referred.UnionWith(found);
        }
        // A log that cannot be read refers to nothing: better to keep too much then.
        if (referred.Count > 0)
        {
            archive.RemoveOthers(referred, before);
        }
    }

    private static IEnumerable<string> Referred(HistoryRecord record)
    {
        SnapshotEntry?[] entries = record switch
        {
            CheckpointRecord checkpoint => [checkpoint.Entry, checkpoint.Stage?.Candidate],
            StageRecord stage => [stage.Stage?.Candidate],
            _ => [],
        };
        return entries.OfType<SnapshotEntry>().SelectMany(entry => new[] { entry.Archived, entry.PlacesDigest });
    }

    private static long LengthOf(List<(long FirstStamp, string Path)> segments) => segments.Sum(segment => new FileInfo(segment.Path).Length);
}
