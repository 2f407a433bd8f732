using System.Buffers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Icmp;

/// <summary>A member is up when it answers an echo request. The reply must carry our random token, so that replies to others do not count.</summary>
public sealed class IcmpProbe(TimeProvider time, INameResolver resolver) : IProbe
{
    // A raw socket sees every echo reply of the host; this many of others' before ours is a flood, and the deadline holds anyway.
    private const int MaxOtherPackets = 4096;
    private const int BufferLength = 512;

    private readonly ProbeTools _tools = new(time, resolver, roots: null);

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        (ProbeConnection? connection, ProbeResult failure) =
            await _tools.Connector.ConnectAsync(target, SocketKind.Icmp, monitor, trace, deadline);
        if (connection is null)
        {
            return failure;
        }

        using (connection)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
            try
            {
                return await ExchangeAsync(connection, target, trace, buffer);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static async ValueTask<ProbeResult> ExchangeAsync(ProbeConnection connection, ProbeTarget target, ProbeTrace trace, byte[] buffer)
    {
        trace.Enter(ProbePhase.FirstByte);
        byte[] token = RandomNumberGenerator.GetBytes(EchoPacket.TokenLength);
        bool isIPv6 = connection.Family == AddressFamily.InterNetworkV6;
        int length = EchoPacket.WriteRequest(isIPv6, token, buffer);
        SocketError error = await connection.SendAsync(buffer.AsMemory(0, length));
        for (int others = 0; error == SocketError.Success && others < MaxOtherPackets; others++)
        {
            (length, error) = await connection.ReceiveAsync(buffer);
            if (error == SocketError.Success && EchoPacket.IsReply(buffer.AsSpan(0, length), isIPv6, connection.IsRaw, token))
            {
                return trace.End(ProbeOutcome.Success, "echo reply");
            }
        }

        return error == SocketError.Success
            ? trace.End(ProbeOutcome.InvalidAnswer, "only replies to others came")
            : trace.Failed(error, target.ToString());
    }
}
