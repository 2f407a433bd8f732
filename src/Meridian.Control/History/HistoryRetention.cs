using Meridian.Engine.Model;

namespace Meridian.Control.History;

/// <summary>Keeps the log within its time and its size.</summary>
internal static class HistoryRetention
{
    /// <summary>
    /// Removes segments that ended before the time that is kept, and then the oldest until the size is kept too; never the
    /// newest, which is being written. What only they referred to goes with them.
    /// </summary>
    /// <returns>Octets that are left.</returns>
    public static long Prune(string directory, HistoryArchive archive, HistoryModel keep, DateTimeOffset now)
    {
        long oldest = (now - keep.Keep).ToUnixTimeMilliseconds();
        List<(long FirstStamp, string Path)> segments = [.. HistorySegment.List(directory)];
        // A segment ends where the next one begins.
        while (segments.Count > 1 && segments[1].FirstStamp < oldest)
        {
            RemoveFirst(segments);
        }
        RemoveUnreferred(segments, archive);
        while (segments.Count > 1 && LengthOf(segments) + archive.Length() > keep.MaxLength)
        {
            RemoveFirst(segments);
            RemoveUnreferred(segments, archive);
        }
        return LengthOf(segments) + archive.Length();
    }

    private static void RemoveFirst(List<(long FirstStamp, string Path)> segments)
    {
        File.Delete(segments[0].Path);
        segments.RemoveAt(0);
    }

    private static void RemoveUnreferred(List<(long FirstStamp, string Path)> segments, HistoryArchive archive)
    {
        HashSet<string> referred = new(StringComparer.Ordinal);
        foreach ((_, string path) in segments)
        {
            if (HistorySegment.Read(path).FirstOrDefault() is CheckpointRecord checkpoint)
            {
                referred.Add(checkpoint.ConfigurationDigest);
                referred.Add(checkpoint.PlacesDigest);
            }
        }
        // A log that cannot be read refers to nothing: better to keep too much then.
        if (referred.Count > 0)
        {
            archive.RemoveOthers(referred);
        }
    }

    private static long LengthOf(List<(long FirstStamp, string Path)> segments) => segments.Sum(segment => new FileInfo(segment.Path).Length);
}
