using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Client;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Grpc;

/// <summary>A member is up when its gRPC health service (<c>grpc.health.v1.Health/Check</c>) says SERVING.</summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">For members that are given by name.</param>
/// <param name="roots">What TLS trusts instead of the system's roots; null is the system's.</param>
public sealed class GrpcProbe(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots = null) : IProbe
{
    // A health answer has 7 octets; a longer one than this is something else.
    private const int MaxAnswerLength = 1024;

    private readonly ClientExchange _exchange = new(new ProbeTools(time, resolver, roots));

    public ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(target));
        HttpRequestMessage request = ClientCall.Http2Request(
            HttpMethod.Post, monitor.IsTls ? "https" : "http", HttpRequestWriter.HostField(target, monitor), "/grpc.health.v1.Health/Check");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Content = new ByteArrayContent(HealthMessages.WriteRequest(monitor.GrpcService));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        foreach ((string name, string value) in monitor.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _exchange.SendAsync(
            new ClientCall(target, monitor, request, monitor.IsTls, IsHttp2: true),
            trace,
            response => JudgeAsync(response, monitor, trace, deadline),
            deadline);
    }

    private static async ValueTask<ProbeResult> JudgeAsync(
        HttpResponseMessage response, MonitorModel monitor, ProbeTrace trace, CancellationToken deadline)
    {
        MediaTypeHeaderValue? type = response.Content.Headers.ContentType;
        if ((int)response.StatusCode != 200 || type?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, string.Create(
                CultureInfo.InvariantCulture,
                $"the answer is not of gRPC: HTTP status {(int)response.StatusCode}, type {type?.ToString() ?? "none"}"));
        }

        // Trailers come behind the body, so it is read to its end.
        byte[] body = new byte[MaxAnswerLength + 1];
        Stream stream = await response.Content.ReadAsStreamAsync(deadline);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, deadline);
        if (length > MaxAnswerLength)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, $"the answer is longer than {MaxAnswerLength} octets");
        }

        // An answer without a body carries its status among the header fields.
        string? code = StatusOf(response.TrailingHeaders, "grpc-status") ?? StatusOf(response.Headers, "grpc-status");
        if (code != "0")
        {
            string? words = StatusOf(response.TrailingHeaders, "grpc-message") ?? StatusOf(response.Headers, "grpc-message");
            return trace.End(ProbeOutcome.UnexpectedAnswer, $"{Meaning(code)}{(words is null ? "" : $": {QuotedText.Of(words)}")}");
        }

        string service = monitor.GrpcService.Length == 0 ? "the server" : monitor.GrpcService;
        if (!HealthMessages.TryReadResponse(body.AsSpan(0, length), out HealthServingStatus status))
        {
            return trace.End(ProbeOutcome.InvalidAnswer, "the answer is not a message of grpc.health.v1");
        }

        return status == HealthServingStatus.Serving
            ? trace.End(ProbeOutcome.Success, $"{service} is SERVING")
            : trace.End(ProbeOutcome.UnexpectedAnswer, $"{service} is {NameOf(status)}, expected SERVING");
    }

    private static string? StatusOf(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    private static string Meaning(string? code) => code switch
    {
        null => "the answer has no grpc-status",
        "5" => "grpc-status 5 (NOT_FOUND): the server does not know the service",
        "12" => "grpc-status 12 (UNIMPLEMENTED): the server has no health service",
        "14" => "grpc-status 14 (UNAVAILABLE)",
        "16" => "grpc-status 16 (UNAUTHENTICATED)",
        _ => $"grpc-status {QuotedText.Of(code)}",
    };

    private static string NameOf(HealthServingStatus status) => status switch
    {
        HealthServingStatus.NotServing => "NOT_SERVING",
        HealthServingStatus.ServiceUnknown => "SERVICE_UNKNOWN",
        _ => "UNKNOWN",
    };
}
