namespace Meridian.Engine.Model;

/// <summary>How a monitor asks.</summary>
public enum MonitorType
{
    Http,
    Https,
    Tcp,

    /// <summary>A TLS handshake, with a look at the certificate.</summary>
    Tls,

    /// <summary>A DNS query.</summary>
    Dns,

    /// <summary>The health service of gRPC, <c>grpc.health.v1.Health/Check</c>.</summary>
    Grpc,

    /// <summary>An echo request.</summary>
    Icmp,

    /// <summary>A command of this machine.</summary>
    Script,

    /// <summary>Nothing is asked: the member reports by itself.</summary>
    Push,

    /// <summary>A query to a Prometheus server.</summary>
    Prometheus,

    /// <summary>Other monitors, combined.</summary>
    Calculated,
}
