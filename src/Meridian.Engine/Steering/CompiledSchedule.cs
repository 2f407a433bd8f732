using System.Globalization;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>
/// The windows of a schedule node as numbers. Local time is the time of the query plus the zone's offset, so a window is
/// decided by a few comparisons; in the hour that summer time skips nothing begins late, and one that is lived twice
/// counts twice.
/// </summary>
internal sealed class CompiledSchedule
{
    private const int SecondsPerDay = 86_400;

    private readonly ZoneClock _clock;
    private readonly Window[] _windows;

    private CompiledSchedule(ZoneClock clock, Window[] windows)
    {
        _clock = clock;
        _windows = windows;
    }

    public static CompiledSchedule Compile(ScheduleNode schedule) => new(
        ZoneClock.Create(TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone)),
        [.. schedule.Windows.Select(window => new Window(
            window.Days, window.FromSecond, window.ToSecond,
            window.FirstDate is { } first ? DayOf(first) : long.MinValue,
            window.LastDate is { } last ? DayOf(last) : long.MaxValue))]);

    /// <summary>How many windows there are; a child beyond them is the default.</summary>
    public int WindowCount => _windows.Length;

    /// <summary>A window in words: equal texts are equal windows.</summary>
    public static string Describe(ScheduleWindow window)
    {
        string days = window.Days == 0x7F ? "every day" : string.Join(
            ',', Enumerable.Range(0, 7).Where(day => (window.Days >> day & 1) != 0).Select(day => ((DayOfWeek)day).ToString()[..3].ToLowerInvariant()));
        string dates = window.FirstDate is null && window.LastDate is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" {window.FirstDate:yyyy-MM-dd}/{window.LastDate:yyyy-MM-dd}");
        return $"{days} {Clock(window.FromSecond)}-{Clock(window.ToSecond)}{dates}";
    }

    /// <summary>Local time at a moment, in seconds since 1970-01-01T00:00 on the local clock.</summary>
    public long LocalSeconds(long unixSeconds) => unixSeconds + _clock.OffsetAt(unixSeconds);

    public bool IsOpen(int window, long localSeconds)
    {
        ref readonly Window found = ref _windows[window];
        long day = Math.DivRem(localSeconds, SecondsPerDay, out long second);
        if (second < 0)
        {
            // Before 1970 the remainder is negative.
            day--;
            second += SecondsPerDay;
        }
        if (found.From < found.To)
        {
            return second >= found.From && second < found.To && found.HasDay(day);
        }
        // Over midnight: what is before the end belongs to the day before.
        return (second >= found.From && found.HasDay(day)) || (second < found.To && found.HasDay(day - 1));
    }

    /// <summary>
    /// Seconds until some window opens or closes, when that is within a time; 0 when none does. An answer need not outlive
    /// its window.
    /// </summary>
    public uint SecondsToSwitch(long unixSeconds, uint withinSeconds)
    {
        long local = LocalSeconds(unixSeconds);
        uint soonest = 0;
        for (int i = 0; i < _windows.Length; i++)
        {
            Consider(i, _windows[i].From, local, withinSeconds, ref soonest);
            Consider(i, _windows[i].To % SecondsPerDay, local, withinSeconds, ref soonest);
        }
        return soonest;
    }

    private void Consider(int window, int secondOfDay, long local, uint within, ref uint soonest)
    {
        long wait = (((secondOfDay - local) % SecondsPerDay) + SecondsPerDay) % SecondsPerDay;
        wait = wait == 0 ? SecondsPerDay : wait;
        if (wait <= within && (soonest == 0 || wait < soonest) && IsOpen(window, local) != IsOpen(window, local + wait))
        {
            soonest = (uint)wait;
        }
    }

    private static long DayOf(DateOnly date) => date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    private static string Clock(int second) => string.Create(CultureInfo.InvariantCulture, $"{second / 3600:00}:{second / 60 % 60:00}");

    private readonly record struct Window(int Days, int From, int To, long FirstDay, long LastDay)
    {
        // 1970-01-01 was a Thursday.
        private const int DayOfWeekOfEpoch = 4;

        public bool HasDay(long day) =>
            day >= FirstDay && day <= LastDay && (Days >> (int)((((day + DayOfWeekOfEpoch) % 7) + 7) % 7) & 1) != 0;
    }
}
