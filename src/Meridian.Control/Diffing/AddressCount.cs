using Meridian.Engine.Answering;

namespace Meridian.Control.Diffing;

/// <summary>
/// How much address space something is, each family for itself: an IPv6 address is worth nothing beside an IPv4 one, and a /32
/// of IPv6 is not four billion times the clients of all IPv4.
/// </summary>
/// <param name="IPv4">Addresses.</param>
/// <param name="IPv6">Networks of /64: what one link has, whoever is on it.</param>
internal readonly record struct AddressCount(double IPv4, double IPv6)
{
    private const int IPv4Bits = 32;
    private const int IPv6LinkBits = 64;

    public static AddressCount Of(ClientAddress network, int prefixLength) => network.IsIPv4
        ? new AddressCount(Math.ScaleB(1, IPv4Bits - prefixLength), 0)
        : new AddressCount(0, Math.ScaleB(1, IPv6LinkBits - prefixLength));

    public static AddressCount operator +(AddressCount left, AddressCount right) => new(left.IPv4 + right.IPv4, left.IPv6 + right.IPv6);

    /// <summary>The parts that this is of a whole; 0 of a family that the whole has nothing of.</summary>
    public AddressCount PartOf(AddressCount whole) =>
        new(whole.IPv4 > 0 ? IPv4 / whole.IPv4 : 0, whole.IPv6 > 0 ? IPv6 / whole.IPv6 : 0);
}
