using System.Net;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>
/// Tells whether a request comes from this machine and means it. A browser on this machine is made to reach the endpoint by a
/// foreign page whose name resolves to 127.0.0.1 (DNS rebinding): such a request carries the foreign name in its Host field.
/// What a proxy on this machine passes on comes from elsewhere, and says so.
/// </summary>
internal static class LoopbackGuard
{
    private static readonly string[] ForwardingFields = ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"];

    /// <summary>Why the endpoint must not listen there; null when it may.</summary>
    /// <param name="address">Where it would listen.</param>
    /// <param name="isEncrypted">Whether it speaks TLS.</param>
    /// <param name="isPlainAllowed">Whether the configuration says that it may do without.</param>
    public static string? RefuseToListen(IPEndPoint address, bool isEncrypted, bool isPlainAllowed) =>
        IPAddress.IsLoopback(address.Address) || isEncrypted || isPlainAllowed ? null
            : $"the HTTP endpoint does not listen on {address} without TLS: tokens would cross the network in clear text; set 'listen.http-tls', "
                + "or 'listen.http-plain: true' when what is in front of it encrypts, or listen on 127.0.0.1 or [::1]";

    /// <summary>Whether a request comes from this machine.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && IsLocalName(context.Request.Host.Host)
        && !ForwardingFields.Any(field => context.Request.Headers.ContainsKey(field));

    // A request without Host (HTTP/1.0) comes from a probe, never from a browser.
    internal static bool IsLocalName(string host)
    {
        string name = host.Trim('[', ']').TrimEnd('.');
        return name.Length == 0
            || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address));
    }
}
