using System.Security.Cryptography.X509Certificates;
using Meridian.Health.Probes.Tls;

namespace Meridian.Health.Probes;

/// <summary>What all probes over a network share.</summary>
internal sealed class ProbeTools(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots)
{
    internal TimeProvider Time { get; } = time;

    internal ProbeConnector Connector { get; } = new(resolver);

    internal TlsStarter Tls { get; } = new(time, roots, new CertificateFiles());
}
