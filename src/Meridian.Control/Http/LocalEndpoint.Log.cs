using Microsoft.Extensions.Logging;

namespace Meridian.Control.Http;

// Event ids 3100 to 3199 are this folder's. Next free: 3102.
public sealed partial class LocalEndpoint
{
    [LoggerMessage(3100, LogLevel.Information, "The local HTTP endpoint listens on {Url}.")]
    private partial void LogListening(string url);

    [LoggerMessage(3101, LogLevel.Error, "The local HTTP endpoint failed to answer {Path}.")]
    private partial void LogFault(Exception fault, string path);
}
