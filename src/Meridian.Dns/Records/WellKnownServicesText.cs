using System.Globalization;
using System.Text;

namespace Meridian.Dns.Records;

/// <summary>Protocol and ports of WKS (RFC 1035 §3.4.2). Ports are numbers: service names differ from host to host.</summary>
internal static class WellKnownServicesText
{
    private const int GreatestBitmapLength = 8192;

    internal static bool IsWellFormed(ReadOnlySpan<byte> rest) =>
        rest.Length is >= 1 and <= GreatestBitmapLength + 1 && (rest.Length == 1 || rest[^1] != 0);

    internal static bool TryScan(ref RdataScanner scanner)
    {
        if (!scanner.TryTake(out ReadOnlySpan<char> token))
        {
            return false;
        }
        byte protocol;
        if (token.Equals("tcp", StringComparison.OrdinalIgnoreCase))
        {
            protocol = 6;
        }
        else if (token.Equals("udp", StringComparison.OrdinalIgnoreCase))
        {
            protocol = 17;
        }
        else if (NumberText.TryScan(token, byte.MaxValue, out uint number))
        {
            protocol = (byte)number;
        }
        else
        {
            return scanner.Fail($"'{token}' is not a protocol; expected tcp, udp or a number from 0 to 255");
        }
        byte[] bits = new byte[GreatestBitmapLength];
        while (scanner.HasNext)
        {
            if (!scanner.TryTakeNumber(ushort.MaxValue, out uint port))
            {
                return scanner.Fail($"'{scanner.LastText}' is not a port number from 0 to 65535");
            }
            bits[port >> 3] |= (byte)(0x80 >> (int)(port & 7));
        }
        return scanner.TryPut(protocol) && scanner.TryPut(bits.AsSpan().TrimEnd((byte)0));
    }

    internal static void Format(ReadOnlySpan<byte> field, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{field[0]}");
        for (int port = 0; port < (field.Length - 1) * 8; port++)
        {
            if ((field[1 + (port >> 3)] & (0x80 >> (port & 7))) != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" {port}");
            }
        }
    }
}
