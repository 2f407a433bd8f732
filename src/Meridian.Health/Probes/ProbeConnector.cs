using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes;

/// <summary>The phases that all probes begin with: find the address, make the connection.</summary>
internal sealed class ProbeConnector(INameResolver resolver)
{
    private const string IcmpNotPermitted =
        "not tried: this server may not send echo requests: allow its group in net.ipv4.ping_group_range, or give it CAP_NET_RAW";

    private readonly SocketOperationPool _operations = new();

    /// <summary>The phase a probe of this target begins in.</summary>
    internal static ProbePhase FirstPhase(ProbeTarget target) => target.Address is null ? ProbePhase.Resolve : ProbePhase.Connect;

    /// <summary>Either an open TCP connection, or the result that the probe ends with.</summary>
    internal ValueTask<ConnectResult> ConnectAsync(ProbeTarget target, MonitorModel monitor, ProbeTrace trace, CancellationToken deadline) =>
        ConnectAsync(target, SocketKind.Tcp, monitor, trace, deadline);

    /// <inheritdoc cref="ConnectAsync(ProbeTarget, MonitorModel, ProbeTrace, CancellationToken)"/>
    internal async ValueTask<ConnectResult> ConnectAsync(
        ProbeTarget target, SocketKind kind, MonitorModel monitor, ProbeTrace trace, CancellationToken deadline)
    {
        IPAddress? address = target.Address;
        if (address is null)
        {
            address = await resolver.ResolveAsync(target.Hostname ?? "", monitor.IsIPv4Only, deadline);
            if (address is null)
            {
                return new(null, deadline.IsCancellationRequested
                    ? trace.DeadlinePassed()
                    : trace.End(ProbeOutcome.NameNotResolved, $"the name {target.Hostname} has no {(monitor.IsIPv4Only ? "IPv4 " : "")}address"));
            }

            trace.Enter(ProbePhase.Connect);
        }

        IPEndPoint peer = new(address, target.Port);
        ProbeConnection? connection = ProbeConnection.TryOpen(address.AddressFamily, kind, monitor.SourceAddress, _operations, deadline, out SocketError error);
        if (connection is null)
        {
            return new(null, kind != SocketKind.Tcp && error == SocketError.AccessDenied
                ? trace.End(ProbeOutcome.NotMade, IcmpNotPermitted)
                : trace.Failed(error, peer.ToString()));
        }

        error = await connection.ConnectAsync(peer);
        if (error == SocketError.Success)
        {
            return new(connection, default);
        }

        connection.Dispose();
        return new(null, trace.Failed(error, peer.ToString()));
    }
}

/// <summary>What became of an attempt to connect.</summary>
/// <param name="Connection">Null when it failed.</param>
/// <param name="Failure">Meaningful only without a connection.</param>
internal readonly record struct ConnectResult(ProbeConnection? Connection, ProbeResult Failure);
