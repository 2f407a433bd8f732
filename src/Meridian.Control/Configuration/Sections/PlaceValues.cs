using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Reading;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>A country by its ISO 3166-1 alpha-2 code.</summary>
internal sealed class CountryValue : ScalarReader<string?>
{
    public override string Description => "a country (ISO 3166-1, two capital letters)";

    public override string Example => "JP";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out string? value, out ReadProblem problem)
    {
        value = text;
        problem = new ReadProblem($"'{text}' is not a country of ISO 3166-1", CountryCodes.Suggest(text));
        return CountryCodes.Contains(text);
    }
}

/// <summary>The key of a place, as geo nodes and overrides use it.</summary>
/// <param name="only">The one kind of place that is taken; null for all.</param>
internal sealed class PlaceKeyValue(PlaceKind? only = null) : ScalarReader<PlaceKey>
{
    public override string Description => only == PlaceKind.Subdivision
        ? "a subdivision with its country (ISO 3166-2)"
        : "a continent (EU), a country (FR), a subdivision (US-CA) or an AS number (AS64500)";

    public override string Example => only == PlaceKind.Subdivision ? "US-CA" : "EU";

    public static bool TryParse(string text, out PlaceKey place, out ReadProblem problem)
    {
        problem = default;
        if (!PlaceKey.TryParse(text, out place))
        {
            return false;
        }
        string? country = place.Kind switch
        {
            PlaceKind.Country => place.Code,
            PlaceKind.Subdivision => place.Code[..2],
            _ => null,
        };
        if (country is null || CountryCodes.Contains(country))
        {
            return true;
        }
        string? suggested = CountryCodes.Suggest(country);
        string message = $"'{country}' is neither a continent nor a country of ISO 3166-1";
        problem = new ReadProblem(message, suggested is null ? null : suggested + place.Code[2..]);
        return false;
    }

    protected override bool TryParse(ReadContext context, string text, out PlaceKey value, out ReadProblem problem) =>
        TryParse(text, out value, out problem) && (only is null || value.Kind == only);
}
