using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

public sealed class HttpsProbeTests
{
    private static readonly MonitorModel Monitor = Models.Monitor(MonitorType.Https) with
    {
        Host = "www.example.com",
        Timeout = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public async Task Probe_TrustedCertificate_SucceedsAndSendsSni()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        string? sni = null;
        await using LoopbackServer server = Serve(certificate, name => sni = name);

        ProbeResult result = await ProbeAsync(server, Monitor, certificate);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
        Assert.NotNull(result.Timings.Tls);
        Assert.Equal("www.example.com", sni);
    }

    [Fact]
    public async Task Probe_WithoutServerName_SendsNone()
    {
        using X509Certificate2 certificate = Certificates.Make("other.example.net");
        string? sni = "unseen";
        await using LoopbackServer server = Serve(certificate, name => sni = name);

        ProbeResult result = await ProbeAsync(server, Monitor with { SendsServerName = false, SkipVerify = true }, certificate);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
        Assert.True(string.IsNullOrEmpty(sni), sni);
    }

    [Fact]
    public async Task Probe_AddressInCertificate_Succeeds()
    {
        using X509Certificate2 certificate = Certificates.Make("127.0.0.1");
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor with { Host = null }, certificate);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_OtherName_SaysBothNames()
    {
        using X509Certificate2 certificate = Certificates.Make("other.example.net");
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor, certificate);

        Assert.Equal(
            (ProbeOutcome.CertificateRejected, "certificate name does not match: it is for other.example.net, not for www.example.com"),
            (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_SelfSigned_IsNotTrusted()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor);

        Assert.Equal(
            (ProbeOutcome.CertificateRejected, "certificate is not trusted: self-signed by CN=www.example.com"),
            (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_Expired_SaysWhen()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com", TimeSpan.FromDays(-3), TimeSpan.FromDays(-1));
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor, certificate);

        Assert.Equal(ProbeOutcome.CertificateRejected, result.Outcome);
        Assert.Equal($"certificate expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z", result.Reason);
    }

    [Fact]
    public async Task Probe_NotYetValid_SaysFromWhen()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com", TimeSpan.FromDays(1), TimeSpan.FromDays(2));
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor, certificate);

        Assert.StartsWith("certificate is not valid before 20", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_SkipVerify_AcceptsAnything()
    {
        using X509Certificate2 certificate = Certificates.Make("other.example.net", TimeSpan.FromDays(-3), TimeSpan.FromDays(-1));
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await ProbeAsync(server, Monitor with { SkipVerify = true });

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
    }

    [Fact]
    public async Task Probe_PlainHttpServer_FailsTheHandshake()
    {
        await using LoopbackServer server = LoopbackServer.Start(
            (stream, stop) => LoopbackServer.SendAsync(stream, stop, "HTTP/1.1 400 Bad Request\r\n\r\n"));

        ProbeResult result = await ProbeAsync(server, Monitor);

        Assert.Contains(result.Outcome, new[] { ProbeOutcome.TlsFailed, ProbeOutcome.Closed });
        Assert.Contains("TLS handshake", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_SilentInHandshake_EndsAtDeadline()
    {
        await using LoopbackServer server = LoopbackServer.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));

        ProbeResult result = await ProbeAsync(server, Monitor with { Timeout = TimeSpan.FromSeconds(2) });

        Assert.Equal(
            (ProbeOutcome.TimedOut, "no answer within 2 s (stopped in the TLS handshake)"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_SilentAfterHandshake_EndsAtDeadline()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using LoopbackServer server = Serve(certificate, answer: "");

        ProbeResult result = await ProbeAsync(server, Monitor with { Timeout = TimeSpan.FromSeconds(4) }, certificate);

        Assert.Equal(
            (ProbeOutcome.TimedOut, "no answer within 4 s (stopped waiting for the first byte)"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData("www.example.com:8443", "www.example.com")]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("www.example.com", "www.example.com")]
    public void TlsName_OfHost_IsWithoutPort(string host, string expected)
    {
        Assert.Equal(expected, HttpRequestWriter.TlsName(new ProbeTarget(IPAddress.Loopback, null, 443), Monitor with { Host = host }));
    }

    private static LoopbackServer Serve(
        X509Certificate2 certificate, Action<string>? onName = null, string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") =>
        LoopbackServer.Start(async (stream, stop) =>
        {
            await using SslStream tls = new(stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateSelectionCallback = (_, name) =>
                    {
                        onName?.Invoke(name ?? "");
                        return certificate;
                    },
                },
                stop);
            await LoopbackServer.ReadRequestAsync(tls, stop);
            if (answer.Length == 0)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            await LoopbackServer.SendAsync(tls, stop, answer);
        });

    private static async Task<ProbeResult> ProbeAsync(LoopbackServer server, MonitorModel monitor, X509Certificate2? root = null)
    {
        using CancellationTokenSource deadline = new(monitor.Timeout);
        HttpProbe probe = new(TimeProvider.System, new SystemNameResolver(), root is null ? null : [root]);
        return await probe.ProbeAsync(new ProbeTarget(IPAddress.Loopback, null, server.Port), monitor, deadline.Token);
    }
}
