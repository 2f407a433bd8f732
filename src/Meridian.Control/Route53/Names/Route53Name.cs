using System.Globalization;
using System.Text;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Names;

/// <summary>
/// Names as this API writes them: lower case, a final dot, and every octet but <c>a-z 0-9 - _</c> as a backslash and three
/// octal digits, a leading asterisk included. Master files escape in decimal: the two must never be mixed up.
/// </summary>
internal static class Route53Name
{
    private const int EscapeLength = 3;

    /// <summary>Reads a name as clients send it: any case, with or without the final dot, <c>*</c> or <c>\052</c>.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="name">The name.</param>
    /// <param name="problem">What is wrong, in the service's words.</param>
    public static bool TryParse(string text, out DomainName name, out string problem)
    {
        name = DomainName.Root;
        problem = "";
        if (text.Length == 0)
        {
            problem = Fatal("DomainNameEmpty", "Domain name is empty", text);
            return false;
        }
        if (text == ".")
        {
            return true;
        }
        List<byte> wire = [];
        List<byte> label = [];
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (character == '.')
            {
                if (!TryEnd(label, wire, text, ref problem))
                {
                    return false;
                }
                continue;
            }
            if (character == '\\')
            {
                if (!TryReadEscape(text.AsSpan(i + 1), out byte octet))
                {
                    problem = Fatal("InvalidEscapeSequence", "Value contains an invalid escape sequence", text);
                    return false;
                }
                label.Add(octet);
                i += EscapeLength;
                continue;
            }
            if (character is <= ' ' or >= '\x7f')
            {
                problem = Fatal("UnsupportedCharacter", "Value contains unsupported characters", character.ToString());
                return false;
            }
            label.Add((byte)character);
        }
        if (label.Count > 0 && !TryEnd(label, wire, text, ref problem))
        {
            return false;
        }
        wire.Add(0);
        if (wire.Count > DomainName.MaxLength || DomainName.TryFromWire(wire.ToArray(), out DomainName? read) != DomainNameError.None || read is null)
        {
            problem = Fatal("DomainNameTooLong", "Domain name is too long", text);
            return false;
        }
        name = read;
        return true;
    }

    /// <summary>The name as this API writes it.</summary>
    public static string Format(DomainName name)
    {
        ReadOnlySpan<byte> wire = name.Wire;
        if (name.IsRoot)
        {
            return ".";
        }
        StringBuilder text = new(wire.Length);
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            AppendLabel(text, wire.Slice(at + 1, wire[at]));
            text.Append('.');
        }
        return text.ToString();
    }

    /// <summary>
    /// What lists are sorted by: the labels in reverse, with the final dot, as plain ASCII. Because the dot counts, a hyphen
    /// comes before the end of a label and a digit after it.
    /// </summary>
    public static string SortKey(string formatted)
    {
        string[] labels = formatted.Split('.', StringSplitOptions.RemoveEmptyEntries);
        Array.Reverse(labels);
        return string.Join('.', labels) + ".";
    }

    /// <summary>Reads three octal digits behind a backslash.</summary>
    public static bool TryReadEscape(ReadOnlySpan<char> text, out byte octet)
    {
        octet = 0;
        if (text.Length < EscapeLength || text[0] is < '0' or > '3' || text[1] is < '0' or > '7' || text[2] is < '0' or > '7')
        {
            return false;
        }
        octet = (byte)(((text[0] - '0') << 6) | ((text[1] - '0') << 3) | (text[2] - '0'));
        return true;
    }

    /// <summary>An error as the service words it.</summary>
    public static string Fatal(string code, string meaning, string value) => $"FATAL problem: {code} ({meaning}) encountered with '{value}'";

    private static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        foreach (byte octet in label)
        {
            char character = char.ToLowerInvariant((char)octet);
            if (char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
            {
                text.Append(character);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{octet >> 6}{(octet >> 3) & 7}{octet & 7}");
            }
        }
    }

    private static bool TryEnd(List<byte> label, List<byte> wire, string text, ref string problem)
    {
        if (label.Count is 0 or > DomainName.MaxLabelLength)
        {
            problem = label.Count == 0
                ? Fatal("DomainLabelEmpty", "Domain label is empty", text)
                : Fatal("DomainLabelTooLong", "Domain label is too long", text);
            return false;
        }
        wire.Add((byte)label.Count);
        wire.AddRange(label);
        label.Clear();
        return true;
    }
}
