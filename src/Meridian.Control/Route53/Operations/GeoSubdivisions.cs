using System.Collections.Immutable;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// The subdivisions that lists of geolocations show: those of the United States, which clients offer people to choose from.
/// Record sets take every subdivision of ISO 3166-2 that the location database knows.
/// </summary>
internal static class GeoSubdivisions
{
    public static readonly ImmutableArray<GeoSubdivision> All =
    [
        new("US", "AK", "Alaska"),
        new("US", "AL", "Alabama"),
        new("US", "AR", "Arkansas"),
        new("US", "AZ", "Arizona"),
        new("US", "CA", "California"),
        new("US", "CO", "Colorado"),
        new("US", "CT", "Connecticut"),
        new("US", "DC", "District of Columbia"),
        new("US", "DE", "Delaware"),
        new("US", "FL", "Florida"),
        new("US", "GA", "Georgia"),
        new("US", "HI", "Hawaii"),
        new("US", "IA", "Iowa"),
        new("US", "ID", "Idaho"),
        new("US", "IL", "Illinois"),
        new("US", "IN", "Indiana"),
        new("US", "KS", "Kansas"),
        new("US", "KY", "Kentucky"),
        new("US", "LA", "Louisiana"),
        new("US", "MA", "Massachusetts"),
        new("US", "MD", "Maryland"),
        new("US", "ME", "Maine"),
        new("US", "MI", "Michigan"),
        new("US", "MN", "Minnesota"),
        new("US", "MO", "Missouri"),
        new("US", "MS", "Mississippi"),
        new("US", "MT", "Montana"),
        new("US", "NC", "North Carolina"),
        new("US", "ND", "North Dakota"),
        new("US", "NE", "Nebraska"),
        new("US", "NH", "New Hampshire"),
        new("US", "NJ", "New Jersey"),
        new("US", "NM", "New Mexico"),
        new("US", "NV", "Nevada"),
        new("US", "NY", "New York"),
        new("US", "OH", "Ohio"),
        new("US", "OK", "Oklahoma"),
        new("US", "OR", "Oregon"),
        new("US", "PA", "Pennsylvania"),
        new("US", "RI", "Rhode Island"),
        new("US", "SC", "South Carolina"),
        new("US", "SD", "South Dakota"),
        new("US", "TN", "Tennessee"),
        new("US", "TX", "Texas"),
        new("US", "UT", "Utah"),
        new("US", "VA", "Virginia"),
        new("US", "VT", "Vermont"),
        new("US", "WA", "Washington"),
        new("US", "WI", "Wisconsin"),
        new("US", "WV", "West Virginia"),
        new("US", "WY", "Wyoming"),
    ];
}

/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Code">ISO 3166-2, without the country.</param>
/// <param name="Name">For people.</param>
internal readonly record struct GeoSubdivision(string Country, string Code, string Name);
