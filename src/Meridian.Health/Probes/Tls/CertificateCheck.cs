using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Meridian.Health.Probes.Tls;

/// <summary>Judges the certificate of one handshake and words what is wrong with it.</summary>
/// <param name="name">Whose it should be.</param>
/// <param name="skipVerify">Whether any will do.</param>
/// <param name="minDays">For how long it must be valid; 0 for now.</param>
/// <param name="now">Judges the dates.</param>
/// <param name="system">Asked where no other roots are given.</param>
internal sealed class CertificateCheck(string name, bool skipVerify, int minDays, DateTimeOffset now, SystemTrust system)
{
    private bool _asksSystem;

    /// <summary>Why the certificate was not accepted; null when it was, or none was seen.</summary>
    internal string? Fault { get; private set; }

    internal SslClientAuthenticationOptions Options(X509Certificate2Collection? roots)
    {
        // Without roots of its own the library's judgement comes to nothing, and cheaply: the callback asks the system's roots, where
        // anybody wants to know.
        X509ChainPolicy policy = Policy();
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(skipVerify ? [] : roots ?? []);
        _asksSystem = roots is null && !skipVerify;
        return new SslClientAuthenticationOptions
        {
            // RFC 6066 §3: SslStream sends no SNI when this is an address.
            TargetHost = name,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = Accept,
            // A resumed session would not see that the server's certificate was replaced or has expired.
            AllowTlsResume = false,
        };
    }

    /// <summary>A probe contacts its target and nobody else: no revocation servers, no missing intermediates fetched.</summary>
    internal static X509ChainPolicy Policy() => new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };

    /// <summary>What is wrong with a chain.</summary>
    internal static string Words(X509Chain? chain) =>
        chain is null ? "" : string.Join("; ", chain.ChainStatus.Select(s => s.StatusInformation.Trim().TrimEnd('.')).Distinct());

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = skipVerify ? null
            : _asksSystem ? FindFault(certificate as X509Certificate2, chain, errors & ~SslPolicyErrors.RemoteCertificateChainErrors)
            : errors == SslPolicyErrors.None ? null : Describe(certificate as X509Certificate2, Words(chain), errors);
        Fault ??= DescribeShortLife(certificate as X509Certificate2);
        return Fault is null;
    }

    /// <summary>Judges by the system's roots: name and dates each time, the chain where it is not one that they just vouched for.</summary>
    private string? FindFault(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        string? untrusted = certificate is null || chain is null ? "" : system.FindFault(certificate, chain.ChainPolicy.ExtraStore, now);
        return untrusted is null && errors == SslPolicyErrors.None ? null : Describe(certificate, untrusted ?? "", errors);
    }

    // Asked for by itself, so it holds also where any certificate is accepted.
    private string? DescribeShortLife(X509Certificate2? certificate)
    {
        if (minDays == 0 || certificate is null)
        {
            return null;
        }

        DateTime end = certificate.NotAfter.ToUniversalTime();
        double left = (end - now.UtcDateTime).TotalDays;
        return left >= minDays ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"certificate is valid for {Math.Max(0, left):0.#} more days, until {end:yyyy-MM-dd HH:mm}Z; expected at least {minDays}");
    }

    // The dates come first: an expired certificate is the commonest fault, and the chain reports it less plainly.
    private string Describe(X509Certificate2? certificate, string status, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the server sent no certificate";
        }

        if (certificate.NotAfter.ToUniversalTime() < now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"certificate expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z");
        }

        if (certificate.NotBefore.ToUniversalTime() > now)
        {
            return string.Create(CultureInfo.InvariantCulture, $"certificate is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm}Z");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"certificate name does not match: it is for {NamesOf(certificate)}, not for {name}";
        }

        return certificate.Subject == certificate.Issuer
            ? $"certificate is not trusted: self-signed by {certificate.Subject}"
            : $"certificate is not trusted: {(status.Length > 0 ? status : "no path to a trusted root")} (issuer {certificate.Issuer})";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            names.AddRange(extension.EnumerateDnsNames());
            names.AddRange(extension.EnumerateIPAddresses().Select((IPAddress address) => address.ToString()));
        }

        const int Shown = 4;
        return names.Count == 0
            ? "no name at all"
            : string.Join(", ", names.Take(Shown)) + (names.Count > Shown ? $" and {names.Count - Shown} more" : "");
    }
}
