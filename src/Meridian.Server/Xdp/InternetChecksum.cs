using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meridian.Server.Xdp;

/// <summary>
/// The Internet checksum (RFC 1071), summed in words of 64 bits in the machine's order: the one's complement sum comes
/// out octet-swapped alike whatever the order (§2), so nothing needs swapping but constants.
/// </summary>
internal static class InternetChecksum
{
    /// <summary>Adds octets to a sum; an odd last one counts as though a zero followed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Sum(ReadOnlySpan<byte> octets, ulong sum)
    {
        while (octets.Length >= sizeof(ulong))
        {
            sum = Add(sum, MemoryMarshal.Read<ulong>(octets));
            octets = octets[sizeof(ulong)..];
        }

        if (octets.Length >= sizeof(uint))
        {
            sum = Add(sum, MemoryMarshal.Read<uint>(octets));
            octets = octets[sizeof(uint)..];
        }

        if (octets.Length >= sizeof(ushort))
        {
            sum = Add(sum, MemoryMarshal.Read<ushort>(octets));
            octets = octets[sizeof(ushort)..];
        }

        return octets.IsEmpty ? sum : Add(sum, octets[0]);
    }

    /// <summary>The part of a pseudo-header that is not addresses: the protocol and the length.</summary>
    public static ulong OfPseudoHeader(byte protocol, int length) =>
        (ulong)BinaryPrimitives.ReverseEndianness((ushort)protocol) + BinaryPrimitives.ReverseEndianness((ushort)length);

    /// <summary>The checksum of a sum, to be stored as it is.</summary>
    public static ushort Finish(ulong sum)
    {
        sum = (sum & uint.MaxValue) + (sum >> 32);
        sum = (sum & ushort.MaxValue) + ((sum >> 16) & ushort.MaxValue) + (sum >> 32);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong sum, ulong value)
    {
        sum += value;
        // The carry comes back in at the low end.
        return sum + (sum < value ? 1UL : 0);
    }
}
