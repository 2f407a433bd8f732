using System.Net;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>
/// Keeps the local endpoint local. It has no authentication: what protects it is that only this machine reaches it. A
/// browser on this machine is made to reach it by a foreign page whose name resolves to 127.0.0.1 (DNS rebinding); such a
/// request carries the foreign name in its Host field, and is refused for it.
/// </summary>
internal static class LoopbackGuard
{
    /// <summary>Why the endpoint must not listen there; null when it may.</summary>
    public static string? RefuseToListen(IPEndPoint address) => IPAddress.IsLoopback(address.Address) ? null
        : $"the local HTTP endpoint has no authentication and listens on loopback addresses only, not on {address}; "
            + "use 127.0.0.1 or [::1], and a reverse proxy with authentication for anything beyond this machine";

    /// <summary>Whether a request comes from this machine and means it.</summary>
    public static bool Admits(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && IsLocalName(context.Request.Host.Host);

    // A request without Host (HTTP/1.0) comes from a probe, never from a browser.
    internal static bool IsLocalName(string host)
    {
        string name = host.Trim('[', ']').TrimEnd('.');
        return name.Length == 0
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
