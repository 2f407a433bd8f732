using System.Net;
using System.Net.Sockets;

namespace Meridian.Control.Route53.Operations;

/// <summary>The address that this server's own probes come from. It asks the routing table; nothing is sent.</summary>
internal static class OwnAddress
{
    // Any port will do: connecting a datagram socket only looks for a route.
    private const int AnyPort = 9;

    // What a name leads to is the probe's to find out. The documentation's network (RFC 5737) is nobody's, so its route is the default one.
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");

    /// <summary>The source address of packets to a target; null when there is no route to it.</summary>
    /// <param name="target">An address; null where a name is asked, for which the default route counts.</param>
    public static string? Towards(string? target)
    {
        IPAddress peer = IPAddress.TryParse(target, out IPAddress? address) ? address : Elsewhere;
        try
        {
            using Socket socket = new(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(peer, AnyPort));
            return (socket.LocalEndPoint as IPEndPoint)?.Address.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
