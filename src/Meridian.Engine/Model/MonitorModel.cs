using System.Collections.Immutable;
using System.Net;

namespace Meridian.Engine.Model;

/// <summary>The definition of a health check. One attempt of it is a probe.</summary>
public sealed record MonitorModel
{
    public required string Name { get; init; }

    public required MonitorType Type { get; init; }

    /// <summary>
    /// What is asked instead of a member: an address or a host name, which is looked up anew for each probe. Null asks the members
    /// of the pools that name the monitor.
    /// </summary>
    public MonitorTarget? Target { get; init; }

    /// <summary>Only the IPv4 addresses of a host name are asked for, as Route 53 does.</summary>
    public bool IsIPv4Only { get; init; }

    /// <summary>Its verdict counts as the opposite.</summary>
    public bool IsInverted { get; init; }

    /// <summary>Nothing is asked, and it counts as up (as down when it is inverted).</summary>
    public bool IsDisabled { get; init; }

    /// <summary>A new member is served before its first verdict; else it waits for one.</summary>
    public bool CountsAsUpUntilChecked { get; init; }

    /// <summary>
    /// 1 to 65535; default 80 for http, 443 for https and tls, 53 for dns; tcp and grpc must state it; 0 for what has no
    /// port. A member's own port wins.
    /// </summary>
    public required int Port { get; init; }

    /// <summary>Request target for http and https; begins with '/'.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Host header, SNI and the certificate's name; null uses the member's address.</summary>
    public string? Host { get; init; }

    /// <summary>GET, HEAD, OPTIONS or POST.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Content of a POST, in UTF-8; null sends none.</summary>
    public string? Content { get; init; }

    /// <summary>Additional request headers.</summary>
    public ImmutableSortedDictionary<string, string> Headers { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Status codes that mean up, as inclusive ranges.</summary>
    public ImmutableArray<StatusRange> ExpectedStatus { get; init; } = [new(200, 299)];

    /// <summary>Text that must stand in the first <see cref="ExpectedBodyWithin"/> octets of the body; null does not look.</summary>
    public string? ExpectedBody { get; init; }

    /// <summary>How many octets of the body are looked at, 1 to 65,536; Route 53 looks at 5,120.</summary>
    public int ExpectedBodyWithin { get; init; } = 64 * 1024;

    /// <summary>Whether the name of the server is told in the TLS handshake (RFC 6066 §3), for https.</summary>
    public bool SendsServerName { get; init; } = true;

    /// <summary>How far http and https follow answers that send them elsewhere; null does not, and such a status is one like any other.</summary>
    public RedirectModel? Redirects { get; init; }

    /// <summary>Speak HTTP/2: over TLS by ALPN for https, with prior knowledge for http (RFC 9113 §3.3).</summary>
    public bool IsHttp2 { get; init; }

    /// <summary>Whether grpc runs over TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>The service whose health grpc asks for; empty is the server's as a whole.</summary>
    public string GrpcService { get; init; } = "";

    /// <summary>Sent once a tcp or tls connection stands; null sends nothing.</summary>
    public string? Send { get; init; }

    /// <summary>Text that must stand in the first 64 KiB of what a tcp or tls member says; null does not wait for any.</summary>
    public string? ExpectedText { get; init; }

    public DnsQuestionModel? Dns { get; init; }

    public ScriptModel? Script { get; init; }

    public PushModel? Push { get; init; }

    public PrometheusModel? Prometheus { get; init; }

    public CalculatedModel? Calculated { get; init; }

    /// <summary>The address that probes come from; null leaves it to the system.</summary>
    public IPAddress? SourceAddress { get; init; }

    /// <summary>File with the certificates that are trusted instead of the system's, in PEM; null trusts the system's.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>File with the certificate, its chain and its private key that are shown to the member, in PEM; null shows none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>A certificate that is valid for less than this means down; 0 to 825 days. 0 looks at the expiry alone.</summary>
    public int MinCertificateDays { get; init; }

    /// <summary>Accept any certificate. Stated loudly wherever the monitor is shown.</summary>
    public bool SkipVerify { get; init; }

    /// <summary>Time from the start of one probe to the start of the next; 100 ms to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One deadline over connect, TLS, first byte and body; at most the interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Successes in a row that bring a member up; 1 to 100.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>Failures in a row that take a member down; 1 to 100.</summary>
    public int Fall { get; init; } = 3;

    /// <summary>The burst after a first failure; null waits for <see cref="Fall"/> regular probes.</summary>
    public ConfirmModel? Confirm { get; init; }

    /// <summary>When a member that changes state too often is held down; null never holds it.</summary>
    public DampingModel? Damping { get; init; }

    /// <summary>When a member is slow, and its weight is reduced; null does not look at the time.</summary>
    public DegradedModel? Degraded { get; init; }

    /// <summary>From where it is checked, and how many must agree; null judges by this server's own probes alone.</summary>
    public QuorumModel? Quorum { get; init; }

    /// <summary>How long a member that has come back takes to get all of its weight; 0 to 1 d.</summary>
    public TimeSpan SlowStart { get; init; }
}

/// <summary>An inclusive range of HTTP status codes, within 100 to 599.</summary>
public readonly record struct StatusRange(int First, int Last)
{
    public bool Contains(int status) => status >= First && status <= Last;

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
