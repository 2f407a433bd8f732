namespace Meridian.Engine.Model;

/// <summary>What a geo key names.</summary>
public enum PlaceKind : byte
{
    /// <summary>A continent: AF AN AS EU NA OC SA.</summary>
    Continent,

    /// <summary>A country, ISO 3166-1 alpha-2.</summary>
    Country,

    /// <summary>A subdivision, ISO 3166-2, with its country: <c>US-CA</c>.</summary>
    Subdivision,

    /// <summary>An autonomous system: <c>AS64500</c>.</summary>
    AutonomousSystem,
}

/// <summary>
/// A key of a geo node. Two-letter codes that are both a continent and a country (AF AN AS NA SA) mean the continent when
/// written bare; the country is written <c>country:AF</c>.
/// </summary>
/// <param name="Kind">What the code stands for.</param>
/// <param name="Code">Upper case, without any prefix but the AS of a system's number.</param>
public readonly record struct PlaceKey(PlaceKind Kind, string Code)
{
    private static readonly string[] Continents = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

    /// <summary>Reads <c>EU</c>, <c>FR</c>, <c>US-CA</c>, <c>AS64500</c>, <c>continent:AF</c> or <c>country:AF</c>.</summary>
    public static bool TryParse(string text, out PlaceKey key)
    {
        key = default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string kind = colon < 0 ? "" : text[..colon];
        string code = text[(colon + 1)..].ToUpperInvariant();
        bool isTwoLetters = code.Length == 2 && code.All(char.IsAsciiLetterUpper);
        PlaceKind? parsed = kind switch
        {
            "" when isTwoLetters => Continents.Contains(code) ? PlaceKind.Continent : PlaceKind.Country,
            "" or "as" when code.StartsWith("AS", StringComparison.Ordinal) && uint.TryParse(code.AsSpan(2), out _) => PlaceKind.AutonomousSystem,
            "" or "subdivision" when IsSubdivision(code) => PlaceKind.Subdivision,
            "continent" when isTwoLetters && Continents.Contains(code) => PlaceKind.Continent,
            "country" when isTwoLetters => PlaceKind.Country,
            _ => null,
        };
        if (parsed is not { } found)
        {
            return false;
        }
        key = new PlaceKey(found, code);
        return true;
    }

    /// <summary>The key as an operator writes it.</summary>
    public override string ToString() =>
        Kind == PlaceKind.Country && Continents.Contains(Code) ? $"country:{Code}" : Code;

    private static bool IsSubdivision(string code) =>
        code.Length is >= 4 and <= 6 && code[2] == '-' && char.IsAsciiLetterUpper(code[0]) && char.IsAsciiLetterUpper(code[1])
        && code.AsSpan(3).IndexOfAnyExcept(UpperAndDigits) < 0;

    private static readonly System.Buffers.SearchValues<char> UpperAndDigits =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
