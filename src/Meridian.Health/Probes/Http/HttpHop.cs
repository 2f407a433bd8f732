using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Http;

/// <summary>
/// One request of an attempt that follows redirects. Immutable. What an operator gives a monitor to show (header fields, content,
/// a client certificate) goes to the member's own origin and to nobody else (RFC 6454 §4: scheme, host and port): whoever
/// writes a Location must not be able to collect it.
/// </summary>
internal sealed class HttpHop
{
    private readonly HttpHop _first;
    private readonly Uri _uri;

    private HttpHop(HttpHop? first, ProbeTarget target, MonitorModel monitor, Uri uri)
    {
        _first = first ?? this;
        (Target, Monitor, _uri) = (target, monitor, uri);
    }

    /// <summary>Whom to connect to.</summary>
    internal ProbeTarget Target { get; }

    /// <summary>What to ask, as a monitor of its own.</summary>
    internal MonitorModel Monitor { get; }

    /// <summary>The member itself, as its monitor says; null when that is no URL.</summary>
    internal static HttpHop? First(ProbeTarget target, MonitorModel monitor)
    {
        string scheme = monitor.Type == MonitorType.Https ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        return Uri.TryCreate($"{scheme}://{HttpRequestWriter.HostField(target, monitor)}{monitor.Path}", UriKind.Absolute, out Uri? uri)
            ? new HttpHop(null, target, monitor, uri)
            : null;
    }

    /// <summary>Where an answer of this hop sends the probe; false with what stands in the way.</summary>
    internal bool TryNext(RedirectAnswer answer, RedirectModel rules, [NotNullWhen(true)] out HttpHop? next, out string problem)
    {
        next = null;
        problem = "";
        if (answer.Location is not { Length: > 0 } location || Resolve(location) is not { } uri)
        {
            problem = string.IsNullOrEmpty(answer.Location)
                ? string.Create(CultureInfo.InvariantCulture, $"status {answer.Status} does not say where to (no Location, or one beyond {HttpProbeLimits.MaxLocationLength} octets)")
                : string.Create(CultureInfo.InvariantCulture, $"status {answer.Status} sends to what is no URL: {QuotedText.Of(answer.Location)}");
        }
        else if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"status {answer.Status} sends to neither http nor https: {QuotedText.Of(location)}");
        }
        else if (uri.Scheme == Uri.UriSchemeHttp && _uri.Scheme == Uri.UriSchemeHttps && !rules.AllowsDowngrade)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"status {answer.Status} sends from https to http, which is not followed: {QuotedText.Of(location)}");
        }
        else
        {
            next = Make(uri, MethodAfter(answer.Status));
        }

        return next is not null;
    }

    /// <summary>As a URL, without what a Location may have of user names and fragments.</summary>
    public override string ToString() => QuotedText.Plain($"{_uri.Scheme}://{_uri.Authority}{_uri.PathAndQuery}", HttpProbeLimits.MaxShownUrlLength);

    /// <summary>
    /// RFC 9110 §10.2.2: a reference relative to what was asked for (RFC 3986 §5.2). What begins with a slash is told apart here,
    /// because on Unix the library takes it for the path of a file. Null for what is no reference.
    /// </summary>
    private Uri? Resolve(string location)
    {
        if (location.StartsWith("//", StringComparison.Ordinal))
        {
            return Uri.TryCreate($"{_uri.Scheme}:{location}", UriKind.Absolute, out Uri? elsewhere) ? elsewhere : null;
        }

        if (!location.StartsWith('/') && Uri.TryCreate(location, UriKind.Absolute, out Uri? absolute))
        {
            return absolute;
        }

        return Uri.TryCreate(location, UriKind.Relative, out Uri? relative) && Uri.TryCreate(_uri, relative, out Uri? resolved) ? resolved : null;
    }

    private HttpHop Make(Uri uri, string method)
    {
        MonitorModel own = _first.Monitor;
        bool isSameHost = uri.IdnHost.Equals(_first._uri.IdnHost, StringComparison.OrdinalIgnoreCase);
        bool isSameOrigin = isSameHost && uri.Scheme == _first._uri.Scheme && uri.Port == _first._uri.Port;
        MonitorModel monitor = own with
        {
            Type = uri.Scheme == Uri.UriSchemeHttps ? MonitorType.Https : MonitorType.Http,
            Path = uri.PathAndQuery,
            Method = method,
            Host = isSameOrigin ? own.Host : Authority(uri),
            SendsServerName = own.SendsServerName || !isSameOrigin,
            Content = isSameOrigin ? own.Content : null,
            Headers = isSameOrigin ? own.Headers : own.Headers.Clear(),
            ClientCertificateFile = isSameOrigin ? own.ClientCertificateFile : null,
        };
        return new HttpHop(_first, TargetOf(uri, isSameHost, isSameOrigin), monitor, uri);
    }

    /// <summary>
    /// The member's own name leads to the member, whatever the name has for addresses: it is the member that is asked, at its own
    /// port where that is the one that the URL means.
    /// </summary>
    private ProbeTarget TargetOf(Uri uri, bool isSameHost, bool isSameOrigin) => (isSameHost, isSameOrigin) switch
    {
        (_, true) => _first.Target,
        (true, _) => _first.Target with { Port = uri.Port },
        _ when uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 => new ProbeTarget(IPAddress.Parse(uri.IdnHost), null, uri.Port),
        _ => new ProbeTarget(null, uri.IdnHost.TrimEnd('.'), uri.Port),
    };

    private static string Authority(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        return uri.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{uri.Port}");
    }

    // RFC 9110 §15.4.2 to 4: what was posted is asked for from then on, as all clients do; 307 and 308 keep the method.
    private string MethodAfter(int status) => status switch
    {
        303 when Monitor.Method != "HEAD" => "GET",
        301 or 302 when Monitor.Method == "POST" => "GET",
        _ => Monitor.Method,
    };
}
