using System.Text;

namespace Meridian.Server.Native;

/// <summary>
/// Reads an interface's settings by ioctl, which asks about the calling thread's own network namespace; /sys shows those
/// of whoever mounted it.
/// </summary>
internal sealed unsafe class NetworkInterfaceQuery : IDisposable
{
    private const nuint GetMtu = 0x8921;
    private const nuint GetHardwareAddress = 0x8927;
    private const nuint DriverSettings = 0x8946;
    private const uint DriverGetChannels = 0x3C;

    // struct ifreq: a name of 16 octets, then what the request is about.
    private const int RequestOctets = 40;
    private const int NameOctets = 16;

    private readonly NativeSocket _socket;
    private readonly byte[] _name = new byte[NameOctets];

    private NetworkInterfaceQuery(NativeSocket socket, string name)
    {
        _socket = socket;
        // One octet stays NUL.
        Encoding.UTF8.TryGetBytes(name, _name.AsSpan(0, NameOctets - 1), out _);
    }

    /// <summary>Begins to ask; null and errno when not even a socket can be had.</summary>
    public static NetworkInterfaceQuery? Open(string name) =>
        NativeSocket.Open(System.Net.Sockets.AddressFamily.InterNetwork, Linux.TypeDatagram) is { } socket
            ? new NetworkInterfaceQuery(socket, name)
            : null;

    /// <summary>Octets of the longest IP packet; 0 and errno when it cannot be read.</summary>
    public int Mtu()
    {
        byte* request = stackalloc byte[RequestOctets];
        return Ask(GetMtu, request) ? *(int*)(request + NameOctets) : 0;
    }

    /// <summary>The six octets of its Ethernet address; null and errno when it has none.</summary>
    public byte[]? HardwareAddress()
    {
        const ushort FamilyEthernet = 1;
        const ushort FamilyLoopback = 772;
        byte* request = stackalloc byte[RequestOctets];
        if (!Ask(GetHardwareAddress, request) || *(ushort*)(request + NameOctets) is not (FamilyEthernet or FamilyLoopback))
        {
            return null;
        }

        return new ReadOnlySpan<byte>(request + NameOctets + sizeof(ushort), 6).ToArray();
    }

    /// <summary>Queues that it receives on; 1 when its driver does not tell.</summary>
    public int ReceiveQueues()
    {
        // struct ethtool_channels: command, four maxima, then receive, transmit, other and combined channels.
        uint* channels = stackalloc uint[9];
        new Span<uint>(channels, 9).Clear();
        channels[0] = DriverGetChannels;
        byte* request = stackalloc byte[RequestOctets];
        bool known = Ask(DriverSettings, request, channels);
        return known ? Math.Max(1, (int)(channels[5] + channels[8])) : 1;
    }

    public void Dispose() => _socket.Dispose();

    private bool Ask(nuint what, byte* request, void* argument = null)
    {
        Span<byte> whole = new(request, RequestOctets);
        whole.Clear();
        _name.CopyTo(whole);
        if (argument is not null)
        {
            *(void**)(request + NameOctets) = argument;
        }

        return Libc.Control(_socket.Descriptor, what, request) == 0;
    }
}
