using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Meridian.Engine.Answering;

/// <summary>An IPv6 address, or an IPv4 address mapped into one (::ffff:0:0/96, RFC 4291 §2.5.5.2), in host order.</summary>
/// <param name="High">The upper 64 bits.</param>
/// <param name="Low">The lower 64 bits.</param>
public readonly record struct ClientAddress(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>The IPv4 address in host order; meaningful only when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    public static ClientAddress FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>Reads 4 or 16 octets in network order; IPv4-mapped ones become IPv4.</summary>
    public static ClientAddress FromOctets(ReadOnlySpan<byte> octets) => octets.Length == 4
        ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets))
        : new ClientAddress(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));

    public static ClientAddress FromIPAddress(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return FromOctets(octets[..length]);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new IPAddress(IsIPv4 ? octets[12..] : octets);
    }

    /// <summary>Keeps the first bits and clears the rest. For IPv4 the length counts within the 32 bits.</summary>
    /// <param name="prefixLength">0 to 32 for IPv4, 0 to 128 for IPv6.</param>
    public ClientAddress Mask(int prefixLength)
    {
        int bits = IsIPv4 ? prefixLength + 96 : prefixLength;
        ulong high = bits >= 64 ? High : bits == 0 ? 0 : High & (ulong.MaxValue << (64 - bits));
        ulong low = bits >= 128 ? Low : bits <= 64 ? 0 : Low & (ulong.MaxValue << (128 - bits));
        return new ClientAddress(high, low);
    }

    public override string ToString() => ToIPAddress().ToString();

    internal static AddressFamily FamilyOf(bool isIPv4) => isIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
}
