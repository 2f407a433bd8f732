using System.Text.Json;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.Drilling;

/// <summary>Keeps game days over a restart, in <c>game-days.json</c> in the state directory. The file is replaced whole.</summary>
/// <param name="stateDirectory">The state directory, made when it is missing; null keeps them in memory alone.</param>
public sealed class GameDayStore(string? stateDirectory)
{
    /// <summary>The file.</summary>
    public const string FileName = "game-days.json";

    /// <summary>Whether a restart finds them again.</summary>
    public bool IsLasting => stateDirectory is not null;

    /// <summary>What was kept; empty when nothing was.</summary>
    /// <param name="problem">Why it cannot be read, in words; null when it can, or there is nothing.</param>
    public GameDayBook Load(out string? problem)
    {
        problem = null;
        if (stateDirectory is null)
        {
            return GameDayBook.Empty;
        }
        string path = Path.Combine(stateDirectory, FileName);
        try
        {
            return JsonSerializer.Deserialize<GameDayBook>(File.ReadAllBytes(path), JsonSerializerOptions.Web) is { Days.IsDefault: false, Runs.IsDefault: false } book
                ? book
                : GameDayBook.Empty;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return GameDayBook.Empty;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            problem = $"{path}: {e.Message}";
            return GameDayBook.Empty;
        }
    }

    /// <summary>Writes them down.</summary>
    /// <returns>Why that cannot be done, in words; null when it is on the disk.</returns>
    public string? Save(GameDayBook book)
    {
        if (stateDirectory is null)
        {
            return null;
        }
        try
        {
            Directory.CreateDirectory(stateDirectory);
            AtomicFile.Write(Path.Combine(stateDirectory, FileName), JsonSerializer.SerializeToUtf8Bytes(book, JsonSerializerOptions.Web));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}
