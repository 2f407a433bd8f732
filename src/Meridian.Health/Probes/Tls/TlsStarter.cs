using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Tls;

/// <summary>The TLS handshake of a probe, with its faults in words.</summary>
/// <param name="time">Judges the dates of certificates.</param>
/// <param name="roots">What is trusted where a monitor does not say; null is the system's roots.</param>
/// <param name="files">The certificates that monitors name.</param>
internal sealed class TlsStarter(TimeProvider time, X509Certificate2Collection? roots, CertificateFiles files)
{
    private readonly SystemTrust _system = new();

    /// <summary>Null when the handshake is done; else how the probe ends.</summary>
    internal async ValueTask<ProbeResult?> StartAsync(
        ProbeConnection connection,
        ProbeTarget target,
        MonitorModel monitor,
        SslApplicationProtocol? protocol,
        ProbeTrace trace,
        CancellationToken deadline)
    {
        trace.Enter(ProbePhase.Tls);
        X509Certificate2Collection? trusted = roots;
        string problem = "";
        if (monitor.CertificateAuthorityFile is { } authorities && !files.TryLoadAuthorities(authorities, out trusted, out problem))
        {
            return trace.End(ProbeOutcome.NotMade, $"not tried: the trusted certificates cannot be used: {problem}");
        }

        SslStreamCertificateContext? client = null;
        if (monitor.ClientCertificateFile is { } file && !files.TryLoadClient(file, out client, out problem))
        {
            return trace.End(ProbeOutcome.NotMade, $"not tried: the client certificate cannot be used: {problem}");
        }

        // Without a name there is none to compare a certificate with either: `sni: false` takes `skip-verify`.
        string name = monitor.SendsServerName ? HttpRequestWriter.TlsName(target, monitor) : "";
        CertificateCheck check = new(name, monitor.SkipVerify, monitor.MinCertificateDays, time.GetUtcNow(), _system);
        SslClientAuthenticationOptions options = check.Options(trusted);
        options.ClientCertificateContext = client;
        options.ApplicationProtocols = protocol is { } offered ? [offered] : null;
        return await AuthenticateAsync(connection, target, check, options, trace, deadline);
    }

    private static async ValueTask<ProbeResult?> AuthenticateAsync(
        ProbeConnection connection,
        ProbeTarget target,
        CertificateCheck check,
        SslClientAuthenticationOptions options,
        ProbeTrace trace,
        CancellationToken deadline)
    {
        try
        {
            await connection.AuthenticateAsync(options);
            return null;
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return trace.DeadlinePassed();
        }
        catch (AuthenticationException e)
        {
            return check.Fault is { } fault
                ? trace.End(ProbeOutcome.CertificateRejected, fault)
                : trace.End(ProbeOutcome.TlsFailed, $"TLS handshake with {target} failed: {Innermost(e)}");
        }
        catch (IOException e)
        {
            return e.InnerException is SocketException inner
                ? trace.Failed(inner.SocketErrorCode, target.ToString())
                : trace.ClosedBy(target.ToString(), "in the TLS handshake");
        }
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}
