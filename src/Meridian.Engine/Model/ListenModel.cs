using System.Collections.Immutable;
using System.Net;

namespace Meridian.Engine.Model;

/// <summary>Where the server listens. Loopback unless told otherwise.</summary>
public sealed record ListenModel
{
    /// <summary>UDP and TCP, one pair of sockets each.</summary>
    public ImmutableArray<IPEndPoint> Dns { get; init; } = [new(IPAddress.Loopback, 5300)];

    /// <summary>The HTTP endpoint: /healthz, /readyz, /metrics and the API; null turns it off.</summary>
    public IPEndPoint? Http { get; init; } = new(IPAddress.Loopback, 8053);

    /// <summary>Where vantage points elsewhere deliver their votes; null takes none.</summary>
    public VoteListenModel? Votes { get; init; }

    /// <summary>The Route 53 API; null for none. TLS is that of the HTTP endpoint.</summary>
    public IPEndPoint? Route53 { get; init; }

    /// <summary>TLS of the HTTP endpoint; null for none, which takes a loopback address.</summary>
    public HttpTlsModel? HttpTls { get; init; }

    /// <summary>Whether the HTTP endpoint may listen beyond this machine without TLS: something in front of it encrypts.</summary>
    public bool IsPlainHttpAllowed { get; init; }

    /// <summary>UDP worker threads; null is one per core. 1 to 256.</summary>
    public int? Threads { get; init; }

    /// <summary>Datagrams taken from the kernel, and given back, by one call. 1 to 1024.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>How long a busy thread lets datagrams come together, in µs. 0 (never) to 1000.</summary>
    public int GatherMicroseconds { get; init; } = 20;

    /// <summary>What TCP clients are granted.</summary>
    public TcpModel Tcp { get; init; } = new();

    /// <summary>An interface to take queries from past the kernel's network stack; null is sockets only.</summary>
    public XdpModel? Xdp { get; init; }

    /// <summary>Largest UDP response in octets, 512 to 4096. 1232 avoids fragmentation (DNS Flag Day 2020).</summary>
    public int UdpPayloadSize { get; init; } = 1232;
}
