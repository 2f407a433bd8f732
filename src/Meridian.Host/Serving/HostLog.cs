using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>The log lines of the composed server: event ids 5000 to 5099. Next free: 5004.</summary>
internal static partial class HostLog
{
    [LoggerMessage(5000, LogLevel.Information, "Ready {ElapsedMs} ms after the start: every name is answered")]
    public static partial void Ready(ILogger logger, long elapsedMs);

    [LoggerMessage(5001, LogLevel.Critical, "A part of the server failed; it stops")]
    public static partial void PartFailed(ILogger logger, Exception exception);

    [LoggerMessage(5002, LogLevel.Warning, "What an earlier run kept cannot be used: {Problem}")]
    public static partial void StateUnreadable(ILogger logger, string problem);

    [LoggerMessage(5003, LogLevel.Error, "State cannot be kept in the state directory: {Reason}")]
    public static partial void StateNotKept(ILogger logger, string reason);
}
