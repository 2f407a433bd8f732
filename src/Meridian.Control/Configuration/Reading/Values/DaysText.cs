namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>
/// Days of the week as they are written: days and ranges of days, separated by commas: <c>mon-fri</c>, <c>sat,sun</c>. As a number, bit 0 is
/// Sunday, as <see cref="DayOfWeek"/> counts.
/// </summary>
public static class DaysText
{
    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Reads days; false when the text is none.</summary>
    public static bool TryParse(string text, out int days)
    {
        days = 0;
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-', StringSplitOptions.TrimEntries);
            int first = Array.IndexOf(Names, ends[0]);
            int last = Array.IndexOf(Names, ends[^1]);
            if (ends.Length > 2 || first < 0 || last < 0)
            {
                days = 0;
                return false;
            }
            for (int day = first; ; day = (day + 1) % Names.Length)
            {
                days |= 1 << day;
                if (day == last)
                {
                    break;
                }
            }
        }
        return true;
    }

    /// <summary>Writes days, from Monday on.</summary>
    public static string Format(int days) => days == 0x7F
        ? "every day"
        : string.Join(',', Enumerable.Range(1, Names.Length).Select(day => day % Names.Length).Where(day => (days >> day & 1) != 0).Select(day => Names[day]));
}
