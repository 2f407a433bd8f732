using System.Net;

namespace Meridian.Control.Http;

/// <summary>Where the HTTP endpoint listens, and how.</summary>
public sealed record EndpointOptions
{
    /// <summary>Port 0 takes any free one.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>The certificate it shows; null for plain HTTP.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>Whether it may listen beyond this machine without TLS.</summary>
    public bool IsPlainAllowed { get; init; }

    public LocalEndpointLimits Limits { get; init; } = new();
}
