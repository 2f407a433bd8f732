using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>A partition of the client address space into classes. Immutable; looked up on the hot path without allocation.</summary>
public sealed class GeoMap
{
    private readonly RunTable<uint> _ipv4;
    private readonly IPv6Table _ipv6;

    internal GeoMap(RunCollector<uint> ipv4, RunCollector<UInt128> ipv6)
    {
        _ipv4 = new RunTable<uint>(ipv4, 0, 0);
        _ipv6 = new IPv6Table(ipv6);
    }

    /// <summary>Aggregates a trie whose leaves are numbered into classes.</summary>
    /// <param name="trie">The leaves.</param>
    /// <param name="classOfLeaf">The class of each: 0 to 65,534.</param>
    internal static GeoMap Compile(PlaceTrie trie, ReadOnlySpan<ushort> classOfLeaf)
    {
        if (classOfLeaf.Contains(IPv6Table.Split))
        {
            throw new ArgumentException($"A class is below {IPv6Table.Split}.", nameof(classOfLeaf));
        }
        var ipv4 = new RunCollector<uint>();
        trie.CollectIPv4(ipv4, classOfLeaf);
        // A mapped address is an IPv4 one (ClientAddress), so the IPv6 map need not tell ::ffff:0:0/96 from what is around it.
        var ipv6 = new RunCollector<UInt128>(static first => first >> 32 == 0xFFFF);
        trie.CollectIPv6(ipv6, classOfLeaf);
        return new GeoMap(ipv4, ipv6);
    }

    /// <summary>Prefixes kept after aggregation, IPv4 and IPv6 together.</summary>
    public int PrefixCount => _ipv4.PrefixCount + _ipv6.PrefixCount;

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength => _ipv4.MemoryLength + _ipv6.MemoryLength;

    /// <summary>The class of an address.</summary>
    /// <param name="address">The client.</param>
    /// <param name="scopePrefixLength">
    /// The shortest prefix around the address in which every address has this class: 0 to 32 for IPv4, 0 to 128 for IPv6.
    /// </param>
    public int Find(ClientAddress address, out int scopePrefixLength) => address.IsIPv4
        ? _ipv4.Find(address.IPv4, out scopePrefixLength)
        : _ipv6.Find(address.High, address.Low, out scopePrefixLength);

    /// <summary>
    /// Visits the aggregated entries, IPv4 first, each family in the order of its addresses. The entries of a family do not
    /// overlap, cover it whole, and each is the shortest prefix in which every address has the same class.
    /// </summary>
    public void Visit(GeoMapVisitor visitor)
    {
        _ipv4.Visit((first, length, classIndex) => visitor(ClientAddress.FromIPv4(first), length, classIndex));
        _ipv6.Visit(visitor);
    }
}
