using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration.State;
using Meridian.Engine.Steering;

namespace Meridian.Control.Publishing;

/// <summary>
/// Keeps what pools were last good with over a restart, for policies that answer <c>last-good</c>: in
/// <c>last-answers.json</c> in the state directory. The file is replaced whole.
/// </summary>
/// <param name="stateDirectory">The state directory; made when it is missing.</param>
public sealed class LastAnswersStore(string stateDirectory)
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "last-answers.json";

    private readonly string _path = Path.Combine(stateDirectory, FileName);
    private byte[] _written = [];

    /// <summary>What was kept; empty when there is nothing, or nothing that can be read.</summary>
    /// <param name="problem">Why what is there cannot be read.</param>
    public LastGoodMemory Load(out string? problem)
    {
        problem = null;
        try
        {
            Document? document = JsonSerializer.Deserialize<Document>(File.ReadAllBytes(_path), JsonSerializerOptions.Web);
            if (document is { Pools.IsDefault: false })
            {
                return new LastGoodMemory(document.Pools, document.Sequence);
            }
            problem = $"{_path}: this is not a record of last answers";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The first start.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{_path}: {e.Message}";
        }
        return LastGoodMemory.Empty;
    }

    /// <summary>Writes the memory when it changed. Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</summary>
    public void Save(LastGoodMemory memory)
    {
        Document document = new(memory.Sequence, [.. memory.Pools.OrderBy(pool => pool.Pool, StringComparer.Ordinal)]);
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(document, JsonSerializerOptions.Web);
        if (!content.AsSpan().SequenceEqual(_written))
        {
            Directory.CreateDirectory(stateDirectory);
            AtomicFile.Write(_path, content);
            _written = content;
        }
    }

    private sealed record Document(long Sequence, ImmutableArray<LastGoodPool> Pools);
}
