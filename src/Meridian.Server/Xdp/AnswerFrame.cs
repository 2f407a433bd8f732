using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meridian.Server.Xdp;

/// <summary>Turns the headers of a query's frame into those of its answer, where they are.</summary>
internal static class AnswerFrame
{
    /// <summary>The least that goes over Ethernet, without the check sequence; not every driver pads for itself.</summary>
    private const int MinLength = 60;

    /// <summary>What Linux uses for what it sends itself.</summary>
    private const byte HopLimit = 64;

    private const ushort DontFragment = 0x4000;

    /// <summary>Addresses the frame back and completes its lengths and checksums.</summary>
    /// <param name="frame">Its memory, longer than the answer; the answer already stands behind the headers.</param>
    /// <param name="headers">Where they are.</param>
    /// <param name="payloadLength">Octets of the answer.</param>
    /// <returns>Octets to send.</returns>
    public static int Complete(Span<byte> frame, in FrameHeaders headers, int payloadLength)
    {
        Debug.Assert(headers.PayloadOffset + payloadLength <= frame.Length && frame.Length >= MinLength);
        Swap(ref frame[0], ref frame[6], 6);
        Span<byte> udp = frame.Slice(headers.UdpOffset, FrameHeaders.UdpLength + payloadLength);
        (udp[0], udp[1], udp[2], udp[3]) = (udp[2], udp[3], udp[0], udp[1]);
        BinaryPrimitives.WriteUInt16BigEndian(udp[FrameHeaders.UdpLengthOffset..], (ushort)udp.Length);
        // The checksum covers itself as zero.
        udp[6] = 0;
        udp[7] = 0;
        ulong pseudoHeader = headers.IsIPv4
            ? CompleteIPv4(frame.Slice(headers.NetworkOffset, FrameHeaders.IPv4Length), udp.Length)
            : CompleteIPv6(frame.Slice(headers.NetworkOffset, FrameHeaders.IPv6Length), udp.Length);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(udp, pseudoHeader));
        // RFC 768: 0 would mean "not computed", and its complement means the same sum. It is computed for IPv4 too:
        // translators drop what comes without (RFC 7915 §4.5).
        Unsafe.WriteUnaligned(ref udp[6], checksum == 0 ? ushort.MaxValue : checksum);

        int length = headers.PayloadOffset + payloadLength;
        if (length < MinLength)
        {
            frame[length..MinLength].Clear();
            return MinLength;
        }

        return length;
    }

    /// <returns>The sum of the pseudo-header (RFC 768).</returns>
    private static ulong CompleteIPv4(Span<byte> header, int udpLength)
    {
        // A datagram that may not be fragmented needs no identification (RFC 6864 §4.1), and forged fragments cannot be
        // mixed into it (RFC 9715 §3.1).
        header[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(FrameHeaders.IPv4Length + udpLength));
        BinaryPrimitives.WriteUInt16BigEndian(header[4..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], DontFragment);
        header[8] = HopLimit;
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], 0);
        Swap(ref header[FrameHeaders.IPv4SourceOffset], ref header[FrameHeaders.IPv4DestinationOffset], 4);
        Unsafe.WriteUnaligned(ref header[10], InternetChecksum.Finish(InternetChecksum.Sum(header, 0)));
        return InternetChecksum.Sum(
            header[FrameHeaders.IPv4SourceOffset..], InternetChecksum.OfPseudoHeader(FrameHeaders.ProtocolUdp, udpLength));
    }

    /// <returns>The sum of the pseudo-header (RFC 8200 §8.1).</returns>
    private static ulong CompleteIPv6(Span<byte> header, int udpLength)
    {
        // Version 6, no traffic class, no flow label.
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)FrameHeaders.IPv6Version << 24);
        BinaryPrimitives.WriteUInt16BigEndian(header[FrameHeaders.IPv6PayloadLengthOffset..], (ushort)udpLength);
        header[7] = HopLimit;
        Swap(ref header[FrameHeaders.IPv6SourceOffset], ref header[FrameHeaders.IPv6DestinationOffset], 16);
        return InternetChecksum.Sum(
            header[FrameHeaders.IPv6SourceOffset..], InternetChecksum.OfPseudoHeader(FrameHeaders.ProtocolUdp, udpLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap(ref byte left, ref byte right, int length)
    {
        Span<byte> first = MemoryMarshal.CreateSpan(ref left, length);
        Span<byte> second = MemoryMarshal.CreateSpan(ref right, length);
        Span<byte> kept = stackalloc byte[16];
        first.CopyTo(kept);
        second.CopyTo(first);
        kept[..length].CopyTo(second);
    }
}
