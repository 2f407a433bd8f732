using System.Globalization;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>
/// Durations as they are written: whole numbers with units, the largest first: <c>500ms</c>, <c>10s</c>, <c>1h30m</c>,
/// <c>2w</c>.
/// </summary>
public static class DurationText
{
    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("w", 7 * 24 * 3_600_000L), ("d", 24 * 3_600_000L), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ];

    /// <summary>About 280 years: within what a TimeSpan holds, and beyond every range.</summary>
    private const long MaxMilliseconds = 280L * 365 * 24 * 3_600_000;

    /// <summary>Reads a duration; false when the text is not one.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        long total = 0;
        int lastUnit = -1;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                return false;
            }
            text = text[digits..];
            int letters = text.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = letters < 0 ? text : text[..letters];
            int index = IndexOfUnit(unit);
            // Units go down, so that 5m1h and 5m5m are not taken for what somebody may have meant by them.
            if (index <= lastUnit)
            {
                return false;
            }
            lastUnit = index;
            total += count * Units[index].Milliseconds;
            if (total > MaxMilliseconds)
            {
                return false;
            }
            text = text[unit.Length..];
        }
        duration = TimeSpan.FromMilliseconds(total);
        return lastUnit >= 0;
    }

    /// <summary>Shortest form in one unit: <c>90s</c>, <c>10m</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        long milliseconds = (long)duration.TotalMilliseconds;
        if (milliseconds == 0)
        {
            return "0s";
        }
        // Weeks are read but never written: 14d says more to most people than 2w.
        (string unit, long length) = Units.Skip(1).First(unit => milliseconds % unit.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / length}{unit}");
    }

    private static int IndexOfUnit(ReadOnlySpan<char> unit)
    {
        for (int i = 0; i < Units.Length; i++)
        {
            if (unit.SequenceEqual(Units[i].Unit))
            {
                return i;
            }
        }
        return -1;
    }
}
