using System.Globalization;
using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Octets written as text with <c>\X</c> and <c>\DDD</c> escapes (RFC 1035 §5.1).</summary>
internal static class OctetText
{
    /// <summary>
    /// Takes the next octets of a text: one, or up to four for a character outside ASCII, which stands for its UTF-8.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="i">Where to begin; moved behind what was taken.</param>
    /// <param name="octets">Receives the octets; room for four.</param>
    /// <returns>How many, or 0 when an escape is not one.</returns>
    internal static int Scan(ReadOnlySpan<char> text, ref int i, Span<byte> octets)
    {
        char c = text[i];
        if (c != '\\')
        {
            if (c <= 0x7F)
            {
                octets[0] = (byte)c;
                i++;
                return 1;
            }
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int charsConsumed);
            i += charsConsumed;
            return rune.EncodeToUtf8(octets);
        }
        if (++i == text.Length || text[i] > 0x7F)
        {
            return 0;
        }
        if (!char.IsAsciiDigit(text[i]))
        {
            octets[0] = (byte)text[i++];
            return 1;
        }
        if (text.Length - i < 3 || !NumberText.TryScan(text.Slice(i, 3), byte.MaxValue, out uint number))
        {
            return 0;
        }
        octets[0] = (byte)number;
        i += 3;
        return 1;
    }

    /// <summary>Appends octets in quotes.</summary>
    internal static void FormatQuoted(ReadOnlySpan<byte> octets, StringBuilder text)
    {
        text.Append('"');
        foreach (byte octet in octets)
        {
            FormatOctet(octet, text);
        }
        text.Append('"');
    }

    /// <summary>Appends one octet as it stands inside quotes.</summary>
    internal static void FormatOctet(byte octet, StringBuilder text)
    {
        if (octet is (byte)'"' or (byte)'\\')
        {
            text.Append('\\').Append((char)octet);
        }
        else if (octet is >= 0x20 and < 0x7F)
        {
            text.Append((char)octet);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }
    }
}
