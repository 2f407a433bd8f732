using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>Gets one entry of a <see cref="GeoMap"/>.</summary>
/// <param name="network">The first address of the prefix.</param>
/// <param name="prefixLength">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
/// <param name="classIndex">The class of every address in it.</param>
public delegate void GeoMapVisitor(ClientAddress network, int prefixLength, int classIndex);
