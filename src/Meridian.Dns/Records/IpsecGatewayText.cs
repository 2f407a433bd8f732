using System.Globalization;
using System.Text;
using Meridian.Dns.Names;

namespace Meridian.Dns.Records;

/// <summary>The first fields of IPSECKEY (RFC 4025 §2): precedence, gateway type, algorithm, and a gateway of that type.</summary>
internal static class IpsecGatewayText
{
    internal const int FixedLength = 3;
    internal const byte NameType = 3;

    private const byte NoGateway = 0;
    private const byte IPv4Type = 1;
    private const byte IPv6Type = 2;

    internal static int Measure(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < FixedLength)
        {
            return -1;
        }
        int gatewayLength = rest[1] switch
        {
            NoGateway => 0,
            IPv4Type => 4,
            IPv6Type => 16,
            NameType => RdataMeasure.Name(rest[FixedLength..]),
            _ => -1,
        };
        return gatewayLength < 0 || gatewayLength > rest.Length - FixedLength ? -1 : FixedLength + gatewayLength;
    }

    internal static bool TryScan(ref RdataScanner scanner)
    {
        if (!scanner.TryTakeNumber(byte.MaxValue, out uint precedence))
        {
            return scanner.Fail("expected a precedence from 0 to 255");
        }
        if (!scanner.TryTakeNumber(NameType, out uint type))
        {
            return scanner.Fail("expected a gateway type: 0 none, 1 IPv4, 2 IPv6 or 3 name");
        }
        if (!scanner.TryTakeNumber(byte.MaxValue, out uint algorithm))
        {
            return scanner.Fail("expected an algorithm from 0 to 255");
        }
        return scanner.TryPut([(byte)precedence, (byte)type, (byte)algorithm]) && TryScanGateway(ref scanner, type);
    }

    internal static void Format(ReadOnlySpan<byte> field, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{field[0]} {field[1]} {field[2]} ");
        ReadOnlySpan<byte> gateway = field[FixedLength..];
        switch (field[1])
        {
            case NoGateway:
                text.Append('.');
                break;
            case IPv4Type:
                AddressText.FormatIPv4(gateway, text);
                break;
            case IPv6Type:
                AddressText.FormatIPv6(gateway, text);
                break;
            default:
                DomainNameText.Format(gateway, text);
                break;
        }
    }

    private static bool TryScanGateway(ref RdataScanner scanner, uint type)
    {
        if (type == NameType)
        {
            return scanner.TryTakeName();
        }
        Span<byte> address = stackalloc byte[16];
        if (!scanner.TryTake(out ReadOnlySpan<char> token))
        {
            return scanner.Fail("expected a gateway");
        }
        return type switch
        {
            NoGateway => token is "." || scanner.Fail("the gateway of type 0 is written '.'"),
            IPv4Type => AddressText.TryScanIPv4(token, address) ? scanner.TryPut(address[..4])
                : scanner.Fail($"'{token}' is not an IPv4 address, as gateway type 1 asks"),
            _ => AddressText.TryScanIPv6(token, address) ? scanner.TryPut(address)
                : scanner.Fail($"'{token}' is not an IPv6 address, as gateway type 2 asks"),
        };
    }
}
