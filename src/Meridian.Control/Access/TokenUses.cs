using System.Collections.Concurrent;
using System.Text.Json;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.Access;

/// <summary>
/// When each token was used last. It is kept beside the change log and not in it: a use is not a change. A crash forgets the
/// uses since the last <see cref="Save"/>.
/// </summary>
public sealed class TokenUses
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "token-uses.json";

    private readonly ConcurrentDictionary<string, TokenUse> _uses = new(StringComparer.Ordinal);
    private readonly string? _path;
    private int _isChanged;

    /// <param name="stateDirectory">Null keeps them in memory only.</param>
    public TokenUses(string? stateDirectory)
    {
        _path = stateDirectory is null ? null : Path.Combine(stateDirectory, FileName);
        foreach ((string id, TokenUse use) in Load(_path))
        {
            _uses[id] = use;
        }
    }

    public TokenUse? Find(string id) => _uses.GetValueOrDefault(id);

    public void Record(string id, TokenUse use)
    {
        _uses[id] = use;
        // Read by the thread that saves; the dictionary itself is safe.
        Volatile.Write(ref _isChanged, 1);
    }

    /// <summary>Writes what changed since the last time.</summary>
    /// <param name="known">Which tokens there are; the uses of others are dropped.</param>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Save(Func<string, bool> known)
    {
        if (_path is null || Interlocked.Exchange(ref _isChanged, 0) == 0)
        {
            return;
        }
        foreach (string gone in _uses.Keys.Where(id => !known(id)))
        {
            _uses.TryRemove(gone, out _);
        }
        AtomicFile.Write(_path, JsonSerializer.SerializeToUtf8Bytes(
            new SortedDictionary<string, TokenUse>(_uses, StringComparer.Ordinal), AccessJson.Default.SortedDictionaryStringTokenUse));
    }

    private static SortedDictionary<string, TokenUse> Load(string? path)
    {
        try
        {
            return path is not null && File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), AccessJson.Default.SortedDictionaryStringTokenUse) ?? []
                : [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // Nothing depends on it: the next use writes it anew.
            return [];
        }
    }
}
