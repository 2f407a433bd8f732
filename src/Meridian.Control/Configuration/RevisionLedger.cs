using System.Text.Json;
using Meridian.Control.Configuration.State;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Configuration;

/// <summary>
/// Numbers the configurations that were accepted, so that every change has a revision and a larger SOA serial, also after a
/// rollback and after a restart. Not for concurrent use: one control loop accepts configurations.
/// </summary>
public sealed class RevisionLedger
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "revision.json";

    private readonly string? _path;
    private readonly TimeProvider _time;

    /// <param name="stateDirectory">Made when it is missing; null keeps the numbers in memory only.</param>
    /// <param name="time">Dates revisions and gives serials their start.</param>
    public RevisionLedger(string? stateDirectory, TimeProvider time)
    {
        _time = time;
        if (stateDirectory is null)
        {
            return;
        }
        _path = Path.Combine(stateDirectory, FileName);
        Last = TryRead(_path, out string? problem);
        Problem = problem;
    }

    /// <summary>The revision that was accepted last; null before the first.</summary>
    public RevisionInfo? Last { get; private set; }

    /// <summary>
    /// Why what an earlier run wrote could not be read; null when all is well. Numbering then starts anew at 1, while serials
    /// go on from the clock, which is where they came from.
    /// </summary>
    public string? Problem { get; }

    /// <summary>
    /// The revision that a configuration would be: the last one when it is the same, else the next. Records nothing.
    /// </summary>
    public RevisionInfo Propose(string digest)
    {
        if (Last is { } last && last.Digest == digest)
        {
            return last;
        }
        DateTimeOffset now = _time.GetUtcNow();
        return new RevisionInfo((Last?.Number ?? 0) + 1, NextSerial(Last?.SoaSerial, now), digest, now);
    }

    /// <summary>
    /// Records a proposed revision as accepted. When this returns, it survives a crash; when it throws (the disk is full, the
    /// directory is not writable) nothing is recorded.
    /// </summary>
    public void Commit(RevisionInfo revision)
    {
        if (revision == Last)
        {
            return;
        }
        if (_path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path) ?? ".");
            AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(revision, JsonSerializerOptions.Web));
        }
        Last = revision;
    }

    /// <summary>
    /// The clock in seconds, or the last serial and one when the clock is not ahead of it in the sense of RFC 1982 §3.2:
    /// secondaries take a zone only when its serial grew. Seconds pass 2³² in 2106 and wrap as serials do.
    /// </summary>
    internal static uint NextSerial(uint? last, DateTimeOffset now)
    {
        uint clock = unchecked((uint)now.ToUnixTimeSeconds());
        if (last is not { } serial)
        {
            return clock;
        }
        bool isAhead = unchecked((int)(clock - serial)) > 0;
        return isAhead ? clock : unchecked(serial + 1);
    }

    private static RevisionInfo? TryRead(string path, out string? problem)
    {
        problem = null;
        try
        {
            RevisionInfo? read = JsonSerializer.Deserialize<RevisionInfo>(
                File.ReadAllBytes(path), JsonSerializerOptions.Web);
            if (read is { Number: > 0, Digest.Length: > 0 })
            {
                return read;
            }
            problem = $"{path}: this is not a revision";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start: nothing was accepted yet.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{path}: {e.Message}";
        }
        return null;
    }
}
