using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Functional.Tests.Support;

/// <summary>pebble, the ACME server of tests, on loopback; it asks the name server given to it.</summary>
internal sealed class AcmeAuthority : IAsyncDisposable
{
    private readonly RunningProcess _running;

    private AcmeAuthority(RunningProcess running, string directory, string trust)
    {
        _running = running;
        Directory = directory;
        Trust = trust;
    }

    /// <summary>The address of its ACME directory.</summary>
    public string Directory { get; }

    /// <summary>A file with the certificate that clients must trust.</summary>
    public string Trust { get; }

    public static async Task<AcmeAuthority> StartAsync(IPEndPoint nameServer, TestDirectory files)
    {
        Command.RequireTool("pebble");
        string trust = WriteCertificates(files);
        int port = FreePort();
        string configuration = files.Write("pebble.json", $$"""
            {"pebble": {"listenAddress": "127.0.0.1:{{port}}", "managementListenAddress": "127.0.0.1:{{FreePort()}}",
              "certificate": "{{files["tls.pem"]}}", "privateKey": "{{files["tls.key"]}}", "httpPort": {{FreePort()}}, "tlsPort": {{FreePort()}},
              "ocspResponderURL": ""} }
            """);
        RunningProcess running = RunningProcess.Start(
            "env", ["PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=0", "pebble", "-config", configuration, "-dnsserver", nameServer.ToString()]);
        await running.WaitForLineAsync("Listening on: 127.0.0.1");
        return new AcmeAuthority(running, $"https://localhost:{port}/dir", trust);
    }

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private static string WriteCertificates(TestDirectory files)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest ca = new("CN=ACME test CA", caKey, HashAlgorithmName.SHA256);
        ca.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 root = ca.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 leaf = request.Create(root, now.AddHours(-1), now.AddHours(23), [1]);
        files.Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        files.Write("tls.pem", leaf.ExportCertificatePem());
        return files.Write("ca.pem", root.ExportCertificatePem());
    }

    // pebble cannot choose for itself: a port that was free a moment ago.
    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
