using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>
/// The client network of an EDNS Client Subnet option (RFC 7871 §6). Holds the address by value, so that it outlives
/// the query's memory when the answer is written over it.
/// </summary>
/// <param name="Family">1 IPv4, 2 IPv6, 0 "no network" (only with prefix length 0).</param>
/// <param name="SourcePrefixLength">Bits of the address given: 0 to 32 for IPv4, 0 to 128 for IPv6.</param>
/// <param name="ScopePrefixLength">In queries always 0; in answers how many bits the answer depends on.</param>
/// <param name="AddressHigh">The first 64 bits in host order; an IPv4 address is in the upper 32.</param>
/// <param name="AddressLow">The last 64 bits; 0 for IPv4.</param>
public readonly record struct ClientSubnet(
    ushort Family,
    byte SourcePrefixLength,
    byte ScopePrefixLength,
    ulong AddressHigh,
    ulong AddressLow)
{
    /// <summary>Octets of FAMILY and the two prefix lengths.</summary>
    public const int FixedLength = 4;

    private const ushort IPv4Family = 1;
    private const ushort IPv6Family = 2;

    public bool IsIPv4 => Family == IPv4Family;

    public bool IsIPv6 => Family == IPv6Family;

    /// <summary>The IPv4 address in host order; meaningful only when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)(AddressHigh >> 32);

    /// <summary>Address octets on the wire: as many as the source prefix needs and no more.</summary>
    public int AddressLength => (SourcePrefixLength + 7) >> 3;

    /// <summary>Octets of the option's data on the wire.</summary>
    public int OptionLength => FixedLength + AddressLength;

    /// <summary>
    /// Reads an option's data. False for what must be answered with FORMERR: an unknown family, a prefix too long for the
    /// family, too few or too many octets, or bits set beyond the source prefix (RFC 7871 §6).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> option, out ClientSubnet subnet)
    {
        subnet = default;
        if (option.Length < FixedLength)
        {
            return false;
        }
        ushort family = BinaryPrimitives.ReadUInt16BigEndian(option);
        int source = option[2];
        int bits = family switch { IPv4Family => 32, IPv6Family => 128, _ => 0 };
        ReadOnlySpan<byte> octets = option[FixedLength..];
        if (family > IPv6Family || source > bits || option[3] > bits || octets.Length != (source + 7) >> 3)
        {
            return false;
        }
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        octets.CopyTo(address);
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(address);
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        if (((high & ~PrefixMask(source)) | (low & ~PrefixMask(source - 64))) != 0)
        {
            return false;
        }
        subnet = new ClientSubnet(family, (byte)source, option[3], high, low);
        return true;
    }

    /// <summary>Writes the option's data, <see cref="OptionLength"/> octets; false when there is no room.</summary>
    public bool TryWrite(Span<byte> destination)
    {
        if (destination.Length < OptionLength)
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(destination, Family);
        destination[2] = SourcePrefixLength;
        destination[3] = ScopePrefixLength;
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(address, AddressHigh);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], AddressLow);
        address[..AddressLength].CopyTo(destination[FixedLength..]);
        return true;
    }

    /// <summary>
    /// Scans <c>address/length</c>, or an address alone for all of its bits; bits beyond the length are cleared. For
    /// people's input: what comes in a message is read by <see cref="TryParse"/>.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<char> text, out ClientSubnet subnet)
    {
        subnet = default;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> addressText = slash < 0 ? text : text[..slash];
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        bool isIPv4 = AddressText.TryScanIPv4(addressText, address);
        uint length = isIPv4 ? 32u : 128u;
        if ((!isIPv4 && !AddressText.TryScanIPv6(addressText, address))
            || (slash >= 0 && !NumberText.TryScan(text[(slash + 1)..], length, out length)))
        {
            return false;
        }
        subnet = new ClientSubnet(
            isIPv4 ? IPv4Family : IPv6Family,
            (byte)length,
            0,
            BinaryPrimitives.ReadUInt64BigEndian(address) & PrefixMask((int)length),
            BinaryPrimitives.ReadUInt64BigEndian(address[8..]) & PrefixMask((int)length - 64));
        return true;
    }

    /// <summary><c>address/source/scope</c>, as dig shows it.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(address, AddressHigh);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], AddressLow);
        if (IsIPv6)
        {
            AddressText.FormatIPv6(address, text);
        }
        else
        {
            AddressText.FormatIPv4(address, text);
        }
        return text.Append(CultureInfo.InvariantCulture, $"/{SourcePrefixLength}/{ScopePrefixLength}").ToString();
    }

    // The first bits of a 64-bit word; a count outside 0..64 means none or all of them.
    private static ulong PrefixMask(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);
}
