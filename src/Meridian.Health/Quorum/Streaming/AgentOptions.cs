using System.Net;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>A vantage point as its command line describes it.</summary>
public sealed record AgentOptions
{
    /// <summary>The server's <c>listen: votes:</c>, such as <c>https://192.0.2.53:8443</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>Its name in the server's <c>vantage-points</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Proves who it is; a secret. Null leaves that to the certificate.</summary>
    public string? Token { get; init; }

    /// <summary>File with a client certificate and its private key in PEM; null presents none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>File with the certificates that the server's is trusted by, in PEM; null trusts the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Reference targets beside those that the server names.</summary>
    public IReadOnlyList<IPEndPoint> References { get; init; } = [];

    /// <summary>Whether the server may have commands run here.</summary>
    public bool AllowScripts { get; init; }

    public HealthOptions Health { get; init; } = new();
}
