using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.HealthBench.Outage;

/// <summary>An authority of its own with two certificates: a valid one and one that has expired.</summary>
internal static class CertificateMaker
{
    public const string Host = "members.bench.test";

    public static CertificatePair Make()
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=bench authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        return new CertificatePair(
            Issue(authority, now.AddDays(-2), now.AddDays(20), 1),
            Issue(authority, now.AddDays(-20), now.AddDays(-1), 2),
            authority.ExportCertificatePem());
    }

    private static SslStreamCertificateContext Issue(X509Certificate2 authority, DateTimeOffset from, DateTimeOffset to, byte serial)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={Host}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(authority, from, to, [serial]);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        X509Certificate2 usable = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(usable, null, offline: true);
    }
}
