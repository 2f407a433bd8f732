using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;

namespace Meridian.Server.Native;

/// <summary>struct sockaddr_in and sockaddr_in6, written and read by offset.</summary>
internal static unsafe class SocketAddresses
{
    /// <summary>sizeof(struct sockaddr_in6), the larger of the two.</summary>
    public const int MaxLength = 28;

    private const int IPv4Length = 16;

    /// <summary>Writes the address for bind; the octets used.</summary>
    public static uint Write(IPEndPoint endpoint, Span<byte> address)
    {
        Debug.Assert(address.Length >= MaxLength);
        address.Clear();
        bool isIPv4 = endpoint.AddressFamily == AddressFamily.InterNetwork;
        BitConverter.TryWriteBytes(address, (ushort)(isIPv4 ? Linux.FamilyIPv4 : Linux.FamilyIPv6));
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endpoint.Port);
        endpoint.Address.TryWriteBytes(address[(isIPv4 ? 4 : 8)..], out _);
        if (isIPv4)
        {
            return IPv4Length;
        }

        BitConverter.TryWriteBytes(address[24..], (uint)endpoint.Address.ScopeId);
        return MaxLength;
    }

    /// <summary>
    /// Reads the address and port that the kernel wrote for a received datagram or an accepted connection.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ClientAddress Read(byte* address, out ushort port)
    {
        port = BinaryPrimitives.ReverseEndianness(*(ushort*)(address + 2));
        if (*(ushort*)address == Linux.FamilyIPv4)
        {
            return ClientAddress.FromIPv4(BinaryPrimitives.ReverseEndianness(*(uint*)(address + 4)));
        }

        Debug.Assert(*(ushort*)address == Linux.FamilyIPv6);
        return new ClientAddress(
            BinaryPrimitives.ReverseEndianness(*(ulong*)(address + 8)),
            BinaryPrimitives.ReverseEndianness(*(ulong*)(address + 16)));
    }
}
