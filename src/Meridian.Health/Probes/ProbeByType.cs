using Meridian.Engine.Model;
using Meridian.Health.Probes.Dns;
using Meridian.Health.Probes.Grpc;
using Meridian.Health.Probes.Http;
using Meridian.Health.Probes.Icmp;
using Meridian.Health.Probes.Prometheus;
using Meridian.Health.Probes.Push;
using Meridian.Health.Probes.Script;
using Meridian.Health.Probes.Tcp;
using Meridian.Health.Probes.Tls;

namespace Meridian.Health.Probes;

/// <summary>All kinds of probes as one: each attempt goes to the kind that its monitor names.</summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">For members that are given by name.</param>
/// <param name="reports">What members report by themselves.</param>
public sealed class ProbeByType(TimeProvider time, INameResolver resolver, PushRegistry reports) : IProbe
{
    private readonly HttpProbe _http = new(time, resolver);
    private readonly Http2Probe _http2 = new(time, resolver);
    private readonly TcpProbe _tcp = new(time, resolver);
    private readonly TlsProbe _tls = new(time, resolver);
    private readonly DnsProbe _dns = new(time, resolver);
    private readonly GrpcProbe _grpc = new(time, resolver);
    private readonly IcmpProbe _icmp = new(time, resolver);
    private readonly ScriptProbe _script = new(time);
    private readonly PushProbe _push = new(time, reports);
    private readonly PrometheusProbe _prometheus = new(time, resolver);

    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) =>
        KindOf(monitor).ProbeAsync(target, monitor, deadline);

    private IProbe KindOf(MonitorModel monitor) => monitor.Type switch
    {
        MonitorType.Http or MonitorType.Https => monitor.IsHttp2 ? _http2 : _http,
        MonitorType.Tls => _tls,
        MonitorType.Dns => _dns,
        MonitorType.Grpc => _grpc,
        MonitorType.Icmp => _icmp,
        MonitorType.Script => _script,
        MonitorType.Push => _push,
        MonitorType.Prometheus => _prometheus,
        _ => _tcp,
    };
}
