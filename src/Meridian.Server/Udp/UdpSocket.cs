using System.Net;
using System.Runtime.InteropServices;
using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Udp;

/// <summary>One bound datagram socket with what its thread has to know of it.</summary>
/// <param name="Socket">Owned by <see cref="ListenSockets"/>.</param>
/// <param name="WantsPacketInfo">
/// The socket is bound to a wildcard address: each answer carries the address that its query was sent to, or a
/// multi-homed host would answer from another one and the client would ignore it (RFC 2181 §4.1).
/// </param>
internal sealed record UdpSocket(NativeSocket Socket, bool WantsPacketInfo)
{
    public int Descriptor => Socket.Descriptor;

    /// <summary>Sets up a bound socket.</summary>
    /// <param name="socket">Bound.</param>
    /// <param name="endpoint">To what.</param>
    /// <param name="limits">The buffers to ask for.</param>
    /// <param name="logger">Told what could not be had; null for all but the first of sockets that are alike.</param>
    public static UdpSocket Prepare(NativeSocket socket, IPEndPoint endpoint, UdpLimits limits, ILogger? logger)
    {
        int granted = SetBuffer(
            socket, Linux.ReceiveBufferForce, Linux.ReceiveBuffer, limits.ReceiveBufferOctets);
        if (granted < limits.ReceiveBufferOctets && logger is not null)
        {
            ServerLog.SmallReceiveBuffer(logger, endpoint, granted, limits.ReceiveBufferOctets);
        }

        SetBuffer(socket, Linux.SendBufferForce, Linux.SendBuffer, limits.SendBufferOctets);

        // Answers are sized to pass unfragmented (DNS Flag Day 2020); forged ICMP must not make them fragment (RFC 9715
        // §3.1).
        socket.TrySetOption(
            socket.IsIPv4 ? Linux.LevelIP : Linux.LevelIPv6,
            socket.IsIPv4 ? Linux.IPMtuDiscover : Linux.IPv6MtuDiscover,
            Linux.MtuDiscoverOmit);

        bool wildcard = endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);
        bool packetInfo = wildcard && socket.TrySetOption(
            socket.IsIPv4 ? Linux.LevelIP : Linux.LevelIPv6,
            socket.IsIPv4 ? Linux.IPPacketInfo : Linux.IPv6ReceivePacketInfo,
            1);
        if (wildcard && !packetInfo && logger is not null)
        {
            ServerLog.NoPacketInformation(logger, endpoint);
        }

        return new UdpSocket(socket, packetInfo);
    }

    /// <summary>True for what only means "not now".</summary>
    public static bool IsTransient(int error) => error is Errno.WouldBlock or Errno.Interrupted;

    /// <summary>errno of the last call of this thread.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    private static int SetBuffer(NativeSocket socket, int forced, int capped, int octets)
    {
        if (!socket.TrySetOption(Linux.LevelSocket, forced, octets))
        {
            socket.TrySetOption(Linux.LevelSocket, capped, octets);
        }

        // The kernel doubles what it is asked for, to account for its own overhead.
        return socket.GetOption(Linux.LevelSocket, capped) / 2;
    }
}
