using Microsoft.Extensions.Logging;

namespace Meridian.Host.Serving;

/// <summary>The log lines of the composed server: event ids 5000 to 5099. Next free: 5006.</summary>
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

    [LoggerMessage(5004, LogLevel.Information, "The first admin token is in {Path}, which only this user can read: take it from there, and delete the file")]
    public static partial void FirstToken(ILogger logger, string path);

    [LoggerMessage(5005, LogLevel.Warning, "No key for commands on this machine ({Reason}): they need a token")]
    public static partial void NoLocalKey(ILogger logger, string reason);
}
