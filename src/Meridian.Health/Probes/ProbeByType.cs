using Meridian.Engine.Model;
using Meridian.Health.Probes.Http;
using Meridian.Health.Probes.Tcp;

namespace Meridian.Health.Probes;

/// <summary>All kinds of probes as one: each attempt goes to the kind that its monitor names.</summary>
public sealed class ProbeByType : IProbe
{
    private readonly HttpProbe _http;
    private readonly TcpProbe _tcp;

    public ProbeByType(TimeProvider time, INameResolver resolver)
    {
        _http = new HttpProbe(time, resolver);
        _tcp = new TcpProbe(time, resolver);
    }

    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) => monitor.Type switch
    {
        MonitorType.Http or MonitorType.Https => _http.ProbeAsync(target, monitor, deadline),
        _ => _tcp.ProbeAsync(target, monitor, deadline),
    };
}
