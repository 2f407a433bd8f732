using System.Text;

namespace Meridian.Control.Route53.Signing;

/// <summary>Percent-encoding (RFC 3986 §2.1) octet by octet: one character of the result is one octet.</summary>
internal static class PercentText
{
    /// <summary>Decodes; what is no valid escape stays as it is, and a plus sign is a blank as in forms.</summary>
    public static string Decode(string text)
    {
        if (!text.AsSpan().ContainsAny('%', '+'))
        {
            return text;
        }
        StringBuilder decoded = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                decoded.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else
            {
                decoded.Append(text[i] == '+' ? ' ' : text[i]);
            }
        }
        return decoded.ToString();
    }

    /// <summary>Decodes a text in UTF-8.</summary>
    public static string DecodeUtf8(string text) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Decode(text)));
}
