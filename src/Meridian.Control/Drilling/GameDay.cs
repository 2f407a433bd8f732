using System.Globalization;
using System.Text.Json.Serialization;
using Meridian.Control.Configuration.Reading.Values;

namespace Meridian.Control.Drilling;

/// <summary>A drill that comes again: on days of the week, at a time of day, by the clock of a time zone.</summary>
public sealed record GameDay
{
    // 1 to 64: a word in a command.
    private const int NameLengthMax = 40;

    private const int MinutesPerDay = 1440;

    /// <summary>What it is called; one of a name.</summary>
    public required string Name { get; init; }

    /// <summary>What is played.</summary>
    public required DrillPlan Plan { get; init; }

    /// <summary>On which days; bit 0 is Sunday, as <see cref="DayOfWeek"/> counts.</summary>
    public required int Days { get; init; }

    /// <summary>When on these days: minutes since midnight, 0 to 1,439.</summary>
    public required int Minute { get; init; }

    /// <summary>Whose clock that is: an IANA time zone, such as <c>Europe/Paris</c>.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Up to when its times have been looked after: played, or left out with a reason.</summary>
    public required DateTimeOffset DoneUntil { get; init; }

    /// <summary>When in words: <c>tue,thu 10:00 Europe/Paris</c>.</summary>
    [JsonIgnore]
    public string When => string.Create(CultureInfo.InvariantCulture, $"{DaysText.Format(Days)} {Minute / 60:00}:{Minute % 60:00} {TimeZone}");

    /// <summary>What is wrong with it whatever the configuration; null when nothing is.</summary>
    [JsonIgnore]
    public string? Problem =>
        Name.Length is 0 or > NameLengthMax || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
            ? $"the name of a game day is 1 to {NameLengthMax} lower-case letters, digits and hyphens"
        : Days is <= 0 or > 0x7F ? "a game day has days of the week, such as tue or mon-fri"
        : Minute is < 0 or >= MinutesPerDay ? "a game day has a time of day, such as 10:00"
        : !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) ? $"'{TimeZone}' is not a time zone that this system knows"
        : Plan.At is not null ? "a game day comes on its days, and at no other time"
        : Plan.Problem;

    /// <summary>
    /// The next time that it comes. A time of day that summer time skips comes as much later as the clocks jump, and one that is lived twice
    /// comes the first time. Null where its time zone is not known any more.
    /// </summary>
    /// <param name="moment">After this.</param>
    public DateTimeOffset? NextAfter(DateTimeOffset moment)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out TimeZoneInfo? zone))
        {
            return null;
        }
        DateTime today = TimeZoneInfo.ConvertTime(moment, zone).Date;
        // A week has all days; today's time may be over, and clocks may jump at midnight.
        for (int day = 0; day <= 8; day++)
        {
            DateTime local = today.AddDays(day).AddMinutes(Minute);
            if ((Days >> (int)local.DayOfWeek & 1) != 0 && InstantOf(local, zone) is var instant && instant > moment)
            {
                return instant;
            }
        }
        return null;
    }

    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        // By the clock of before: an hour that is skipped is found behind the jump.
        TimeSpan offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddDays(-1))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <summary>One time that a game day came.</summary>
/// <param name="Name">Which game day.</param>
/// <param name="At">When it was due.</param>
/// <param name="Skipped">Why it was left out; null when it was played.</param>
/// <param name="Report">What came of it; null when it was left out.</param>
public sealed record GameDayRun(string Name, DateTimeOffset At, string? Skipped, DrillReport? Report);

/// <summary>All game days, and what became of them, as they are kept.</summary>
/// <param name="Days">Those that will come.</param>
/// <param name="Runs">Those that came, latest last.</param>
public sealed record GameDayBook(System.Collections.Immutable.ImmutableArray<GameDay> Days, System.Collections.Immutable.ImmutableArray<GameDayRun> Runs)
{
    /// <summary>Nothing planned, nothing held.</summary>
    public static GameDayBook Empty { get; } = new([], []);
}
