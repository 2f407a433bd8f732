using System.Globalization;
using System.Text;

namespace Meridian.Dns.Names;

/// <summary>Presentation format of names (RFC 1035 §5.1), on wire bytes so that the written case survives.</summary>
public static class DomainNameText
{
    /// <summary>Scans a name into uncompressed wire format, keeping the case as written.</summary>
    /// <param name="text">The name; <c>@</c> is the origin, no final dot means relative to it.</param>
    /// <param name="origin">Wire form of the origin; empty when there is none.</param>
    /// <param name="wire">Receives the name; give it <see cref="DomainName.MaxLength"/> octets.</param>
    /// <param name="length">Octets written.</param>
    public static DomainNameError TryScan(ReadOnlySpan<char> text, ReadOnlySpan<byte> origin, Span<byte> wire, out int length)
    {
        length = 0;
        if (text.IsEmpty)
        {
            return DomainNameError.Empty;
        }
        if (text is "@")
        {
            return AppendOrigin(origin, wire, ref length);
        }
        if (text is ".")
        {
            wire[length++] = 0;
            return DomainNameError.None;
        }
        int lengthOctet = length++;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] == '.')
            {
                int labelLength = length - lengthOctet - 1;
                if (labelLength == 0)
                {
                    return DomainNameError.EmptyLabel;
                }
                wire[lengthOctet] = (byte)labelLength;
                if (++i == text.Length)
                {
                    return Close(wire, ref length);
                }
                if (length >= DomainName.MaxLength)
                {
                    return DomainNameError.NameTooLong;
                }
                lengthOctet = length++;
                continue;
            }
            if (!TryScanOctet(text, ref i, out byte octet, out DomainNameError error))
            {
                return error;
            }
            if (length - lengthOctet > DomainName.MaxLabelLength)
            {
                return DomainNameError.LabelTooLong;
            }
            if (length >= DomainName.MaxLength)
            {
                return DomainNameError.NameTooLong;
            }
            wire[length++] = octet;
        }
        wire[lengthOctet] = (byte)(length - lengthOctet - 1);
        return AppendOrigin(origin, wire, ref length);
    }

    /// <summary>Appends the presentation format of an uncompressed wire name, with its final dot.</summary>
    public static void Format(ReadOnlySpan<byte> wire, StringBuilder text)
    {
        if (wire[0] == 0)
        {
            text.Append('.');
            return;
        }
        for (int offset = 0; wire[offset] != 0; offset += wire[offset] + 1)
        {
            foreach (byte octet in wire.Slice(offset + 1, wire[offset]))
            {
                FormatOctet(octet, text);
            }
            text.Append('.');
        }
    }

    private static void FormatOctet(byte octet, StringBuilder text)
    {
        // The characters that mean something in a zone file are escaped (RFC 1035 §5.1).
        if (octet is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)';' or (byte)'(' or (byte)')' or (byte)'@' or (byte)'$')
        {
            text.Append('\\').Append((char)octet);
        }
        else if (octet is > 0x20 and < 0x7F)
        {
            text.Append((char)octet);
        }
        else
        {
            text.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
        }
    }

    private static bool TryScanOctet(ReadOnlySpan<char> text, ref int i, out byte octet, out DomainNameError error)
    {
        error = DomainNameError.None;
        char c = text[i++];
        if (c > 0x7F)
        {
            octet = 0;
            error = DomainNameError.NotAscii;
            return false;
        }
        octet = (byte)c;
        if (c != '\\')
        {
            return true;
        }
        error = DomainNameError.BadEscape;
        if (i >= text.Length || text[i] > 0x7F)
        {
            return false;
        }
        if (!char.IsAsciiDigit(text[i]))
        {
            octet = (byte)text[i++];
        }
        else
        {
            if (i + 3 > text.Length
                || !byte.TryParse(text.Slice(i, 3), NumberStyles.None, CultureInfo.InvariantCulture, out octet))
            {
                return false;
            }
            i += 3;
        }
        error = DomainNameError.None;
        return true;
    }

    private static DomainNameError Close(Span<byte> wire, ref int length)
    {
        if (length >= DomainName.MaxLength)
        {
            return DomainNameError.NameTooLong;
        }
        wire[length++] = 0;
        return DomainNameError.None;
    }

    private static DomainNameError AppendOrigin(ReadOnlySpan<byte> origin, Span<byte> wire, ref int length)
    {
        if (origin.IsEmpty)
        {
            return DomainNameError.NoOrigin;
        }
        if (length + origin.Length > DomainName.MaxLength)
        {
            return DomainNameError.NameTooLong;
        }
        origin.CopyTo(wire[length..]);
        length += origin.Length;
        return DomainNameError.None;
    }
}
