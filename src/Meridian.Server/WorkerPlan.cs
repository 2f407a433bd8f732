using System.Collections.Immutable;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Native;
using Meridian.Server.Udp;
using Meridian.Server.Xdp;

namespace Meridian.Server;

/// <summary>What one thread is to do.</summary>
internal sealed record WorkerPlan
{
    /// <summary>Over both transports; tells answerers apart.</summary>
    public required int Number { get; init; }

    public required string Name { get; init; }

    public required ServerOptions Options { get; init; }

    public required TrafficCounters Traffic { get; init; }

    public int? Core { get; init; }

    /// <summary>Takes what is not answered in place; null drops it.</summary>
    public DeferredQueue? Deferred { get; init; }

    public ImmutableArray<UdpSocket> Datagrams { get; init; } = [];

    /// <summary>Set for a thread that takes frames.</summary>
    public XdpSocket? Frames { get; init; }

    public ImmutableArray<NativeSocket> Listeners { get; init; } = [];

    /// <summary>Set for a TCP thread.</summary>
    public TcpConnectionCounters? Connections { get; init; }
}
