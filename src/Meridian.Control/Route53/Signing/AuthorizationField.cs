using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Meridian.Control.Route53.Signing;

/// <summary>The header field <c>Authorization</c> of Signature Version 4, taken apart.</summary>
/// <param name="KeyId">Whose signature.</param>
/// <param name="Date">The day of the scope, <c>yyyyMMdd</c>.</param>
/// <param name="Region">Any: an endpoint of one's own has none.</param>
/// <param name="Service">What the signature is for.</param>
/// <param name="SignedHeaders">Names in lower case, in the order of the signature.</param>
/// <param name="Signature">Hexadecimal.</param>
internal sealed record AuthorizationField(
    string KeyId, string Date, string Region, string Service, ImmutableArray<string> SignedHeaders, string Signature)
{
    /// <summary>The one algorithm that is understood.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>What a scope ends with.</summary>
    public const string Terminator = "aws4_request";

    private const int DateLength = 8;

    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>Reads the field.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="field">The field.</param>
    /// <param name="problem">What is wrong, in the words that AWS uses.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuthorizationField? field, [NotNullWhen(false)] out string? problem)
    {
        field = null;
        problem = null;
        if (!text.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            problem = $"Authorization header requires the algorithm {Algorithm}. Authorization={text.Split(' ')[0]}";
            return false;
        }
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (string part in text[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !parameters.TryAdd(part[..equals], part[(equals + 1)..]))
            {
                problem = $"'{part}' is not a key=value pair (missing equal-sign) in Authorization header.";
                return false;
            }
        }
        foreach (string name in (string[])["Credential", "Signature", "SignedHeaders"])
        {
            if (!parameters.ContainsKey(name))
            {
                problem = $"Authorization header requires '{name}' parameter.";
                return false;
            }
        }
        string[] credential = parameters["Credential"].Split('/');
        if (credential.Length != 5 || credential[4] != Terminator || credential[1].Length != DateLength || !credential[1].All(char.IsAsciiDigit))
        {
            problem = $"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{parameters["Credential"]}'";
            return false;
        }
        field = new AuthorizationField(
            credential[0], credential[1], credential[2], credential[3], [.. parameters["SignedHeaders"].Split(';')], parameters["Signature"]);
        return true;
    }
}
