using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Tls;

/// <summary>
/// A member is up when the TLS handshake succeeds with a certificate that is trusted, in date, valid for long enough and
/// for the right name; and, where the monitor says so, an expected text follows.
/// </summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">For members that are given by name.</param>
/// <param name="roots">What is trusted instead of the system's roots; null is the system's.</param>
public sealed class TlsProbe(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots = null) : IProbe
{
    private readonly ProbeTools _tools = new(time, resolver, roots);

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        (ProbeConnection? connection, ProbeResult failure) = await _tools.Connector.ConnectAsync(target, monitor, trace, deadline);
        if (connection is null)
        {
            return failure;
        }

        using (connection)
        {
            if (await _tools.Tls.StartAsync(connection, target, monitor, null, trace, deadline) is { } end)
            {
                return end;
            }

            ProbeResult result = await TextExchange.RunAsync(connection, target, monitor, trace, Word(connection.CertificateEnd));
            await connection.CloseAsync();
            return result;
        }
    }

    // In every report, so that the end is seen coming; min-days-left is for who wants to be woken by it.
    private string Word(DateTime? end) => end is not { } known ? "handshake done" : string.Create(
        CultureInfo.InvariantCulture, $"handshake done, certificate valid for {(known - time.GetUtcNow().UtcDateTime).TotalDays:0} more days");
}
