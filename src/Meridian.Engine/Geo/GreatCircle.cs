using Meridian.Engine.Model;

namespace Meridian.Engine.Geo;

/// <summary>Distances on the Earth.</summary>
public static class GreatCircle
{
    /// <summary>The mean radius of the Earth (IUGG R1), in kilometres. The sphere is within 0.6 % of the ellipsoid.</summary>
    private const double EarthRadiusKm = 6371.0088;

    /// <summary>The distance between two points, in kilometres (haversine formula).</summary>
    public static double DistanceKm(Coordinates a, Coordinates b)
    {
        double latitude = SquaredHalfChord(b.Latitude - a.Latitude);
        double longitude = SquaredHalfChord(b.Longitude - a.Longitude);
        double haversine = latitude
            + (Math.Cos(double.DegreesToRadians(a.Latitude)) * Math.Cos(double.DegreesToRadians(b.Latitude)) * longitude);
        // Rounding may carry antipodes a hair beyond 1, which has no arc sine.
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, haversine)));
    }

    private static double SquaredHalfChord(double degrees)
    {
        double half = Math.Sin(double.DegreesToRadians(degrees) / 2);
        return half * half;
    }
}
