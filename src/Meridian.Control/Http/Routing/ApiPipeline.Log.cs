using System.Net;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Http.Routing;

// Event ids 3110 to 3129 are this folder's. Next free: 3112.
internal sealed partial class ApiPipeline
{
    // The credential itself is never logged: a wrong one is often the right one for somewhere else.
    [LoggerMessage(3110, LogLevel.Warning, "A request from {From} had no valid token: {Problem}")]
    private partial void LogFailedAttempt(IPAddress from, string problem);

    [LoggerMessage(3111, LogLevel.Information, "{Name} from {From} may not {Operation}")]
    private partial void LogDenied(string name, IPAddress? from, string operation);
}
