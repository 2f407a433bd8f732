using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Meridian.Engine.Geo;

/// <summary>
/// The 249 countries and territories of ISO 3166-1, and Kosovo.
/// <para>
/// Continents follow UN M49: Africa AF, Asia AS, Europe EU, Oceania OC; its region Americas is split into SA for the
/// sub-region South America and NA for Northern America, Central America and the Caribbean; Antarctica, which has no region
/// there, is AN. So Cyprus, Georgia and Türkiye are in Asia and the whole of Russia is in Europe. A database with continents
/// of its own goes before this table.
/// </para>
/// <para>
/// Centroids follow the geographic coordinates of the CIA World Factbook (public domain), or the main island where it has no
/// entry: a point near the middle of the main territory, to a degree for large countries and to minutes for small ones.
/// </para>
/// </summary>
public static class CountryTable
{
    private static readonly FrozenDictionary<string, Country> ByCode = CountryRows.All.ToFrozenDictionary(static country => country.Code);

    /// <summary>All of them, in the order of their codes, Kosovo last.</summary>
    public static ImmutableArray<Country> All { get; } = [.. CountryRows.All];

    /// <summary>The seven continents.</summary>
    public static ImmutableArray<string> Continents { get; } = ["AF", "AN", "AS", "EU", "NA", "OC", "SA"];

    /// <summary>Looks up an upper-case alpha-2 code.</summary>
    public static bool TryFind(string code, out Country country) => ByCode.TryGetValue(code, out country);

    /// <summary>Whether a code is one of <see cref="Continents"/>.</summary>
    public static bool IsContinent(string code) => Continents.Contains(code);
}
