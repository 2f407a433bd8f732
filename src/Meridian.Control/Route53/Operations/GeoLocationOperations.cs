using System.Collections.Immutable;
using Meridian.Control.Route53.Wire;
using Meridian.Engine.Geo;

namespace Meridian.Control.Route53.Operations;

/// <summary>The places that record sets can be routed by: continents, the default, countries with their subdivisions.</summary>
internal sealed class GeoLocationOperations(Route53Services services)
{
    private const string Default = "*";

    private static readonly ImmutableArray<GeoLocation> All = List();

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Read("geolocation", "GetGeoLocation", GetAsync),
        Route53Route.Read("geolocations", "ListGeoLocations", ListAsync),
    ];

    private Task<Route53Reply> GetAsync(Route53Request request)
    {
        string? continent = request.Query("continentcode");
        string? country = request.Query("countrycode");
        string? subdivision = request.Query("subdivisioncode");
        if ((continent is null) == (country is null) || (subdivision is not null && country is null))
        {
            throw Route53Error.InvalidInput("Exactly one of ContinentCode and CountryCode is needed, and SubdivisionCode only beside CountryCode.").ToException();
        }
        GeoLocation found = All.FirstOrDefault(place => place.Continent == continent && place.Country == country && place.Subdivision == subdivision)
            ?? throw new Route53Error(404, "NoSuchGeoLocation", $"The geolocation {continent ?? country}{(subdivision is null ? "" : $"-{subdivision}")} does not exist.").ToException();
        return Route53Reply.From(Route53Reply.Ok("GetGeoLocationResponse", xml => xml.Element("GeoLocationDetails", () => Write(xml, found))));
    }

    private Task<Route53Reply> ListAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? continent = request.Query("startcontinentcode");
        string? country = request.Query("startcountrycode");
        string? subdivision = request.Query("startsubdivisioncode");
        if ((continent is not null && country is not null) || (subdivision is not null && country is null))
        {
            throw Route53Error.InvalidInput("A list starts at a continent, at a country, or at a country's subdivision.").ToException();
        }
        string start = continent is null && country is null ? "" : new GeoLocation(continent, country, subdivision, "").SortKey;
        GeoLocation[] found = [.. All.SkipWhile(place => string.CompareOrdinal(place.SortKey, start) < 0).Take(count + 1)];
        GeoLocation? next = found.Length > count ? found[count] : null;
        return Route53Reply.From(Route53Reply.Ok("ListGeoLocationsResponse", xml =>
        {
            xml.List("GeoLocationDetailsList", "GeoLocationDetails", found.Take(count), place => Write(xml, place));
            xml.Boolean("IsTruncated", next is not null);
            xml.Text("NextContinentCode", next?.Continent);
            xml.Text("NextCountryCode", next?.Country);
            xml.Text("NextSubdivisionCode", next?.Subdivision);
            xml.Text("MaxItems", maxItems);
        }));
    }

    private static void Write(XmlReply xml, GeoLocation place)
    {
        xml.Text("ContinentCode", place.Continent);
        xml.Text("ContinentName", place.Continent is null ? null : place.Name);
        xml.Text("CountryCode", place.Country);
        xml.Text("CountryName", place.Country is null ? null : place.Subdivision is null ? place.Name : place.CountryName);
        xml.Text("SubdivisionCode", place.Subdivision);
        xml.Text("SubdivisionName", place.Subdivision is null ? null : place.Name);
    }

    private static ImmutableArray<GeoLocation> List()
    {
        IEnumerable<GeoLocation> continents = CountryTable.Continents.Select(code => new GeoLocation(code, null, null, ContinentName(code)));
        IEnumerable<GeoLocation> countries = CountryTable.All.Select(country => new GeoLocation(null, country.Code, null, country.Name));
        IEnumerable<GeoLocation> subdivisions = GeoSubdivisions.All.Select(
            row => new GeoLocation(null, row.Country, row.Code, row.Name) { CountryName = CountryTable.TryFind(row.Country, out Country country) ? country.Name : null });
        return
        [
            .. continents.Append(new GeoLocation(null, Default, null, "Default")).Concat(countries).Concat(subdivisions)
                .OrderBy(place => place.SortKey, StringComparer.Ordinal),
        ];
    }

    private static string ContinentName(string code) => code switch
    {
        "AF" => "Africa",
        "AN" => "Antarctica",
        "AS" => "Asia",
        "EU" => "Europe",
        "NA" => "North America",
        "OC" => "Oceania",
        _ => "South America",
    };

    private sealed record GeoLocation(string? Continent, string? Country, string? Subdivision, string Name)
    {
        public string? CountryName { get; init; }

        /// <summary>Continents first, then countries, each with its subdivisions behind it.</summary>
        public string SortKey => Continent is not null ? $"0 {Continent}" : $"1 {Country} {Subdivision}";
    }
}
