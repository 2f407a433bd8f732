using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Health.Probes.Tls;

/// <summary>
/// Judges certificates by the roots that the system trusts, and remembers for a while whom they vouched for. The library makes a
/// store of all roots anew for each handshake, which costs as much as the handshake itself; members show the same certificates
/// each second. What is remembered is the very octets that were shown: anything else is judged anew. That the peer has the
/// private key, that the name is right and that the dates hold is checked in every handshake all the same.
/// </summary>
/// <param name="instead">Roots that are asked instead of the system's, in tests; null in the product.</param>
internal sealed class SystemTrust(X509Certificate2Collection? instead = null)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 §4.2.1.12, id-kp-serverAuth.

    // 1 min to 1 h: how long a root that is taken from the system's store may go on vouching.
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    // 100 to 100,000 different chains; 100 octets each. A farm of 10,000 members shows far fewer.
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _vouchedUntil = new(StringComparer.Ordinal);

    /// <summary>Null when the system's roots vouch for the certificate; otherwise why not, in words.</summary>
    /// <param name="certificate">The server's own.</param>
    /// <param name="shown">What it sent along.</param>
    /// <param name="now">Judges the dates.</param>
    internal string? FindFault(X509Certificate2 certificate, X509Certificate2Collection shown, DateTimeOffset now)
    {
        string key = KeyOf(certificate, shown);
        if (_vouchedUntil.TryGetValue(key, out DateTimeOffset until) && now < until)
        {
            return null;
        }

        using X509Chain chain = new();
        chain.ChainPolicy = CertificateCheck.Policy();
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.VerificationTime = now.LocalDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(shown);
        if (instead is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(instead);
        }

        if (!chain.Build(certificate))
        {
            _vouchedUntil.TryRemove(key, out _);
            return CertificateCheck.Words(chain);
        }

        Remember(key, now, chain);
        return null;
    }

    private void Remember(string key, DateTimeOffset now, X509Chain chain)
    {
        if (_vouchedUntil.Count >= MaxKept)
        {
            _vouchedUntil.Clear();
        }

        DateTimeOffset end = chain.ChainElements.Min(element => new DateTimeOffset(element.Certificate.NotAfter));
        _vouchedUntil[key] = end < now + Kept ? end : now + Kept;
    }

    private static string KeyOf(X509Certificate2 certificate, X509Certificate2Collection shown)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(certificate.RawDataMemory.Span);
        foreach (X509Certificate2 one in shown)
        {
            hash.AppendData(one.RawDataMemory.Span);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
