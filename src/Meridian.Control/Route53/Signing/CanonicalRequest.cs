using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meridian.Control.Route53.Signing;

/// <summary>The one text of a request that both sides sign (Signature Version 4, "canonical request").</summary>
internal static class CanonicalRequest
{
    /// <summary>What nothing hashes to.</summary>
    public const string HashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private const string Hexadecimal = "0123456789ABCDEF";

    /// <summary>Writes it; null when a header that is said to be signed is not there.</summary>
    public static string? Write(SignedRequest request, ImmutableArray<string> signedHeaders, string bodyHash)
    {
        StringBuilder text = new();
        text.Append(request.Method).Append('\n');
        text.Append(PathOf(request.RawPath)).Append('\n');
        text.Append(QueryOf(request.RawQuery)).Append('\n');
        foreach (string name in signedHeaders)
        {
            if (!request.Headers.TryGetValue(name, out string? value))
            {
                return null;
            }
            text.Append(name).Append(':').Append(Collapse(value)).Append('\n');
        }
        text.Append('\n').AppendJoin(';', signedHeaders).Append('\n').Append(bodyHash);
        return text.ToString();
    }

    /// <summary>SHA-256 of a body, in lower-case hexadecimal.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => body.IsEmpty ? HashOfNothing : Convert.ToHexStringLower(SHA256.HashData(body));

    /// <summary>
    /// What was sent is encoded once more, as every service but S3 wants it: the percent signs of an escaped path are escaped.
    /// </summary>
    private static string PathOf(string rawPath) => rawPath.Length == 0 ? "/" : Encode(Encoding.UTF8.GetBytes(rawPath), keepsSlash: true);

    /// <summary>Parameters in the order of their encoded names, then values.</summary>
    private static string QueryOf(string rawQuery)
    {
        if (rawQuery.Length == 0)
        {
            return "";
        }
        IEnumerable<(string Name, string Value)> pairs = rawQuery.Split('&').Where(pair => pair.Length > 0).Select(pair =>
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (Recode(pair), "") : (Recode(pair[..equals]), Recode(pair[(equals + 1)..]));
        });
        return string.Join('&', pairs
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => $"{pair.Name}={pair.Value}"));
    }

    // Clients differ in what they escape of a query, and agree on what of it is signed.
    private static string Recode(string text) => Encode(Encoding.Latin1.GetBytes(PercentText.Decode(text)), keepsSlash: false);

    private static string Encode(ReadOnlySpan<byte> octets, bool keepsSlash)
    {
        StringBuilder text = new(octets.Length);
        foreach (byte octet in octets)
        {
            // RFC 3986 §2.3: unreserved characters.
            if (char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' || (keepsSlash && octet == (byte)'/'))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('%').Append(Hexadecimal[octet >> 4]).Append(Hexadecimal[octet & 15]);
            }
        }
        return text.ToString();
    }

    /// <summary>Without blanks at the ends, and with one where there were several.</summary>
    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The string that is signed.</summary>
    public static string ToSign(string canonicalRequest, string timestamp, string scope) => string.Create(
        CultureInfo.InvariantCulture,
        $"{AuthorizationField.Algorithm}\n{timestamp}\n{scope}\n{HashOf(Encoding.UTF8.GetBytes(canonicalRequest))}");
}
