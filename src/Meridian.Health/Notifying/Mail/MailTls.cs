using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Tls;

namespace Meridian.Health.Notifying.Mail;

/// <summary>Puts TLS on the connection to a mail server, whose certificate must be trusted, in date and for its name.</summary>
internal sealed class MailTls(TimeProvider time)
{
    private readonly CertificateFiles _files = new();
    private readonly SystemTrust _system = new();

    /// <summary>Null when the connection is secure; otherwise why not.</summary>
    internal async Task<string?> SecureAsync(SmtpConversation conversation, EmailModel email)
    {
        X509Certificate2Collection? trusted = null;
        if (email.CertificateAuthorityFile is { } file && !_files.TryLoadAuthorities(file, out trusted, out string problem))
        {
            return $"the trusted certificates cannot be used: {problem}";
        }

        CertificateCheck check = new(email.Host, skipVerify: false, minDays: 0, time.GetUtcNow(), _system);
        SslClientAuthenticationOptions options = check.Options(trusted);
        try
        {
            await conversation.SecureAsync(options);
            return null;
        }
        catch (System.Security.Authentication.AuthenticationException) when (check.Fault is { } fault)
        {
            // What the library says of it is that something is wrong with it.
            return fault;
        }
    }
}
