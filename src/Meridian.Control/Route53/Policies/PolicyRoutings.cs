using System.Globalization;
using Meridian.Control.Route53.Records;
using Meridian.Engine.Geo;

namespace Meridian.Control.Route53.Policies;

/// <summary>The conditions of the branches of each kind of rule.</summary>
internal static class PolicyRoutings
{
    private const int WeightMax = 255;
    private const int BiasMax = 99;
    private const string RegionPrefix = "aws:route53:";

    public static Routing Weighted(PolicyNode node) => new Routing.Weighted(Number(node, "Weight", 0, WeightMax, node.Require("Weight")));

    public static Routing Latency(PolicyNode node) => new Routing.Latency(node.Require("Region"));

    public static Routing Geo(PolicyNode node)
    {
        string? continent = Code(node, "Continent");
        string? country = Code(node, "Country");
        string? subdivision = Code(node, "Subdivision");
        if (node.Boolean("IsDefault") || (country == "*" && continent is null))
        {
            return continent is null && country is null or "*" && subdivision is null
                ? new Routing.GeoLocation(null, "*", null)
                : throw PolicyNode.Refuse($"{node.Place}: the default is no place of its own");
        }
        if (continent is null && country is null)
        {
            throw PolicyNode.Refuse($"{node.Place}: it needs a Continent, a Country, or IsDefault");
        }
        if (country is not null)
        {
            return CountryTable.TryFind(country, out Country found) && (continent is null || continent == found.Continent)
                ? new Routing.GeoLocation(null, country, subdivision)
                : throw PolicyNode.Refuse($"{node.Place}: there is no country '{country}'{(continent is null ? "" : $" in '{continent}'")}");
        }
        return CountryTable.IsContinent(continent ?? "") && subdivision is null
            ? new Routing.GeoLocation(continent, null, null)
            : throw PolicyNode.Refuse($"{node.Place}: '{continent}' is not a continent; they are {string.Join(", ", CountryTable.Continents)}");
    }

    public static Routing Geoproximity(PolicyNode node)
    {
        if (node.Text("LocalZoneGroup") is { } group)
        {
            throw PolicyNode.Refuse($"{node.Place}: where the local zone group '{group}' is this server does not know: write Latitude and Longitude");
        }
        int? bias = node.Text("Bias") is { } text ? Number(node, "Bias", -BiasMax, BiasMax, text) : null;
        string? region = node.Text("Region");
        string? latitude = node.Text("Latitude");
        string? longitude = node.Text("Longitude");
        if (region is not null)
        {
            return latitude is null && longitude is null
                ? new Routing.GeoProximity(region.StartsWith(RegionPrefix, StringComparison.Ordinal) ? region[RegionPrefix.Length..] : region, null, null, bias)
                : throw PolicyNode.Refuse($"{node.Place}: it has either a Region, or Latitude and Longitude");
        }
        return IsDegrees(latitude, 90) && IsDegrees(longitude, 180)
            ? new Routing.GeoProximity(null, latitude, longitude, bias)
            : throw PolicyNode.Refuse($"{node.Place}: it needs a Region, or a Latitude of -90 to 90 and a Longitude of -180 to 180");
    }

    private static string? Code(PolicyNode node, string key) => node.Text(key) is { Length: > 0 } text ? text : null;

    private static bool IsDegrees(string? text, double most) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double degrees) && Math.Abs(degrees) <= most;

    private static int Number(PolicyNode node, string key, int least, int most, string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw PolicyNode.Refuse($"{node.Place}: {key} is '{text}'; it is {least} to {most}");
}
