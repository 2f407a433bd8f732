using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>Whether a geo key covers a place, and how specific it is.</summary>
internal static class PlaceMatch
{
    public static bool Matches(PlaceKey key, Place place) => key.Kind switch
    {
        PlaceKind.Continent => place.Continent == key.Code,
        PlaceKind.Country => place.Country == key.Code,
        PlaceKind.Subdivision => place.Subdivisions.Contains(key.Code, StringComparer.Ordinal),
        PlaceKind.AutonomousSystem => place.AutonomousSystem is { } system
            && uint.TryParse(key.Code.AsSpan(2), out uint asked) && asked == system,
        _ => false,
    };

    /// <summary>
    /// Greater is more specific: continent, country, subdivision (a district within a region within a country counts
    /// by its level), and above all of them the network itself.
    /// </summary>
    public static int Specificity(PlaceKey key, Place place) => key.Kind switch
    {
        PlaceKind.Continent => 0,
        PlaceKind.Country => 1,
        PlaceKind.Subdivision => 2 + place.Subdivisions.IndexOf(key.Code),
        _ => int.MaxValue,
    };

    /// <summary>Everything about a place that a geo key can match, as one text; places with equal texts match alike.</summary>
    public static string CodesOf(Place place) =>
        $"{place.Continent}|{place.Country}|{string.Join(',', place.Subdivisions)}|{place.AutonomousSystem}";
}
