namespace Meridian.Engine.Model;

/// <summary>When a record set is the answer. All sets of one name and type have routing of one kind.</summary>
public abstract record RoutingModel;

/// <summary>A draw among the healthy sets, in proportion to their weights.</summary>
/// <param name="Weight">0 to 255; 0 is used only when no other is healthy, all 0 is equal.</param>
public sealed record WeightedRouting(int Weight) : RoutingModel;

/// <summary>The healthy set with the lowest latency from the client, by the latency table; by distance where nothing was measured.</summary>
/// <param name="Region">The cloud region, with its provider: <c>aws:eu-west-1</c>.</param>
/// <param name="Location">Where it is; null when no table of regions is there to say it.</param>
public sealed record LatencyRouting(string Region, Coordinates? Location) : RoutingModel;

/// <summary>The primary while it is healthy, or while the secondary is not either; then the secondary.</summary>
public sealed record FailoverRouting(bool IsPrimary) : RoutingModel;

/// <summary>The healthy set of the most specific place that the client is in.</summary>
/// <param name="Place">A continent, country or subdivision; null for clients in none of the places of the other sets.</param>
public sealed record PlaceRouting(PlaceKey? Place) : RoutingModel;

/// <summary>The nearest healthy set, by biased great circle.</summary>
/// <param name="Near">The cloud region that it is near, with its provider; null when coordinates are written.</param>
/// <param name="Location">Where it is; null when no table of regions is there to say it.</param>
/// <param name="Bias">−99 to 99.</param>
public sealed record ProximityRouting(string? Near, Coordinates? Location, int Bias) : RoutingModel;

/// <summary>The healthy set of the longest prefix that the client is in.</summary>
/// <param name="Collection">A key of <see cref="MeridianModel.Collections"/>; all sets of a name and type use the same.</param>
/// <param name="Location">A location of the collection; null for clients in none of the locations of the other sets.</param>
public sealed record CollectionRouting(string Collection, string? Location) : RoutingModel;

/// <summary>Up to eight healthy records of all sets together; of the unhealthy ones when there are no others.</summary>
public sealed record MultivalueRouting : RoutingModel;
