using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>A place that a location database tells apart. Two places with the same content are equal.</summary>
public sealed record Place
{
    /// <summary>Where addresses are that the database says nothing about.</summary>
    public static Place Unknown { get; } = new();

    /// <summary>Two letters (AF AN AS EU NA OC SA), or null.</summary>
    public string? Continent { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or null.</summary>
    public string? Country { get; init; }

    /// <summary>ISO 3166-2 codes with their country, least specific first; empty when not known.</summary>
    public ImmutableArray<string> Subdivisions { get; init; } = [];

    public uint? AutonomousSystem { get; init; }

    public Coordinates? Location { get; init; }

    /// <summary>The best coordinates that there are: the place's own, else the centroid of its country.</summary>
    /// <param name="location">Where it is.</param>
    /// <param name="isCentroid">True when it is only the middle of the country (<see cref="Geo.Country.Centroid"/>).</param>
    /// <returns>False when neither is known.</returns>
    public bool TryGetLocation(out Coordinates location, out bool isCentroid)
    {
        location = Location.GetValueOrDefault();
        isCentroid = false;
        if (Location is null && Country is not null && CountryTable.TryFind(Country, out Country country))
        {
            location = country.Centroid;
            isCentroid = true;
        }
        return Location is not null || isCentroid;
    }

    public bool Equals(Place? other) =>
        other is not null
        && Country == other.Country
        && AutonomousSystem == other.AutonomousSystem
        && Location == other.Location
        && Continent == other.Continent
        && Subdivisions.AsSpan().SequenceEqual(other.Subdivisions.AsSpan());

    public override int GetHashCode() =>
        HashCode.Combine(Continent, Country, Subdivisions.IsEmpty ? null : Subdivisions[^1], AutonomousSystem, Location);
}
