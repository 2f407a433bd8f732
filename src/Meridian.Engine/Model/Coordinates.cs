namespace Meridian.Engine.Model;

/// <summary>A point on the Earth (WGS 84).</summary>
/// <param name="Latitude">Degrees, −90 to 90, north positive.</param>
/// <param name="Longitude">Degrees, −180 to 180, east positive.</param>
public readonly record struct Coordinates(double Latitude, double Longitude);
