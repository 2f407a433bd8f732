using System.Text.RegularExpressions;
using Meridian.Dns.Names;
using Meridian.Dns.Tsig;

namespace Meridian.Control.Configuration.Sections;

/// <summary>
/// The file of a TSIG key: the <c>key</c> statement that <c>tsig-keygen</c> writes and named.conf has, or the base64 text of the
/// secret alone.
/// </summary>
/// <param name="Name">Null when the file does not say it.</param>
/// <param name="Algorithm">Null when the file does not say it.</param>
/// <param name="Secret">The shared secret.</param>
internal sealed partial record TsigSecretFile(DomainName? Name, TsigAlgorithm? Algorithm, ReadOnlyMemory<byte> Secret)
{
    // A longer one is hashed by HMAC before use (RFC 2104 §2): it is another kind of file.
    private const int MaxSecretLength = 512;

    /// <summary>Reads the text of a file.</summary>
    /// <returns>Null, or what is wrong with the file, in words that show nothing of it.</returns>
    public static string? TryRead(string text, out TsigSecretFile? file)
    {
        file = null;
        string written = Comments().Replace(text, "").Trim();
        Match statement = KeyStatement().Match(written);
        string base64 = statement.Success ? statement.Groups["secret"].Value : written;
        byte[] secret = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, secret, out int length) || length == 0)
        {
            return "is no key: expected what tsig-keygen writes, or a secret in base64";
        }
        if (length > MaxSecretLength)
        {
            return $"is no key: a secret has at most {MaxSecretLength} octets";
        }
        if (!statement.Success)
        {
            file = new TsigSecretFile(null, null, secret.AsMemory(0, length));
            return null;
        }
        if (TsigAlgorithm.Find(statement.Groups["algorithm"].Value) is not { } algorithm)
        {
            return $"has a key for an algorithm that is not known: expected one of {string.Join(", ", TsigAlgorithm.All.AsEnumerable())}";
        }
        if (DomainName.TryParse(statement.Groups["name"].Value, DomainName.Root, out DomainName? name) != DomainNameError.None)
        {
            return "has a key whose name is not a domain name";
        }
        file = new TsigSecretFile(name, algorithm, secret.AsMemory(0, length));
        return null;
    }

    // Two slashes inside a word are base64.
    [GeneratedRegex(@"(?<=^|\s)(#|//)[^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex Comments();

    [GeneratedRegex(
        """^key\s+"?(?<name>[^"\s{]+)"?\s*\{\s*algorithm\s+"?(?<algorithm>[^"\s;]+)"?\s*;\s*secret\s+"?(?<secret>[A-Za-z0-9+/=]+)"?\s*;\s*\}\s*;?\z""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex KeyStatement();
}
