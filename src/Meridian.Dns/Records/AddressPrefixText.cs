using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>Lists of address prefixes (RFC 3123): <c>[!]family:address/prefix</c>.</summary>
internal static class AddressPrefixText
{
    private const int ItemFixedLength = 4;
    private const ushort IPv4Family = 1;
    private const ushort IPv6Family = 2;
    private const int Negation = 0x80;

    internal static bool IsWellFormed(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            if (rest.Length < ItemFixedLength)
            {
                return false;
            }
            int addressLength = AddressLengthOf(BinaryPrimitives.ReadUInt16BigEndian(rest));
            int length = rest[3] & ~Negation;
            // RFC 3123 §4: trailing zero octets of the address are not written.
            if (addressLength == 0 || rest[2] > addressLength * 8 || length > addressLength
                || rest.Length < ItemFixedLength + length || (length > 0 && rest[3 + length] == 0))
            {
                return false;
            }
            rest = rest[(ItemFixedLength + length)..];
        }
        return true;
    }

    internal static bool TryScan(ref RdataScanner scanner)
    {
        while (scanner.HasNext)
        {
            if (!scanner.TryTake(out ReadOnlySpan<char> token) || !TryScanItem(ref scanner, token))
            {
                return false;
            }
        }
        return true;
    }

    internal static void Format(ReadOnlySpan<byte> rest, StringBuilder text)
    {
        Span<byte> address = stackalloc byte[16];
        while (!rest.IsEmpty)
        {
            ushort family = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = rest[3] & ~Negation;
            address.Clear();
            rest.Slice(ItemFixedLength, length).CopyTo(address);
            RdataFormatter.AppendBlank(text).Append((rest[3] & Negation) != 0 ? "!" : "");
            text.Append(CultureInfo.InvariantCulture, $"{family}:");
            if (family == IPv4Family)
            {
                AddressText.FormatIPv4(address, text);
            }
            else
            {
                AddressText.FormatIPv6(address, text);
            }
            text.Append(CultureInfo.InvariantCulture, $"/{rest[2]}");
            rest = rest[(ItemFixedLength + length)..];
        }
    }

    private static bool TryScanItem(ref RdataScanner scanner, ReadOnlySpan<char> token)
    {
        bool isNegated = token.StartsWith('!');
        ReadOnlySpan<char> item = isNegated ? token[1..] : token;
        int colon = item.IndexOf(':');
        int slash = item.LastIndexOf('/');
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        if (colon < 0 || slash < colon
            || !NumberText.TryScan(item[..colon], ushort.MaxValue, out uint family)
            || AddressLengthOf(family) is var addressLength && addressLength == 0
            || !NumberText.TryScan(item[(slash + 1)..], (uint)(addressLength * 8), out uint prefixLength)
            || !TryScanAddress(family, item[(colon + 1)..slash], address))
        {
            return false;
        }
        ReadOnlySpan<byte> octets = address.TrimEnd((byte)0);
        return scanner.TryPutUInt16(family)
            && scanner.TryPut((byte)prefixLength)
            && scanner.TryPut((byte)(octets.Length | (isNegated ? Negation : 0)))
            && scanner.TryPut(octets);
    }

    private static bool TryScanAddress(uint family, ReadOnlySpan<char> text, Span<byte> address) =>
        family == IPv4Family ? AddressText.TryScanIPv4(text, address) : AddressText.TryScanIPv6(text, address);

    private static int AddressLengthOf(uint family) => family switch { IPv4Family => 4, IPv6Family => 16, _ => 0 };
}
