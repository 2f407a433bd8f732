using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Tcp;

/// <summary>
/// A member is up when it accepts a TCP connection and, where the monitor says so, answers what is sent with an expected
/// text. The connection is closed in an orderly way.
/// </summary>
public sealed class TcpProbe(TimeProvider time, INameResolver resolver) : IProbe
{
    private readonly ProbeTools _tools = new(time, resolver, roots: null);

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
            ProbeResult result = await TextExchange.RunAsync(connection, target, monitor, trace, "connected");
            await connection.CloseAsync();
            return result;
        }
    }
}
