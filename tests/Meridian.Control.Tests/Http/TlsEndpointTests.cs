using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Control.Configuration;
using Meridian.Control.Http;
using Meridian.Control.Tests.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Http;

/// <summary>TLS of the endpoint, and where it listens without.</summary>
public sealed class TlsEndpointTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-tls-");
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 20, 6, 0, 0, TimeSpan.Zero));

    private string CertificatePath => Path.Combine(_directory.FullName, "tls.pem");

    private string KeyPath => Path.Combine(_directory.FullName, "tls.key");

    [Fact]
    public async Task Certificate_ReplacedWhileServing_IsShownToNewConnections()
    {
        WritePair("one.example");
        TlsCertificate certificate = Load()!;
        await using AccessUnderTest access = new();
        await using LocalEndpoint endpoint = new(
            new EndpointOptions { Address = new IPEndPoint(IPAddress.Loopback, 0), Certificate = certificate }, Sources, access.Endpoint, NullLoggerFactory.Instance);
        await endpoint.StartAsync(TestContext.Current.CancellationToken);

        (string first, Version version) = await SeeAsync(endpoint);
        Assert.False(certificate.Refresh());
        WritePair("two.example");
        Assert.True(certificate.Refresh());
        (string second, _) = await SeeAsync(endpoint);
        await File.WriteAllTextAsync(KeyPath, "no key", TestContext.Current.CancellationToken);
        Assert.False(certificate.Refresh());
        (string third, _) = await SeeAsync(endpoint);

        Assert.Equal(("CN=one.example", "CN=two.example", "CN=two.example"), (first, second, third));
        Assert.Equal(HttpVersion.Version20, version);
        Assert.StartsWith("https://127.0.0.1:", endpoint.Url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FilesThatAreNone_SaysWhy()
    {
        File.WriteAllText(CertificatePath, "nothing");

        TlsCertificate? certificate = TlsCertificate.TryLoad(
            CertificatePath, KeyPath, new DiskConfigurationFiles(), _time, NullLogger<TlsCertificate>.Instance, out string? problem);

        Assert.Null(certificate);
        Assert.Contains(CertificatePath, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1", false, false, true)]
    [InlineData("0.0.0.0", false, false, true)]
    [InlineData("192.0.2.1", true, false, false)]
    [InlineData("192.0.2.1", false, true, false)]
    [InlineData("127.0.0.1", false, false, false)]
    [InlineData("::1", false, false, false)]
    public void Listen_BeyondThisMachine_TakesTlsOrAWord(string address, bool isEncrypted, bool isPlainAllowed, bool isRefused) =>
        Assert.Equal(isRefused, LocalEndpoint.RefuseToListen(new IPEndPoint(IPAddress.Parse(address), 8053), isEncrypted, isPlainAllowed) is not null);

    [Theory]
    [InlineData("listen: {http: \"192.0.2.1:8053\"}", true)]
    [InlineData("listen: {http: \"192.0.2.1:8053\", http-plain: true}", false)]
    [InlineData("listen: {http: \"192.0.2.1:8053\", http-tls: {certificate: a.pem, key: a.key}}", false)]
    public void Configuration_ListenBeyondThisMachine_IsCheckedBeforeItIsServed(string yaml, bool isRefused)
    {
        bool isSaid = TestFiles.Load(yaml).Errors.Any(error => error.Path == "listen/http" && error.Message.Contains("clear text", StringComparison.Ordinal));

        Assert.Equal(isRefused, isSaid);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static LocalEndpointSources Sources { get; } = new()
    {
        Configuration = () => EndpointUnderTest.Report.Configuration,
        Readiness = () => EndpointUnderTest.Report.Readiness,
        Status = () => EndpointUnderTest.Report,
        Metrics = _ => { },
        Explain = (_, _) => Task.FromResult(ExplainReply.Refused("")),
    };

    private TlsCertificate? Load() => TlsCertificate.TryLoad(
        CertificatePath, KeyPath, new DiskConfigurationFiles(), _time, NullLogger<TlsCertificate>.Instance, out _);

    private void WritePair(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(_time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddYears(10));
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        // Coarse clocks of file systems: what is written within one tick must show as changed all the same.
        File.SetLastWriteTimeUtc(CertificatePath, _time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromSeconds(7));
    }

    private static async Task<(string Subject, Version Version)> SeeAsync(LocalEndpoint endpoint)
    {
        string subject = "";
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                // Signed by itself, and of another name: which one it is, is what the test looks at.
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    subject = certificate?.Subject ?? "";
                    return errors != SslPolicyErrors.RemoteCertificateNotAvailable;
                },
            },
        };
        using HttpClient client = new(handler) { DefaultRequestVersion = HttpVersion.Version20 };
        using HttpResponseMessage response = await client.GetAsync(new Uri(endpoint.Url, "/healthz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (subject, response.Version);
    }
}
