using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Meridian.Server.Tcp;
using Meridian.Server.Udp;
using Meridian.Server.Xdp;

namespace Meridian.Server;

/// <summary>Where and how the DNS transports serve.</summary>
public sealed record ServerOptions
{
    /// <summary>Most listen addresses; each costs one socket per thread and transport.</summary>
    public const int MaxListenAddresses = 64;

    /// <summary>Most threads of one transport.</summary>
    public const int MaxThreads = 256;

    /// <summary>
    /// UDP and TCP are served on each. Port 0 takes a free port, the same number for both
    /// (<c>DnsServer.BoundEndpoints</c> tells it). 1 to 64 addresses.
    /// </summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [new(IPAddress.Loopback, 5300)];

    /// <summary>
    /// UDP threads, 1 to 256; null is one per core, which is what the kernel's spreading by flow can use.
    /// </summary>
    public int? UdpThreads { get; init; }

    /// <summary>UDP threads that there will be.</summary>
    public int UdpThreadCount => UdpThreads ?? Math.Clamp(Environment.ProcessorCount, 1, MaxThreads);

    /// <summary>
    /// TCP threads, 1 to 256. One serves some 100,000 connections; TCP is a small part of DNS traffic.
    /// </summary>
    public int TcpThreads { get; init; } = 1;

    /// <summary>Keep each UDP thread on a core of its own when there are no more threads than cores.</summary>
    public bool PinThreads { get; init; } = true;

    /// <summary>
    /// How long stopping may take to deliver answers that clients are slow to read, 0 to 60 s. 2 s is well within what
    /// service supervisors allow, and several round trips of any path.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Limits of the UDP transport.</summary>
    public UdpLimits Udp { get; init; } = new();

    /// <summary>Limits of the TCP transport.</summary>
    public TcpLimits Tcp { get; init; } = new();

    /// <summary>
    /// Take queries from an interface past the kernel's network stack as well; null is sockets only. The sockets are
    /// there in any case, for everything that does not come that way.
    /// </summary>
    public XdpOptions? Xdp { get; init; }

    /// <summary>Everything that is out of range, in words; empty when the options can be used.</summary>
    public ImmutableArray<string> Validate()
    {
        LimitCheck check = new();
        check.InRange("listen addresses", Listen.IsDefault ? 0 : Listen.Length, 1, MaxListenAddresses);
        check.InRange("UDP threads", UdpThreads ?? 1, 1, MaxThreads);
        check.InRange("TCP threads", TcpThreads, 1, MaxThreads);
        check.InRange("drain timeout", DrainTimeout, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        foreach (IPEndPoint endpoint in Listen.IsDefault ? [] : Listen)
        {
            bool isIP = endpoint.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;
            check.Require(isIP, $"{endpoint} is neither an IPv4 nor an IPv6 address");
            check.Require(!endpoint.Address.IsIPv4MappedToIPv6, $"{endpoint} is IPv4 written as IPv6: write it as IPv4");
        }

        IEnumerable<IPEndPoint> fixedPorts = Listen.IsDefault ? [] : Listen.Where(static endpoint => endpoint.Port != 0);
        foreach (IGrouping<IPEndPoint, IPEndPoint> same in fixedPorts.GroupBy(static endpoint => endpoint))
        {
            check.Require(same.Count() == 1, $"{same.Key} is listed {same.Count()} times");
        }

        Udp.Check(check);
        Tcp.Check(check);
        Xdp?.Check(check);
        return check.Errors;
    }
}
