using System.Collections.Immutable;
using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>A place that a location database tells apart.</summary>
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
}
