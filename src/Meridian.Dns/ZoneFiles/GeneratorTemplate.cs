using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Meridian.Dns.Records;

namespace Meridian.Dns.ZoneFiles;

/// <summary>
/// The right side of a <c>$GENERATE</c>: text with places for the number: <c>$</c> or <c>${offset[,width[,base]]}</c>
/// with base d, o, x, X, n or N (nibbles, least first, with dots between). <c>$$</c> and <c>\$</c> stand for a dollar sign.
/// </summary>
internal sealed class GeneratorTemplate
{
    // A label has 63 octets and a name 255: a wider number fits nowhere.
    private const int GreatestWidth = 255;

    private readonly List<Part> _parts;

    private GeneratorTemplate(List<Part> parts) => _parts = parts;

    public static bool TryScan(
        string text, [NotNullWhen(true)] out GeneratorTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        error = null;
        List<Part> parts = [];
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\\' && i + 1 < text.Length)
            {
                literal.Append(c).Append(text[++i]);
            }
            else if (c != '$')
            {
                literal.Append(c);
            }
            else if (i + 1 < text.Length && text[i + 1] == '$')
            {
                literal.Append('$');
                i++;
            }
            else
            {
                Part number = new(null, 0, 0, 'd');
                if (i + 1 < text.Length && text[i + 1] == '{' && !TryScanModifier(text, ref i, out number))
                {
                    error = "expected ${offset,width,base} with a width up to 255 and base d, o, x, X, n or N";
                    return false;
                }
                parts.Add(new Part(literal.ToString(), 0, 0, 'd'));
                parts.Add(number);
                literal.Clear();
            }
        }
        parts.Add(new Part(literal.ToString(), 0, 0, 'd'));
        template = new GeneratorTemplate(parts);
        return true;
    }

    /// <summary>Appends the text for one round; false when an offset makes its number negative.</summary>
    public bool TryExpand(long round, StringBuilder line)
    {
        foreach (Part part in _parts)
        {
            if (part.Literal is not null)
            {
                line.Append(part.Literal);
                continue;
            }
            long number = round + part.Offset;
            if (number < 0)
            {
                return false;
            }
            Format(number, part, line);
        }
        return true;
    }

    private static void Format(long number, Part part, StringBuilder line)
    {
        if (part.Base is 'n' or 'N')
        {
            FormatNibbles(number, part, line);
            return;
        }
        string digits = part.Base switch
        {
            'o' => Convert.ToString(number, 8),
            'x' => number.ToString("x", CultureInfo.InvariantCulture),
            'X' => number.ToString("X", CultureInfo.InvariantCulture),
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
        line.Append('0', Math.Max(0, part.Width - digits.Length)).Append(digits);
    }

    // For ip6.arpa: the width counts digits and dots together, as in BIND.
    private static void FormatNibbles(long number, Part part, StringBuilder line)
    {
        string format = part.Base == 'n' ? "x" : "X";
        int width = part.Width;
        do
        {
            line.Append((number & 0x0F).ToString(format, CultureInfo.InvariantCulture));
            number >>= 4;
            width--;
            if (width > 0 || number != 0)
            {
                line.Append('.');
                width--;
            }
        }
        while (width > 0 || number != 0);
    }

    private static bool TryScanModifier(string text, ref int i, out Part part)
    {
        part = default;
        int close = text.IndexOf('}', i);
        if (close < 0)
        {
            return false;
        }
        string[] fields = text[(i + 2)..close].Split(',');
        i = close;
        uint width = 0;
        if (fields.Length > 3
            || !int.TryParse(fields[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int offset)
            || (fields.Length > 1 && !NumberText.TryScan(fields[1], GreatestWidth, out width))
            || (fields.Length > 2 && fields[2] is not ("d" or "o" or "x" or "X" or "n" or "N")))
        {
            return false;
        }
        part = new Part(null, offset, (int)width, fields.Length > 2 ? fields[2][0] : 'd');
        return true;
    }

    // Text as it stands, or, without one, a place for the number.
    private readonly record struct Part(string? Literal, int Offset, int Width, char Base);
}
