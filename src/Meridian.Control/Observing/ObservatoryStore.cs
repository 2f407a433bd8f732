using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration.State;
using Meridian.Control.Drilling;

namespace Meridian.Control.Observing;

/// <summary>
/// Keeps what was measured over a restart: the measured tail in <c>propagation.json</c>, and the drill that waits or was the last one in
/// <c>drill.json</c>, both in the state directory. Nobody who asked is in either. The files are replaced whole.
/// </summary>
/// <param name="stateDirectory">The state directory; made when it is missing.</param>
public sealed class ObservatoryStore(string stateDirectory)
{
    /// <summary>The file with the measured tail.</summary>
    public const string PropagationFile = "propagation.json";

    /// <summary>The file with the drill.</summary>
    public const string DrillFile = "drill.json";

    private readonly Dictionary<string, byte[]> _written = new(StringComparer.Ordinal);
    private (ImmutableArray<FinishedChange> Changes, DrillReport? Drill) _saved;

    /// <summary>Gives an observatory what an earlier run kept. Its drills must be there.</summary>
    /// <returns>Why some of it cannot be read, in words.</returns>
    public ImmutableArray<string> Load(Observatory observatory)
    {
        List<string> problems = [];
        if (Read<ImmutableArray<FinishedChange>>(PropagationFile, problems) is { IsDefault: false } changes)
        {
            observatory.Propagation.History.Restore(changes);
        }
        if (Read<DrillReport>(DrillFile, problems) is { IsWhole: true } drill)
        {
            observatory.Drills?.Restore(drill);
        }
        return [.. problems];
    }

    /// <summary>Writes what has changed. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public void Save(Observatory observatory)
    {
        ImmutableArray<FinishedChange> changes = observatory.Propagation.History.Changes;
        DrillReport? drill = observatory.Drills?.Kept;
        if (changes == _saved.Changes && ReferenceEquals(drill, _saved.Drill))
        {
            return;
        }
        Write(PropagationFile, changes, isNothing: changes.IsEmpty);
        Write(DrillFile, drill, isNothing: drill is null);
        _saved = (changes, drill);
    }

    private T? Read<T>(string file, List<string> problems)
    {
        string path = Path.Combine(stateDirectory, file);
        try
        {
            byte[] content = File.ReadAllBytes(path);
            T? read = JsonSerializer.Deserialize<T>(content, JsonSerializerOptions.Web);
            _written[file] = content;
            return read;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problems.Add($"{path}: {e.Message}");
        }
        return default;
    }

    private void Write<T>(string file, T content, bool isNothing)
    {
        byte[] octets = JsonSerializer.SerializeToUtf8Bytes(content, JsonSerializerOptions.Web);
        byte[]? before = _written.GetValueOrDefault(file);
        if ((before is null && isNothing) || octets.AsSpan().SequenceEqual(before))
        {
            return;
        }
        Directory.CreateDirectory(stateDirectory);
        AtomicFile.Write(Path.Combine(stateDirectory, file), octets);
        _written[file] = octets;
    }
}
