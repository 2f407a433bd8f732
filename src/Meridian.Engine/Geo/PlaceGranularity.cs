namespace Meridian.Engine.Geo;

/// <summary>What a location database can tell apart.</summary>
[Flags]
public enum PlaceGranularity
{
    None = 0,
    Country = 1,
    Subdivision = 2,
    AutonomousSystem = 4,
    Coordinates = 8,
}
