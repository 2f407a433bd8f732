using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Configuration.State;

namespace Meridian.Control.Drilling;

/// <summary>
/// Keeps game days over a restart, in <c>game-days.json</c> in the state directory. The file is replaced whole; one that could not be
/// understood is kept beside it before that.
/// </summary>
/// <param name="stateDirectory">The state directory, made when it is missing; null keeps them in memory alone.</param>
public sealed class GameDayStore(string? stateDirectory)
{
    /// <summary>The file.</summary>
    public const string FileName = "game-days.json";

    /// <summary>What a file that could not be understood is called afterwards.</summary>
    public const string UnreadFileName = FileName + ".unread";

    private bool _isUnread;

    /// <summary>Whether a restart finds them again.</summary>
    public bool IsLasting => stateDirectory is not null;

    /// <summary>What was kept, without the parts that nobody can make sense of; empty when nothing was.</summary>
    /// <param name="problem">What cannot be read, in words; null when all can, or there is nothing.</param>
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
            GameDayBook? read = JsonSerializer.Deserialize<GameDayBook>(File.ReadAllBytes(path), JsonSerializerOptions.Web);
            GameDayBook sound = SoundPartOf(read, out ImmutableArray<string> dropped);
            _isUnread = !dropped.IsEmpty;
            problem = dropped.IsEmpty ? null : $"{path}: left out {string.Join(", ", dropped)}; the next change keeps the file as {UnreadFileName}";
            return sound;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return GameDayBook.Empty;
        }
        // The last three: what the reader of JSON makes of values that no type takes.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException or InvalidOperationException or NotSupportedException)
        {
            _isUnread = true;
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
            string path = Path.Combine(stateDirectory, FileName);
            if (_isUnread && File.Exists(path))
            {
                File.Move(path, Path.Combine(stateDirectory, UnreadFileName), overwrite: true);
            }
            _isUnread = false;
            AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(book, JsonSerializerOptions.Web));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static GameDayBook SoundPartOf(GameDayBook? book, out ImmutableArray<string> dropped)
    {
        List<string> left = [];
        List<GameDay> days = [];
        foreach ((int index, GameDay? day) in Given(book?.Days).Index())
        {
            if (ProblemOf(day) is { } problem)
            {
                left.Add($"the game day {day?.Name ?? $"number {index + 1}"} ({problem})");
            }
            else if (days.Any(known => known.Name == day!.Name)) // Without one, there is a problem.
            {
                left.Add($"the second game day {day!.Name}"); // As above.
            }
            else
            {
                days.Add(day!); // As above.
            }
        }
        ImmutableArray<GameDayRun> runs = [.. Given(book?.Runs).Where(run => run is { Name: not null, Report: null or { IsWhole: true } })];
        if (Given(book?.Runs).Length - runs.Length is > 0 and int count)
        {
            left.Add($"{count} of the history");
        }
        if (book is null || book.Days.IsDefault || book.Runs.IsDefault)
        {
            left.Add("what is not there of it");
        }
        dropped = [.. left];
        return new GameDayBook([.. days], runs);
    }

    private static ImmutableArray<T> Given<T>(ImmutableArray<T>? parts) => parts is { IsDefault: false } given ? given : [];

    private static string? ProblemOf(GameDay? day) =>
        day is not { Name: not null, TimeZone: not null, Plan.IsWhole: true } ? "parts of it are missing"
        // A time zone that this system has not may come back with its next update: the day waits for it.
        : (day with { TimeZone = TimeZoneInfo.Utc.Id }).Problem;
}
