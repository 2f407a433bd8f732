using System.Net;

namespace Meridian.Engine.Model;

/// <summary>One corrected prefix. A longer prefix wins over a shorter one and over the database.</summary>
/// <param name="Network">The client network.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Location">Coordinates, when they are known better than the country's centroid.</param>
public sealed record GeoOverrideModel(IPNetwork Network, PlaceKey Place, Coordinates? Location);
