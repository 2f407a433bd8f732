using System.Globalization;
using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Numbers and times in zone text.</summary>
internal static class NumberText
{
    private const int SecondsPerDay = 86400;

    /// <summary>Scans decimal digits and nothing else.</summary>
    internal static bool TryScan(ReadOnlySpan<char> text, uint greatest, out uint number)
    {
        number = 0;
        ulong value = 0;
        if (text.IsEmpty)
        {
            return false;
        }
        foreach (char c in text)
        {
            uint digit = (uint)(c - '0');
            value = value * 10 + digit;
            if (digit > 9 || value > greatest)
            {
                return false;
            }
        }
        number = (uint)value;
        return true;
    }

    /// <summary>Scans seconds: digits, or digits with the units w d h m s (1h30m), each at most once and in any order.</summary>
    internal static bool TryScanSeconds(ReadOnlySpan<char> text, uint greatest, out uint seconds)
    {
        seconds = 0;
        ulong total = 0;
        int unitsSeen = 0;
        int i = 0;
        while (i < text.Length)
        {
            int start = i;
            ulong value = 0;
            for (; i < text.Length && char.IsAsciiDigit(text[i]); i++)
            {
                value = value * 10 + (uint)(text[i] - '0');
                if (value > uint.MaxValue)
                {
                    return false;
                }
            }
            if (i == start || (i == text.Length && unitsSeen != 0))
            {
                return false;
            }
            (int unit, uint factor) = i == text.Length ? (1, 1u) : UnitOf(text[i++]);
            if (unit == 0 || (unitsSeen & unit) != 0)
            {
                return false;
            }
            unitsSeen |= unit;
            total += value * factor;
        }
        seconds = (uint)total;
        return unitsSeen != 0 && total <= greatest;
    }

    /// <summary>Scans YYYYMMDDHHmmSS, or seconds since 1970 in up to ten digits (RFC 4034 §3.2).</summary>
    internal static bool TryScanTimestamp(ReadOnlySpan<char> text, out uint seconds)
    {
        if (text.Length <= 10)
        {
            return TryScan(text, uint.MaxValue, out seconds);
        }
        seconds = 0;
        if (!DateTime.TryParseExact(text, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
        {
            return false;
        }
        long ticks = time.Ticks - DateTime.UnixEpoch.Ticks;
        if (ticks < 0 || ticks / TimeSpan.TicksPerSecond > uint.MaxValue)
        {
            return false;
        }
        seconds = (uint)(ticks / TimeSpan.TicksPerSecond);
        return true;
    }

    internal static void FormatTimestamp(uint seconds, StringBuilder text) =>
        text.Append(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddSeconds(seconds):yyyyMMddHHmmss}");

    private static (int Unit, uint Factor) UnitOf(char c) => char.ToLowerInvariant(c) switch
    {
        's' => (1, 1),
        'm' => (2, 60),
        'h' => (4, 3600),
        'd' => (8, SecondsPerDay),
        'w' => (16, 7 * SecondsPerDay),
        _ => (0, 0),
    };
}
