using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Health.Probes.Tls;

/// <summary>
/// The certificate files that monitors name, read again when they change on disk, so that a renewed client certificate
/// needs no reload. Holds one entry for each file that was ever named.
/// </summary>
internal sealed class CertificateFiles
{
    private readonly ConcurrentDictionary<string, Loaded<X509Certificate2Collection>> _authorities = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Loaded<SslStreamCertificateContext>> _clients = new(StringComparer.Ordinal);

    /// <summary>The certificates of a PEM file; false with the reason when they cannot be had.</summary>
    internal bool TryLoadAuthorities(string path, [NotNullWhen(true)] out X509Certificate2Collection? certificates, out string problem) =>
        TryLoad(_authorities, path, ReadAuthorities, out certificates, out problem);

    /// <summary>A certificate with its private key and chain from a PEM file; false with the reason when it cannot be had.</summary>
    internal bool TryLoadClient(string path, [NotNullWhen(true)] out SslStreamCertificateContext? certificate, out string problem) =>
        TryLoad(_clients, path, ReadClient, out certificate, out problem);

    private static bool TryLoad<T>(
        ConcurrentDictionary<string, Loaded<T>> cache, string path, Func<string, T> read, [NotNullWhen(true)] out T? value, out string problem)
        where T : class
    {
        problem = "";
        try
        {
            DateTime changed = File.GetLastWriteTimeUtc(path);
            if (!cache.TryGetValue(path, out Loaded<T>? loaded) || loaded.Changed != changed)
            {
                loaded = new Loaded<T>(changed, read(path));
                cache[path] = loaded;
            }

            value = loaded.Value;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problem = $"{path}: {e.Message.TrimEnd('.')}";
            value = null;
            return false;
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        X509Certificate2Collection certificates = [];
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it");
    }

    private static SslStreamCertificateContext ReadClient(string path)
    {
        using X509Certificate2 bare = X509Certificate2.CreateFromPemFile(path);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(path);

        // Through PKCS#12, so that the private key is one that SslStream can use on every platform.
        X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private sealed record Loaded<T>(DateTime Changed, T Value);
}
