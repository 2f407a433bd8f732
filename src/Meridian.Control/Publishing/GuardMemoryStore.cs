using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration.State;
using Meridian.Engine.Steering;

namespace Meridian.Control.Publishing;

/// <summary>
/// Keeps over a restart how the monitors that guard ramps were, in <c>guards.json</c> in the state directory: a ramp that went
/// back stays back, and one that began anew does not jump ahead.
/// </summary>
/// <param name="stateDirectory">The state directory; made when it is missing.</param>
public sealed class GuardMemoryStore(string stateDirectory)
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "guards.json";

    private readonly string _path = Path.Combine(stateDirectory, FileName);
    private byte[] _written = [];

    /// <summary>What was kept; empty when there is nothing, or nothing that can be read.</summary>
    /// <param name="problem">Why what is there cannot be read.</param>
    public ImmutableArray<GuardMemory> Load(out string? problem)
    {
        problem = null;
        try
        {
            ImmutableArray<GuardMemory> guards = JsonSerializer.Deserialize<ImmutableArray<GuardMemory>>(File.ReadAllBytes(_path), JsonSerializerOptions.Web);
            return guards.IsDefault ? [] : guards;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{_path}: {e.Message}";
        }
        return [];
    }

    /// <summary>Writes the memory when it changed. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public void Save(ImmutableArray<GuardMemory> guards)
    {
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(guards, JsonSerializerOptions.Web);
        bool isNothing = guards.IsEmpty && _written.Length == 0;
        if (!isNothing && !content.AsSpan().SequenceEqual(_written))
        {
            Directory.CreateDirectory(stateDirectory);
            AtomicFile.Write(_path, content);
            _written = content;
        }
    }
}
