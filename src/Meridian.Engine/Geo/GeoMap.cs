using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>A partition of the client address space into classes. Immutable; looked up on the hot path without allocation.</summary>
public sealed class GeoMap
{
    /// <summary>Prefixes kept after aggregation, IPv4 and IPv6 together.</summary>
    public int PrefixCount => throw new NotImplementedException();

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength => throw new NotImplementedException();

    /// <summary>The class of an address.</summary>
    /// <param name="address">The client.</param>
    /// <param name="scopePrefixLength">
    /// The shortest prefix around the address in which every address has this class: 0 to 32 for IPv4, 0 to 128 for IPv6.
    /// </param>
    public int Find(ClientAddress address, out int scopePrefixLength) => throw new NotImplementedException();
}
