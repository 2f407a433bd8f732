using System.Text;

namespace Meridian.Health.Probes.Http;

/// <summary>What the header fields of one answer say of where its body ends (RFC 9112 §6).</summary>
internal struct HeaderFields
{
    /// <summary>From Content-Length; -1 without one.</summary>
    internal long ContentLength { get; private set; } = -1;

    internal bool HasTransferEncoding { get; private set; }

    /// <summary>Whether chunked is the last transfer coding, as it must be to end the body (RFC 9112 §6.3).</summary>
    internal bool IsChunked { get; private set; }

    public HeaderFields()
    {
    }

    /// <summary>Takes one header line in; false when it makes the framing of the answer invalid.</summary>
    /// <param name="line">Without its line end, at most the first 256 octets.</param>
    /// <param name="isCut">Whether there was more of the line.</param>
    internal bool TryAdd(ReadOnlySpan<byte> line, bool isCut)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            // A line without a name: obs-fold of the line before (RFC 9112 §5.2) or plain noise. Neither is framing.
            return colon != 0 && (line[0] is (byte)' ' or (byte)'\t');
        }

        ReadOnlySpan<byte> name = line[..colon];
        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
        {
            return !isCut && TryAddContentLength(value);
        }

        if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
        {
            HasTransferEncoding = true;
            ReadOnlySpan<byte> last = value[(value.LastIndexOf((byte)',') + 1)..].Trim(" \t"u8);
            IsChunked = Ascii.EqualsIgnoreCase(last, "chunked"u8);
            return !isCut;
        }

        return true;
    }

    /// <summary>The value of a Location line; null for a line of another name.</summary>
    internal static string? LocationOf(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        return colon > 0 && Ascii.EqualsIgnoreCase(line[..colon], "Location"u8)
            ? Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8))
            : null;
    }

    // RFC 9112 §6.3: a list of identical values counts as the value; differing ones are an attack or a fault.
    private bool TryAddContentLength(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            int comma = value.IndexOf((byte)',');
            ReadOnlySpan<byte> item = (comma < 0 ? value : value[..comma]).Trim(" \t"u8);
            if (!TryParseDigits(item, out long length) || (ContentLength >= 0 && ContentLength != length))
            {
                return false;
            }

            ContentLength = length;
            if (comma < 0)
            {
                return true;
            }

            value = value[(comma + 1)..];
        }
    }

    private static bool TryParseDigits(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        // 18 digits always fit in 64 bits, and no body has more octets.
        if (digits.IsEmpty || digits.Length > 18)
        {
            return false;
        }

        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
