using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Client;
using Meridian.Health.Probes.Http;

namespace Meridian.Health.Probes.Prometheus;

/// <summary>
/// A member is up when every value of a PromQL query compares with the threshold as the monitor says. A Prometheus that
/// cannot be asked says nothing of the member: the attempt is shown and not judged.
/// </summary>
/// <param name="time">Times the phases.</param>
/// <param name="resolver">Finds the Prometheus server.</param>
/// <param name="roots">What https trusts instead of the system's roots; null is the system's.</param>
public sealed class PrometheusProbe(TimeProvider time, INameResolver resolver, X509Certificate2Collection? roots = null) : IProbe
{
    private readonly ClientExchange _exchange = new(new ProbeTools(time, resolver, roots));

    public async ValueTask<ProbeResult> ProbeAsync(ProbeTarget target, MonitorModel monitor, CancellationToken deadline)
    {
        if (monitor.Prometheus is not { } model || !Uri.TryCreate(model.Url, UriKind.Absolute, out Uri? url))
        {
            return new ProbeResult(ProbeOutcome.NotMade, $"not tried: monitor {monitor.Name} does not say whom to ask", default);
        }

        ProbeTarget server = IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address)
            ? new ProbeTarget(address, null, url.Port)
            : new ProbeTarget(null, url.DnsSafeHost, url.Port);
        ProbeTrace trace = new(time, monitor.Timeout, ProbeConnector.FirstPhase(server));
        string query = Uri.EscapeDataString(TargetText.Fill(model.Query, target));
        HttpRequestMessage request = new(HttpMethod.Get, $"{model.Url.TrimEnd('/')}/api/v1/query?query={query}")
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        foreach ((string name, string value) in monitor.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        // The certificate is the Prometheus server's, so its name is in the URL.
        MonitorModel connecting = monitor with { Host = url.DnsSafeHost };
        ProbeResult result = await _exchange.SendAsync(
            new ClientCall(server, connecting, request, url.Scheme == Uri.UriSchemeHttps, IsHttp2: false),
            trace,
            response => JudgeAsync(response, model, trace, deadline),
            deadline);
        return result.Outcome is ProbeOutcome.Success or ProbeOutcome.UnexpectedAnswer or ProbeOutcome.NotMade
            ? result
            : result with { Outcome = ProbeOutcome.NotMade, Reason = $"not judged: Prometheus at {server}: {result.Reason}" };
    }

    private static async ValueTask<ProbeResult> JudgeAsync(
        HttpResponseMessage response, PrometheusModel model, ProbeTrace trace, CancellationToken deadline)
    {
        byte[] body = new byte[HttpProbeLimits.MaxBodyLength + 1];
        Stream stream = await response.Content.ReadAsStreamAsync(deadline);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, deadline);
        if (length > HttpProbeLimits.MaxBodyLength)
        {
            return trace.End(ProbeOutcome.InvalidAnswer, "the result is longer than 64 KiB: aggregate it in the query");
        }

        if (!PrometheusAnswer.TryRead(body.AsSpan(0, length), out List<double> values, out string problem))
        {
            return trace.End(ProbeOutcome.InvalidAnswer, string.Create(
                CultureInfo.InvariantCulture, $"status {(int)response.StatusCode}: {problem}"));
        }

        if (values.Count == 0)
        {
            return trace.End(ProbeOutcome.UnexpectedAnswer, "the query gave no value");
        }

        foreach (double value in values)
        {
            if (!Holds(value, model))
            {
                return trace.End(ProbeOutcome.UnexpectedAnswer, string.Create(
                    CultureInfo.InvariantCulture, $"the value {value} is not {Words(model.Operator)} {model.Threshold}"));
            }
        }

        return trace.End(ProbeOutcome.Success, string.Create(
            CultureInfo.InvariantCulture, $"the value {values[0]} is {Words(model.Operator)} {model.Threshold}"));
    }

    // NaN compares with nothing, so it never holds, but for 'not equal', where it must not either.
    private static bool Holds(double value, PrometheusModel model) => !double.IsNaN(value) && model.Operator switch
    {
        ThresholdOperator.Below => value < model.Threshold,
        ThresholdOperator.AtMost => value <= model.Threshold,
        ThresholdOperator.Above => value > model.Threshold,
        ThresholdOperator.AtLeast => value >= model.Threshold,
        ThresholdOperator.Equal => value == model.Threshold,
        _ => value != model.Threshold,
    };

    internal static string Words(ThresholdOperator comparison) => comparison switch
    {
        ThresholdOperator.Below => "below",
        ThresholdOperator.AtMost => "at most",
        ThresholdOperator.Above => "above",
        ThresholdOperator.AtLeast => "at least",
        ThresholdOperator.Equal => "equal to",
        _ => "other than",
    };
}
