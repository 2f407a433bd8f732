using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Control.Configuration;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Http;

/// <summary>
/// A certificate with its key and chain, read from PEM files, and read again when they change: what renews it need not tell
/// the server. Files that cannot be used leave the one before in place. Connections keep the one they began with.
/// </summary>
public sealed partial class TlsCertificate
{
    private readonly string _certificatePath;
    private readonly string _keyPath;
    private readonly IConfigurationFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile SslStreamCertificateContext _current;
    private (FileStamp? Certificate, FileStamp? Key) _stamps;

    private TlsCertificate(
        string certificatePath, string keyPath, IConfigurationFiles files, TimeProvider time, ILogger logger, SslStreamCertificateContext first)
    {
        (_certificatePath, _keyPath, _files, _time, _logger, _current) = (certificatePath, keyPath, files, time, logger, first);
        _stamps = Stamps();
    }

    /// <summary>What new connections are shown.</summary>
    public SslStreamCertificateContext Current => _current;

    /// <summary>When the current one ends.</summary>
    public DateTimeOffset NotAfter => _current.TargetCertificate.NotAfter.ToUniversalTime();

    /// <summary>Reads it for the first time; null, with the reason, when that cannot be done.</summary>
    public static TlsCertificate? TryLoad(
        string certificatePath, string keyPath, IConfigurationFiles files, TimeProvider time, ILogger<TlsCertificate> logger, out string? problem)
    {
        SslStreamCertificateContext? first = TryRead(certificatePath, keyPath, out problem);
        if (first is null)
        {
            return null;
        }
        TlsCertificate loaded = new(certificatePath, keyPath, files, time, logger, first);
        loaded.Tell();
        return loaded;
    }

    /// <summary>Reads it again if a file changed. Cheap when none did; for one caller at a time.</summary>
    /// <returns>Whether a new one is shown from now on.</returns>
    public bool Refresh()
    {
        (FileStamp? Certificate, FileStamp? Key) stamps = Stamps();
        if (stamps == _stamps)
        {
            return false;
        }
        _stamps = stamps;
        if (TryRead(_certificatePath, _keyPath, out string? problem) is not { } read)
        {
            LogKept(_certificatePath, problem ?? "");
            return false;
        }
        _current = read;
        Tell();
        return true;
    }

    private void Tell()
    {
        if (NotAfter <= _time.GetUtcNow())
        {
            LogExpired(_certificatePath, NotAfter);
        }
        else
        {
            LogLoaded(_certificatePath, NotAfter);
        }
    }

    private (FileStamp? Certificate, FileStamp? Key) Stamps() => (_files.GetStamp(_certificatePath), _files.GetStamp(_keyPath));

    private static SslStreamCertificateContext? TryRead(string certificatePath, string keyPath, out string? problem)
    {
        try
        {
            problem = null;
            X509Certificate2Collection chain = [];
            chain.ImportFromPemFile(certificatePath);
            using X509Certificate2 withKey = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            // Through PKCS #12: TLS on some platforms does not take a key that was never stored.
            X509Certificate2 leaf = X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
            // Offline: a server's start must not wait for somebody's revocation service.
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"the certificate in {certificatePath} with the key in {keyPath} cannot be used: {e.Message}";
            return null;
        }
    }

    [LoggerMessage(3130, LogLevel.Information, "The certificate in {Path} is in use; it ends on {NotAfter}")]
    private partial void LogLoaded(string path, DateTimeOffset notAfter);

    [LoggerMessage(3131, LogLevel.Warning, "The certificate in {Path} is in use, but it ended on {NotAfter}")]
    private partial void LogExpired(string path, DateTimeOffset notAfter);

    [LoggerMessage(3132, LogLevel.Error, "The certificate in {Path} changed and cannot be used ({Problem}); the one before stays in use")]
    private partial void LogKept(string path, string problem);
}
