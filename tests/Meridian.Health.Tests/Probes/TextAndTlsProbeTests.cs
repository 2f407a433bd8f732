using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Probes.Tcp;
using Meridian.Health.Probes.Tls;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meridian.Health.Tests.Probes;

public sealed class TextAndTlsProbeTests
{
    private static readonly MonitorModel Tcp = Models.Monitor(MonitorType.Tcp) with { Timeout = TimeSpan.FromSeconds(10) };
    private static readonly MonitorModel Tls = Models.Monitor(MonitorType.Tls) with { Host = "www.example.com", Timeout = TimeSpan.FromSeconds(10) };

    [Fact]
    public async Task Probe_TcpSendAndExpect_ReadsUntilTheTextStands()
    {
        string? received = null;
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
        {
            byte[] buffer = new byte[64];
            received = System.Text.Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, stop));
            await LoopbackServer.SendAsync(stream, stop, "+PO", "NG\r\n");
        });

        ProbeResult result = await Probing.OnceAsync(
            new TcpProbe(TimeProvider.System, new SystemNameResolver()), Tcp with { Send = "PING\r\n", ExpectedText = "+PONG" }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "answered with \"+PONG\""), (result.Outcome, result.Reason));
        Assert.Equal("PING\r\n", received);
        Assert.NotNull(result.Timings.FirstByte);
    }

    [Theory]
    [InlineData("-ERR loading", ProbeOutcome.UnexpectedAnswer, "the answer does not hold \"+PONG\"; it begins with \"-ERR loading\"")]
    [InlineData("", ProbeOutcome.Closed, null)]
    public async Task Probe_TcpOtherText_SaysWhatCame(string answer, ProbeOutcome outcome, string? reason)
    {
        await using LoopbackServer server = LoopbackServer.Start((stream, stop) => LoopbackServer.SendAsync(stream, stop, answer));

        ProbeResult result = await Probing.OnceAsync(
            new TcpProbe(TimeProvider.System, new SystemNameResolver()), Tcp with { ExpectedText = "+PONG" }, server.Port);

        Assert.Equal((outcome, reason ?? result.Reason), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_SourceAddressOfThisHost_IsWhereItComesFrom()
    {
        string? peer = null;
        await using WebServer server = await WebServer.StartAsync(
            context =>
            {
                peer = context.Connection.RemoteIpAddress?.ToString();
                return Task.CompletedTask;
            },
            HttpProtocols.Http1);
        HttpProbe probe = new(TimeProvider.System, new SystemNameResolver());
        MonitorModel monitor = Models.Monitor() with { Timeout = TimeSpan.FromSeconds(10) };

        ProbeResult ours = await Probing.OnceAsync(probe, monitor with { SourceAddress = System.Net.IPAddress.Parse("127.0.0.77") }, server.Port);
        ProbeResult foreign = await Probing.OnceAsync(probe, monitor with { SourceAddress = System.Net.IPAddress.Parse("192.0.2.1") }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "127.0.0.77"), (ours.Outcome, peer));
        Assert.Equal(ProbeOutcome.NotMade, foreign.Outcome);
    }

    [Fact]
    public async Task Probe_TlsHandshake_SucceedsAndNeedsNoMore()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await Probing.OnceAsync(Probe(certificate), Tls, server.Port);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.StartsWith("handshake done, certificate valid for ", result.Reason, StringComparison.Ordinal);
        Assert.NotNull(result.Timings.Tls);
        Assert.Null(result.Timings.FirstByte);
    }

    [Theory]
    [InlineData(20, ProbeOutcome.Success)]
    [InlineData(40, ProbeOutcome.CertificateRejected)]
    public async Task Probe_CertificateEndsSoon_IsRejectedWhenLongerIsAskedFor(int days, ProbeOutcome expected)
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com", validUntil: TimeSpan.FromDays(30.5));
        await using LoopbackServer server = Serve(certificate);

        ProbeResult result = await Probing.OnceAsync(Probe(certificate), Tls with { MinCertificateDays = days }, server.Port);

        Assert.Equal(expected, result.Outcome);
        if (expected != ProbeOutcome.Success)
        {
            Assert.Matches("^certificate is valid for 30(\\.[45])? more days, until .*; expected at least 40$", result.Reason);
        }
    }

    [Fact]
    public async Task Probe_OwnAuthorityAndClientCertificate_AreTakenFromFiles()
    {
        using X509Certificate2 server = Certificates.Make("www.example.com");
        using X509Certificate2 client = Certificates.Make("probe.example.com");
        string directory = Directory.CreateTempSubdirectory("meridian-tls-").FullName;
        string authority = Path.Combine(directory, "ca.pem");
        string own = Path.Combine(directory, "client.pem");
        await File.WriteAllTextAsync(authority, server.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(own, client.ExportCertificatePem() + "\n" + KeyOf(client), TestContext.Current.CancellationToken);
        await using WebServer web = await WebServer.StartAsync(
            context => context.Response.WriteAsync("ok"), HttpProtocols.Http1, server, shown => shown.Thumbprint == client.Thumbprint);
        MonitorModel monitor = Models.Monitor(MonitorType.Https) with { Host = "www.example.com", Timeout = TimeSpan.FromSeconds(10), CertificateAuthorityFile = authority };
        HttpProbe probe = new(TimeProvider.System, new SystemNameResolver());

        ProbeResult with = await Probing.OnceAsync(probe, monitor with { ClientCertificateFile = own }, web.Port);
        ProbeResult without = await Probing.OnceAsync(probe, monitor, web.Port);
        ProbeResult missing = await Probing.OnceAsync(probe, monitor with { ClientCertificateFile = own + "x" }, web.Port);
        Directory.Delete(directory, recursive: true);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (with.Outcome, with.Reason));
        Assert.True(without.Outcome.IsConclusive() && without.Outcome != ProbeOutcome.Success, without.Reason);
        Assert.Equal(ProbeOutcome.NotMade, missing.Outcome);
        Assert.StartsWith("not tried: the client certificate cannot be used: ", missing.Reason, StringComparison.Ordinal);
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        // A key from PKCS#12 is exportable here only in encrypted form, so it goes out and in once more.
        PbeParameters parameters = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        using ECDsa copy = ECDsa.Create();
        copy.ImportEncryptedPkcs8PrivateKey("x", key.ExportEncryptedPkcs8PrivateKey("x", parameters), out _);
        return copy.ExportPkcs8PrivateKeyPem();
    }

    private static LoopbackServer Serve(X509Certificate2 certificate) => LoopbackServer.Start(async (stream, stop) =>
    {
        await using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
        Assert.Equal(0, await tls.ReadAsync(new byte[1], stop));
    });

    private static TlsProbe Probe(X509Certificate2 trusted) => new(TimeProvider.System, new SystemNameResolver(), [trusted]);
}
