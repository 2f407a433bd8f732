using System.Net;
using Microsoft.Extensions.Logging;

namespace Meridian.Server;

/// <summary>
/// Every line that the server logs: events 3000 to 3999. None is written per query. Next free id: 3009.
/// </summary>
internal static partial class ServerLog
{
    [LoggerMessage(3000, LogLevel.Information, "DNS on {Endpoint}, UDP ({UdpThreads} threads) and TCP ({TcpThreads})")]
    public static partial void Listening(ILogger logger, IPEndPoint endpoint, int udpThreads, int tcpThreads);

    [LoggerMessage(3001, LogLevel.Information, "DNS stopped after {Queries} queries")]
    public static partial void Stopped(ILogger logger, long queries);

    [LoggerMessage(3002, LogLevel.Warning,
        "The receive buffer of {Endpoint} is {Granted} octets, not {Asked}: bursts may be lost. "
        + "Raise net.core.rmem_max, or grant CAP_NET_ADMIN")]
    public static partial void SmallReceiveBuffer(ILogger logger, IPEndPoint endpoint, int granted, int asked);

    [LoggerMessage(3003, LogLevel.Warning,
        "Thread {Thread} could not be kept on core {Core}; it runs wherever the kernel puts it")]
    public static partial void PinFailed(ILogger logger, string thread, int core);

    [LoggerMessage(3004, LogLevel.Error,
        "A query could not be answered because of a bug; thread {Thread} goes on "
        + "(further faults are counted, and logged once a minute)")]
    public static partial void AnswererFault(ILogger logger, string thread, Exception fault);

    [LoggerMessage(3005, LogLevel.Warning,
        "Answers on {Endpoint} leave from the address that the kernel chooses, not the one asked: "
        + "packet information is not available")]
    public static partial void NoPacketInformation(ILogger logger, IPEndPoint endpoint);

    [LoggerMessage(3006, LogLevel.Warning,
        "Stopping lost up to {Count} TCP connections whose clients did not take their answers in time")]
    public static partial void DrainTimedOut(ILogger logger, long count);

    [LoggerMessage(3007, LogLevel.Information,
        "AF_XDP on {Interface}: {Queues} queues, {Mode} mode, {Copying}")]
    public static partial void XdpAttached(ILogger logger, string @interface, int queues, string mode, string copying);

    [LoggerMessage(3008, LogLevel.Warning,
        "AF_XDP on {Interface} is not used, and the sockets serve alone (errno {Error}): {Reason}")]
    public static partial void XdpUnavailable(ILogger logger, string @interface, string reason, int error);
}
