using System.Globalization;
using System.Text;

namespace Meridian.Dns.Names;

/// <summary>
/// Text of IP addresses as zone files have it. Stricter than System.Net.IPAddress, which also takes "127.1", "0x7f.0.0.1",
/// scope ids and prefixes.
/// </summary>
public static class AddressText
{
    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <summary>Scans four decimal numbers 0–255 with dots between; writes 4 octets.</summary>
    public static bool TryScanIPv4(ReadOnlySpan<char> text, Span<byte> octets)
    {
        int index = 0;
        int value = -1;
        foreach (char c in text)
        {
            if (c == '.')
            {
                if (value < 0 || index == 3)
                {
                    return false;
                }
                octets[index++] = (byte)value;
                value = -1;
                continue;
            }
            int digit = c - '0';
            // A leading zero is refused: some software reads 010 as eight (RFC 6943 §3.1.1).
            if ((uint)digit > 9 || value == 0)
            {
                return false;
            }
            value = Math.Max(value, 0) * 10 + digit;
            if (value > byte.MaxValue)
            {
                return false;
            }
        }
        if (index != 3 || value < 0)
        {
            return false;
        }
        octets[3] = (byte)value;
        return true;
    }

    /// <summary>Scans any form of RFC 4291 §2.2; writes 16 octets.</summary>
    public static bool TryScanIPv6(ReadOnlySpan<char> text, Span<byte> octets)
    {
        octets = octets[..16];
        octets.Clear();
        int length = 0;
        int gap = -1;
        int i = 0;
        if (text.StartsWith("::"))
        {
            gap = 0;
            i = 2;
        }
        while (i < text.Length)
        {
            int groupLength = text[i..].IndexOf(':');
            ReadOnlySpan<char> group = groupLength < 0 ? text[i..] : text.Slice(i, groupLength);
            if (groupLength < 0 && group.Contains('.'))
            {
                if (length > 12 || !TryScanIPv4(group, octets[length..]))
                {
                    return false;
                }
                length += 4;
                break;
            }
            if (length == 16 || !TryScanGroup(group, octets[length..]))
            {
                return false;
            }
            length += 2;
            i += group.Length;
            if (i == text.Length)
            {
                break;
            }
            // A colon: another group follows, or a second colon stands for the zeros.
            if (++i == text.Length)
            {
                return false;
            }
            if (text[i] == ':')
            {
                if (gap >= 0)
                {
                    return false;
                }
                gap = length;
                i++;
            }
        }
        return gap < 0 ? length == 16 : TryOpenGap(octets, gap, length);
    }

    public static void FormatIPv4(ReadOnlySpan<byte> octets, StringBuilder text) =>
        text.Append(CultureInfo.InvariantCulture, $"{octets[0]}.{octets[1]}.{octets[2]}.{octets[3]}");

    /// <summary>Appends the recommended form (RFC 5952 §4); IPv4-mapped addresses with a dotted end (§5).</summary>
    public static void FormatIPv6(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        if (octets[..12].SequenceEqual(MappedPrefix))
        {
            text.Append("::ffff:");
            FormatIPv4(octets[12..], text);
            return;
        }
        (int zerosStart, int zerosLength) = LongestZeros(octets);
        for (int group = 0; group < 8; group++)
        {
            if (group == zerosStart && zerosLength > 1)
            {
                text.Append("::");
                group += zerosLength - 1;
                continue;
            }
            if (group > 0 && text[^1] != ':')
            {
                text.Append(':');
            }
            text.Append(CultureInfo.InvariantCulture, $"{octets[2 * group] << 8 | octets[2 * group + 1]:x}");
        }
    }

    private static bool TryScanGroup(ReadOnlySpan<char> group, Span<byte> octets)
    {
        if (group.Length is 0 or > 4)
        {
            return false;
        }
        int value = 0;
        foreach (char c in group)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
            value = value << 4 | (char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        }
        octets[0] = (byte)(value >> 8);
        octets[1] = (byte)value;
        return true;
    }

    // Moves what stands behind "::" to the end; the two colons stand for one group of zeros at least.
    private static bool TryOpenGap(Span<byte> octets, int gap, int length)
    {
        if (length > 14)
        {
            return false;
        }
        octets[gap..length].CopyTo(octets[(16 - (length - gap))..]);
        octets.Slice(gap, 16 - length).Clear();
        return true;
    }

    // RFC 5952 §4.2.3: the longest run, the first of equals.
    private static (int Start, int Length) LongestZeros(ReadOnlySpan<byte> octets)
    {
        int bestStart = -1;
        int bestLength = 0;
        int run = 0;
        for (int group = 0; group < 8; group++)
        {
            run = (octets[2 * group] | octets[2 * group + 1]) == 0 ? run + 1 : 0;
            if (run > bestLength)
            {
                (bestStart, bestLength) = (group - run + 1, run);
            }
        }
        return (bestStart, bestLength);
    }
}
