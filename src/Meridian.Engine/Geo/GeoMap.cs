using Meridian.Engine.Answering;

namespace Meridian.Engine.Geo;

/// <summary>A partition of the client address space into classes. Immutable; looked up on the hot path without allocation.</summary>
public sealed class GeoMap
{
    // Global unicast (RFC 4291 §2.4 as assigned by IANA): where IPv6 clients are.
    private const ulong GlobalUnicast = 0x2000_0000_0000_0000;
    private const int GlobalUnicastLength = 3;

    private readonly RunTable<uint> _ipv4;
    // One of the two: borders between classes are rarely beyond /64, and then half the memory will do.
    private readonly RunTable<ulong>? _ipv6;
    private readonly RunTable<UInt128>? _ipv6Long;

    internal GeoMap(RunCollector<uint> ipv4, RunCollector<UInt128> ipv6)
    {
        _ipv4 = new RunTable<uint>([.. ipv4.Starts], [.. ipv4.Classes], 0, 0);
        if (ipv6.Starts.All(static start => (ulong)start == 0))
        {
            ulong[] starts = [.. ipv6.Starts.Select(static start => (ulong)(start >> 64))];
            _ipv6 = new RunTable<ulong>(starts, [.. ipv6.Classes], GlobalUnicast, GlobalUnicastLength);
        }
        else
        {
            _ipv6Long = new RunTable<UInt128>(
                [.. ipv6.Starts], [.. ipv6.Classes], new UInt128(GlobalUnicast, 0), GlobalUnicastLength);
        }
    }

    /// <summary>Prefixes kept after aggregation, IPv4 and IPv6 together.</summary>
    public int PrefixCount => _ipv4.PrefixCount + (_ipv6?.PrefixCount ?? _ipv6Long!.PrefixCount);

    /// <summary>Octets of memory held.</summary>
    public long MemoryLength => _ipv4.MemoryLength + (_ipv6?.MemoryLength ?? _ipv6Long!.MemoryLength);

    /// <summary>The class of an address.</summary>
    /// <param name="address">The client.</param>
    /// <param name="scopePrefixLength">
    /// The shortest prefix around the address in which every address has this class: 0 to 32 for IPv4, 0 to 128 for IPv6.
    /// </param>
    public int Find(ClientAddress address, out int scopePrefixLength)
    {
        if (address.IsIPv4)
        {
            return _ipv4.Find(address.IPv4, out scopePrefixLength);
        }
        return _ipv6 is not null
            ? _ipv6.Find(address.High, out scopePrefixLength)
            : _ipv6Long!.Find(new UInt128(address.High, address.Low), out scopePrefixLength); // One of the two is always there.
    }

    /// <summary>
    /// Visits the aggregated entries, IPv4 first, each family in the order of its addresses. The entries of a family do not
    /// overlap, cover it whole, and each is the shortest prefix in which every address has the same class.
    /// </summary>
    public void Visit(GeoMapVisitor visitor)
    {
        _ipv4.Visit((first, length, classIndex) => visitor(ClientAddress.FromIPv4(first), length, classIndex));
        _ipv6?.Visit((first, length, classIndex) => visitor(new ClientAddress(first, 0), length, classIndex));
        _ipv6Long?.Visit((first, length, classIndex) => visitor(new ClientAddress((ulong)(first >> 64), (ulong)first), length, classIndex));
    }
}
