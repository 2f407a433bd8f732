using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;

namespace Meridian.Server.Xdp;

/// <summary>
/// Where things are in an Ethernet frame with a UDP datagram: with or without one VLAN tag, IPv4 without options or IPv6
/// without extension headers, not a fragment. Never reads past the frame, whatever its length fields claim.
/// </summary>
internal readonly struct FrameHeaders
{
    public const int EthernetLength = 14;
    public const int EtherTypeOffset = 12;
    public const int VlanTagLength = 4;
    public const ushort EtherTypeIPv4 = 0x0800;
    public const ushort EtherTypeIPv6 = 0x86DD;
    public const ushort EtherTypeVlan = 0x8100;

    /// <summary>IEEE 802.1Q: the low twelve bits of the tag; above them are priority and drop eligibility.</summary>
    public const ushort VlanNumberMask = 0x0FFF;

    public const int IPv4Length = 20;
    public const byte IPv4VersionAndLength = 0x45;
    public const int IPv4TotalLengthOffset = 2;
    public const int IPv4FragmentOffset = 6;

    /// <summary>MF and the fragment offset (RFC 791 §3.1).</summary>
    public const ushort IPv4FragmentMask = 0x3FFF;
    public const int IPv4ProtocolOffset = 9;
    public const int IPv4SourceOffset = 12;
    public const int IPv4DestinationOffset = 16;

    public const int IPv6Length = 40;
    public const byte IPv6Version = 0x60;
    public const int IPv6PayloadLengthOffset = 4;
    public const int IPv6NextHeaderOffset = 6;
    public const int IPv6SourceOffset = 8;
    public const int IPv6DestinationOffset = 24;

    public const int UdpLength = 8;
    public const int UdpDestinationOffset = 2;
    public const int UdpLengthOffset = 4;
    public const byte ProtocolUdp = 17;

    private readonly ushort _payloadLength;
    private readonly byte _networkOffset;

    private FrameHeaders(bool isIPv4, int networkOffset, int payloadLength)
    {
        IsIPv4 = isIPv4;
        _networkOffset = (byte)networkOffset;
        _payloadLength = (ushort)payloadLength;
    }

    public bool IsIPv4 { get; }

    /// <summary>Where the IP header begins: 14, or 18 behind a VLAN tag.</summary>
    public int NetworkOffset => _networkOffset;

    /// <summary>Where the UDP header begins.</summary>
    public int UdpOffset => _networkOffset + (IsIPv4 ? IPv4Length : IPv6Length);

    /// <summary>Where the DNS message begins.</summary>
    public int PayloadOffset => UdpOffset + UdpLength;

    /// <summary>Octets of the DNS message; what the frame has behind them is padding.</summary>
    public int PayloadLength => _payloadLength;

    /// <summary>Finds the headers, or says false for any frame that is not of this form.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> frame, out FrameHeaders headers)
    {
        headers = default;
        if (frame.Length < EthernetLength + IPv4Length + UdpLength)
        {
            return false;
        }

        int network = EthernetLength;
        ushort etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[EtherTypeOffset..]);
        if (etherType == EtherTypeVlan)
        {
            network += VlanTagLength;
            etherType = BinaryPrimitives.ReadUInt16BigEndian(frame[(EtherTypeOffset + VlanTagLength)..]);
        }

        ReadOnlySpan<byte> packet = frame[network..];
        int available = etherType switch
        {
            EtherTypeIPv4 => UdpOctetsOfIPv4(packet),
            EtherTypeIPv6 => UdpOctetsOfIPv6(packet),
            _ => 0,
        };
        if (available < UdpLength)
        {
            return false;
        }

        bool isIPv4 = etherType == EtherTypeIPv4;
        ReadOnlySpan<byte> udp = packet.Slice(isIPv4 ? IPv4Length : IPv6Length, available);
        int length = BinaryPrimitives.ReadUInt16BigEndian(udp[UdpLengthOffset..]);
        if (length < UdpLength || length > available)
        {
            return false;
        }

        headers = new FrameHeaders(isIPv4, network, length - UdpLength);
        return true;
    }

    /// <summary>
    /// Whether an answer may go to where the frame says that it came from. The kernel makes these checks for sockets
    /// (RFC 1122 §3.2.1.3, RFC 4291 §2.7); here a forged source could make us send to whole groups.
    /// </summary>
    public bool IsAnswerable(ReadOnlySpan<byte> frame)
    {
        const int GroupBit = 1;
        const int SourceHardwareAddress = 6;
        if ((frame[SourceHardwareAddress] & GroupBit) != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> packet = frame[NetworkOffset..];
        if (IsIPv4)
        {
            // "This network", multicast, reserved and broadcast; loopback unless it is asked over loopback itself.
            byte first = packet[IPv4SourceOffset];
            return first is not 0 and < 224 && (first != 127 || packet[IPv4DestinationOffset] == 127);
        }

        ReadOnlySpan<byte> source = packet.Slice(IPv6SourceOffset, 16);
        bool isUnspecified = source.IndexOfAnyExcept((byte)0) < 0;
        return !isUnspecified && source[0] != 0xFF;
    }

    /// <summary>The sender's address and port.</summary>
    public ClientAddress Source(ReadOnlySpan<byte> frame, out ushort port)
    {
        port = BinaryPrimitives.ReadUInt16BigEndian(frame[UdpOffset..]);
        return IsIPv4
            ? ClientAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(frame[(NetworkOffset + IPv4SourceOffset)..]))
            : ClientAddress.FromOctets(frame.Slice(NetworkOffset + IPv6SourceOffset, 16));
    }

    /// <summary>Octets of the datagram that an IPv4 packet carries; 0 when it is not a whole one of ours.</summary>
    private static int UdpOctetsOfIPv4(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < IPv4Length + UdpLength
            || packet[0] != IPv4VersionAndLength
            || packet[IPv4ProtocolOffset] != ProtocolUdp
            || (BinaryPrimitives.ReadUInt16BigEndian(packet[IPv4FragmentOffset..]) & IPv4FragmentMask) != 0)
        {
            return 0;
        }

        int total = BinaryPrimitives.ReadUInt16BigEndian(packet[IPv4TotalLengthOffset..]);
        return total <= packet.Length ? total - IPv4Length : 0;
    }

    private static int UdpOctetsOfIPv6(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < IPv6Length + UdpLength
            || (packet[0] & 0xF0) != IPv6Version
            || packet[IPv6NextHeaderOffset] != ProtocolUdp)
        {
            return 0;
        }

        int payload = BinaryPrimitives.ReadUInt16BigEndian(packet[IPv6PayloadLengthOffset..]);
        return payload <= packet.Length - IPv6Length ? payload : 0;
    }
}
