using System.Net.Sockets;

namespace Meridian.Health.Probes;

/// <summary>The kinds of sockets that probes use.</summary>
internal enum SocketKind : byte
{
    Tcp,
    Udp,

    /// <summary>Echo requests, by the kernel's ping socket where this group may use it, and else by a raw one.</summary>
    Icmp,
}

/// <summary>Opens them.</summary>
internal static class SocketKinds
{
    /// <summary>Throws <see cref="SocketException"/> when this machine has none to give.</summary>
    internal static Socket Open(this SocketKind kind, AddressFamily family) => kind switch
    {
        SocketKind.Tcp => new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
        SocketKind.Udp => new Socket(family, SocketType.Dgram, ProtocolType.Udp),
        _ => OpenIcmp(family),
    };

    private static Socket OpenIcmp(AddressFamily family)
    {
        ProtocolType protocol = family == AddressFamily.InterNetworkV6 ? ProtocolType.IcmpV6 : ProtocolType.Icmp;
        try
        {
            return new Socket(family, SocketType.Dgram, protocol);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.ProtocolNotSupported)
        {
            return new Socket(family, SocketType.Raw, protocol);
        }
    }
}
