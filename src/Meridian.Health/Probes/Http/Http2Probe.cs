using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Client;

namespace Meridian.Health.Probes.Http;

/// <summary>
/// As <see cref="HttpProbe"/>, by HTTP/2: chosen in the TLS handshake for https, with prior knowledge for http (RFC 9113 §3).
/// </summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">For members that are given by name.</param>
/// <param name="roots">What https trusts instead of the system's roots; null is the system's.</param>
public sealed class Http2Probe(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots = null) : IProbe
{
    private readonly ClientExchange _exchange = new(new ProbeTools(time, resolver, roots));

    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline) => monitor.Redirects is { } rules
        ? RedirectTrail.FollowAsync(AskAsync, target, monitor, rules, deadline)
        : AskAsync(target, monitor, null, deadline);

    private ValueTask<ProbeResult> AskAsync(ProbeTarget target, MonitorModel monitor, RedirectAnswer? redirect, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        bool isTls = monitor.Type == MonitorType.Https;
        HttpRequestMessage request = ClientCall.Http2Request(
            new HttpMethod(monitor.Method), isTls ? "https" : "http", HttpRequestWriter.HostField(target, monitor), monitor.Path);
        if (monitor is { Method: "POST", Content: { } content })
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        }

        foreach ((string name, string value) in monitor.Headers)
        {
            // What is about the content belongs to it: the library takes it nowhere else.
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true;
        }

        return _exchange.SendAsync(
            new ClientCall(target, monitor, request, isTls, IsHttp2: true),
            trace,
            response => JudgeAsync(response, monitor, redirect, trace, deadline),
            deadline);
    }

    private static async ValueTask<ProbeResult> JudgeAsync(
        HttpResponseMessage response, MonitorModel monitor, RedirectAnswer? redirect, ProbeTrace trace, CancellationToken deadline)
    {
        int status = (int)response.StatusCode;
        redirect?.Take(monitor, status, LocationOf(response));
        if (!HttpProbe.IsExpected(monitor, status))
        {
            string expected = string.Join(", ", monitor.ExpectedStatus);
            return trace.End(ProbeOutcome.UnexpectedStatus, string.Create(CultureInfo.InvariantCulture, $"status {status}, expected {expected}"));
        }

        BodyWindow body = new(monitor.ExpectedBody, monitor.ExpectedBodyWithin);
        await ReadAsync(await response.Content.ReadAsStreamAsync(deadline), body, deadline);
        return body.IsMatch
            ? trace.End(ProbeOutcome.Success, StatusReasons.Of(status))
            : trace.End(ProbeOutcome.UnexpectedBody, $"{HttpProbe.BodyText(body)} not hold {QuotedText.Of(monitor.ExpectedBody ?? "")}");
    }

    // As it was sent: what it means is judged with the rest of the hop.
    private static string? LocationOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("Location", out HeaderStringValues values) && values.ToString() is { Length: <= HttpProbeLimits.MaxLocationLength } location
            ? location
            : null;

    private static async ValueTask ReadAsync(Stream stream, BodyWindow body, CancellationToken deadline)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(HttpProbeLimits.BufferLength);
        try
        {
            int length;
            while (!body.IsFull && (length = await stream.ReadAsync(buffer, deadline)) > 0)
            {
                body.Append(buffer.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
