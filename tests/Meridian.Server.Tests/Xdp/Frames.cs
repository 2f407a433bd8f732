using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests.Xdp;

/// <summary>Ethernet frames made octet by octet, apart from the code that they test.</summary>
internal static class Frames
{
    public const ushort Port = 5300;
    public const ushort ClientPort = 4711;

    public static readonly byte[] ServerHardware = [0x02, 0, 0, 0, 0, 0x01];
    public static readonly byte[] ClientHardware = [0x02, 0, 0, 0, 0, 0x02];
    public static readonly IPAddress ServerIPv4 = IPAddress.Parse("192.0.2.53");
    public static readonly IPAddress ServerIPv6 = IPAddress.Parse("2001:db8::53");
    public static readonly IPAddress ClientIPv4 = IPAddress.Parse("198.51.100.7");
    public static readonly IPAddress ClientIPv6 = IPAddress.Parse("2001:db8:1::7");

    /// <summary>A query's frame. Addresses are of one family.</summary>
    public static byte[] Query(
        bool isIPv4, int? vlan = null, byte[]? payload = null, IPAddress? source = null, IPAddress? destination = null)
    {
        payload ??= Queries.Query(7, "www");
        byte[] from = (source ?? (isIPv4 ? ClientIPv4 : ClientIPv6)).GetAddressBytes();
        byte[] to = (destination ?? (isIPv4 ? ServerIPv4 : ServerIPv6)).GetAddressBytes();
        using MemoryStream frame = new();
        frame.Write(ServerHardware);
        frame.Write(ClientHardware);
        if (vlan is { } tag)
        {
            frame.Write([0x81, 0x00, (byte)(0xE0 | (tag >> 8)), (byte)tag]);
        }

        int udpLength = 8 + payload.Length;
        if (isIPv4)
        {
            frame.Write([0x08, 0x00, 0x45, 0x10, .. Word(20 + udpLength), 0x12, 0x34, 0x00, 0x00, 57, 17, 0, 0, .. from, .. to]);
        }
        else
        {
            frame.Write([0x86, 0xDD, 0x60, 0x12, 0x34, 0x56, .. Word(udpLength), 17, 57, .. from, .. to]);
        }

        frame.Write([.. Word(ClientPort), .. Word(Port), .. Word(udpLength), 0, 0, .. payload]);
        return frame.ToArray();
    }

    public static byte[] With(byte[] frame, int offset, params byte[] octets)
    {
        byte[] changed = [.. frame];
        octets.CopyTo(changed, offset);
        return changed;
    }

    /// <summary>RFC 1071 §4.1 as it is written there.</summary>
    public static ushort Checksum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int index = 0; index < octets.Length; index += 2)
        {
            sum += (uint)((octets[index] << 8) | (index + 1 < octets.Length ? octets[index + 1] : 0));
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    /// <summary>The addresses, protocol and length that a UDP checksum covers besides the datagram.</summary>
    public static byte[] PseudoHeader(ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int udpLength) =>
        source.Length == 4
            ? [.. source, .. destination, 0, 17, .. Word(udpLength)]
            : [.. source, .. destination, 0, 0, .. Word(udpLength), 0, 0, 0, 17];

    public static IPEndPoint Server(AddressFamily family) =>
        new(family == AddressFamily.InterNetwork ? ServerIPv4 : ServerIPv6, Port);

    private static byte[] Word(int value)
    {
        byte[] word = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(word, (ushort)value);
        return word;
    }
}
