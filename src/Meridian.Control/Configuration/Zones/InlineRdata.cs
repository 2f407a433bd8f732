using System.Globalization;
using System.Text;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Inline record data as the master-file text that it stands for.</summary>
internal static class InlineRdata
{
    /// <summary>RFC 1035 §3.3: the most that one character-string holds.</summary>
    private const int CharacterStringLengthMax = 255;

    /// <summary>
    /// Everything is master-file text already, but for TXT without quotes of its own: there, blanks would separate
    /// character-strings and semicolons begin a comment, which is never what the author of an SPF or DKIM record means.
    /// </summary>
    public static string ToMasterFileText(RecordType type, string text)
    {
        ReadOnlySpan<char> written = text.AsSpan().TrimStart();
        bool isMasterFileText = written.StartsWith("\"") || written.StartsWith("\\# ");
        return type is not (RecordType.TXT or RecordType.SPF) || isMasterFileText ? text : Quote(text);
    }

    private static string Quote(string text)
    {
        byte[] octets = Encoding.UTF8.GetBytes(text);
        StringBuilder quoted = new("\"", octets.Length + 2);
        for (int i = 0; i < octets.Length; i++)
        {
            if (i > 0 && i % CharacterStringLengthMax == 0)
            {
                quoted.Append("\" \"");
            }
            byte octet = octets[i];
            if (octet is (byte)'"' or (byte)'\\')
            {
                quoted.Append('\\').Append((char)octet);
            }
            else if (octet is >= 0x20 and < 0x7F)
            {
                quoted.Append((char)octet);
            }
            else
            {
                quoted.Append('\\').Append(octet.ToString("D3", CultureInfo.InvariantCulture));
            }
        }
        return quoted.Append('"').ToString();
    }
}
