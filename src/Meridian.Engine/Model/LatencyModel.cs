using System.Net;

namespace Meridian.Engine.Model;

/// <summary>One line of the latency table: exactly one of network and place is set.</summary>
/// <param name="Network">A client network; the longest that holds a client counts, before any place.</param>
/// <param name="Place">A place; the most specific counts.</param>
/// <param name="Site">A key of <see cref="MeridianModel.Sites"/>.</param>
/// <param name="Milliseconds">Round-trip time, 0 to 60,000.</param>
public sealed record LatencyMeasurement(IPNetwork? Network, PlaceKey? Place, string Site, double Milliseconds);
