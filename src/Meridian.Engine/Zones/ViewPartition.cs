using System.Collections.Immutable;
using Meridian.Engine.Geo;

namespace Meridian.Engine.Zones;

/// <summary>The address space by the view that a client is in, as one configuration has it.</summary>
/// <param name="Map">The class of every source address.</param>
/// <param name="Names">The view of each class; null for class 0, whose clients are in none.</param>
public sealed record ViewPartition(GeoMap Map, ImmutableArray<string?> Names);
