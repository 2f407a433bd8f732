using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Tcp;

/// <summary>A member is up when it accepts a TCP connection. Nothing is sent; the connection is closed in an orderly way.</summary>
public sealed class TcpProbe(TimeProvider time, INameResolver resolver) : IProbe
{
    private readonly ProbeConnector _connector = new(resolver);

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        (ProbeConnection? connection, ProbeResult failure) = await _connector.ConnectAsync(target, trace, deadline);
        if (connection is null)
        {
            return failure;
        }

        using (connection)
        {
            ProbeResult result = trace.End(ProbeOutcome.Success, "connected");
            await connection.CloseAsync();
            return result;
        }
    }
}
