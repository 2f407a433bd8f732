using System.Net;
using Meridian.Control.Http;
using Meridian.Engine.Snapshot;
using Meridian.Server;

namespace Meridian.Host.Serving;

/// <summary>Tells how a server is: whether it is ready, and everything that the status shows.</summary>
internal sealed class ServerStatus(RunningParts parts)
{
    private volatile DnsServer? _dns;

    public Readiness Readiness => new(parts.DataPlane.Snapshot is not null, _dns is not null, !parts.DataPlane.IsWarmingUp);

    /// <summary>From here on queries are taken.</summary>
    public void OnListening(DnsServer dns) => _dns = dns;

    /// <summary>The status as of now.</summary>
    public StatusReport Report()
    {
        DataPlaneSnapshot? snapshot = parts.DataPlane.Snapshot;
        DnsServer? dns = _dns;
        return new StatusReport
        {
            Version = ProductVersion.Current.Number,
            StartedAt = parts.StartedAt,
            Now = parts.Time.GetUtcNow(),
            Listening = [.. (dns?.BoundEndpoints ?? []).SelectMany(DescribeListening)],
            Configuration = parts.Authority.Status,
            Readiness = Readiness,
            Revision = snapshot is null ? null : new RevisionStatus(
                snapshot.Revision.Number, snapshot.Revision.SoaSerial, snapshot.Revision.Digest, snapshot.Model.Zones.Count),
            Geo = snapshot is null ? null : new GeoStatus(snapshot.Places.Description, snapshot.Places.BuildDate)
            {
                Held = StatusWriter.Held(parts.Places.Held),
            },
            Members = StatusWriter.Members(parts.DataPlane, parts.Health),
            Outside = parts.Outside.GetStatus(),
            Breaker = StatusWriter.Breaker(parts.Health.Breaker),
            BreakerMeasure = parts.Health.Breaker.Measure,
            Planned = StatusWriter.Planned(parts.Authority.Planned),
            Vantages = StatusWriter.Vantages(parts.Health),
            Counters = dns is null ? new CounterStatus() : StatusWriter.Counters(dns.Counters.Sum(), parts.Authority.Metrics),
        };
    }

    private static string[] DescribeListening(IPEndPoint endpoint) => [$"udp {endpoint}", $"tcp {endpoint}"];
}
