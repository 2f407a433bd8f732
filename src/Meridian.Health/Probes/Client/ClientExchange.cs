using System.Net;
using System.Net.Security;
using Meridian.Engine.Model;

namespace Meridian.Health.Probes.Client;

/// <summary>
/// One request of the framework's HTTP client over one connection of ours, for probes that need more of HTTP than one
/// HTTP/1.1 exchange. Connection and handshake are made here, so that they are timed and their faults worded as in every probe.
/// </summary>
internal sealed class ClientExchange(ProbeTools tools)
{
    // In units of 1024 octets, as the client counts; the same as for HTTP/1.1 probes.
    private const int MaxHeaderKilobytes = Http.HttpProbeLimits.MaxHeaderLength / 1024;

    /// <summary>Connects, asks, and lets the caller judge what came back.</summary>
    /// <param name="call">What to ask of whom.</param>
    /// <param name="trace">The attempt.</param>
    /// <param name="judge">Reads the answer, whose header is complete, and says how the probe ends.</param>
    /// <param name="deadline">Ends the attempt.</param>
    internal async ValueTask<ProbeResult> SendAsync(
        ClientCall call, ProbeTrace trace, Func<HttpResponseMessage, ValueTask<ProbeResult>> judge, CancellationToken deadline)
    {
        (ProbeConnection? connection, ProbeResult failure) = await tools.Connector.ConnectAsync(call.Target, call.Monitor, trace, deadline);
        if (connection is null)
        {
            return failure;
        }

        using (connection)
        {
            SslApplicationProtocol protocol = call.IsHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11;
            if (call.IsTls && await tools.Tls.StartAsync(connection, call.Target, call.Monitor, protocol, trace, deadline) is { } end)
            {
                return end;
            }

            if (call is { IsTls: true, IsHttp2: true } && connection.NegotiatedProtocol != SslApplicationProtocol.Http2)
            {
                return trace.End(ProbeOutcome.InvalidAnswer, $"{call.Target} does not offer HTTP/2 in the TLS handshake (ALPN h2)");
            }

            return await ExchangeAsync(connection, call, trace, judge, deadline);
        }
    }

    private static async ValueTask<ProbeResult> ExchangeAsync(
        ProbeConnection connection,
        ClientCall call,
        ProbeTrace trace,
        Func<HttpResponseMessage, ValueTask<ProbeResult>> judge,
        CancellationToken deadline)
    {
        trace.Enter(ProbePhase.FirstByte);
        using SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ConnectCallback = (_, _) => ValueTask.FromResult(connection.OpenStream()),
        };
        using HttpMessageInvoker client = new(handler, disposeHandler: false);
        using HttpRequestMessage request = call.Request;
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, deadline);
            trace.Enter(ProbePhase.Body);
            return await judge(response);
        }
        catch (Exception) when (deadline.IsCancellationRequested)
        {
            return trace.DeadlinePassed();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or HttpProtocolException)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, $"the HTTP exchange with {call.Target} failed: {Innermost(e)}");
        }
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message.TrimEnd('.');
    }
}

/// <summary>A request and where it goes.</summary>
/// <param name="Target">Whom.</param>
/// <param name="Monitor">For whom; says how to connect.</param>
/// <param name="Request">What. Sent once.</param>
/// <param name="IsTls">Whether over TLS.</param>
/// <param name="IsHttp2">HTTP/2 instead of HTTP/1.1.</param>
internal sealed record ClientCall(ProbeTarget Target, MonitorModel Monitor, HttpRequestMessage Request, bool IsTls, bool IsHttp2)
{
    /// <summary>A request for HTTP/2 or nothing: a fall back to HTTP/1.1 would test something else.</summary>
    internal static HttpRequestMessage Http2Request(HttpMethod method, string scheme, string host, string path) => new(method, $"{scheme}://{host}{path}")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
