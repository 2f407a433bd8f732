using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>A country or territory of ISO 3166-1.</summary>
/// <param name="Code">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Continent">AF AN AS EU NA OC SA.</param>
/// <param name="Name">Its short name in English, for people.</param>
/// <param name="Centroid">The middle of its main territory, to about a degree: all that a country-only database can say.</param>
public readonly record struct Country(string Code, string Continent, string Name, Coordinates Centroid);
