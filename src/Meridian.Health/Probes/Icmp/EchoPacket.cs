using System.Buffers.Binary;

namespace Meridian.Health.Probes.Icmp;

/// <summary>Echo requests and replies of ICMP (RFC 792) and ICMPv6 (RFC 4443 §4).</summary>
internal static class EchoPacket
{
    internal const int TokenLength = 16;

    // Type, code, checksum, identifier, sequence number.
    private const int HeaderLength = 8;

    private const byte Request4 = 8;
    private const byte Reply4 = 0;
    private const byte Request6 = 128;
    private const byte Reply6 = 129;

    /// <summary>Writes a request whose data is the token; gives its length.</summary>
    internal static int WriteRequest(bool isIPv6, ReadOnlySpan<byte> token, Span<byte> packet)
    {
        packet = packet[..(HeaderLength + token.Length)];
        packet[..HeaderLength].Clear();
        packet[0] = isIPv6 ? Request6 : Request4;

        // The kernel puts its own identifier over this one where it is its ping socket that sends.
        token[..4].CopyTo(packet[4..]);
        token.CopyTo(packet[HeaderLength..]);
        if (!isIPv6)
        {
            // The checksum of ICMPv6 covers the addresses (RFC 4443 §2.3); the kernel fills it in.
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], Checksum(packet));
        }

        return packet.Length;
    }

    /// <summary>Whether a packet is a reply that carries the token.</summary>
    internal static bool IsReply(ReadOnlySpan<byte> packet, bool isIPv6, bool isRaw, ReadOnlySpan<byte> token)
    {
        if (isRaw && !isIPv6 && packet.Length > 0)
        {
            // RFC 791 §3.1: the header's length in units of four octets; raw IPv4 sockets pass it on, those of IPv6 do not.
            int header = (packet[0] & 0x0F) * 4;
            packet = header <= packet.Length ? packet[header..] : default;
        }

        return packet.Length >= HeaderLength + token.Length
            && packet[0] == (isIPv6 ? Reply6 : Reply4)
            && packet.Slice(HeaderLength, token.Length).SequenceEqual(token);
    }

    /// <summary>RFC 1071.</summary>
    internal static ushort Checksum(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i + 1 < octets.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(octets[i..]);
        }

        sum += octets.Length % 2 == 0 ? 0u : (uint)octets[^1] << 8;
        sum = (sum >> 16) + (sum & 0xFFFF);
        return (ushort)~(sum + (sum >> 16));
    }
}
