using System.Globalization;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Probes.Prometheus;

namespace Meridian.Health.Publishing;

/// <summary>What a check asks, in words.</summary>
internal static class Questions
{
    internal static string Of(CheckKey key)
    {
        MonitorModel monitor = key.Monitor;
        ProbeTarget target = key.Target;
        return monitor.Type switch
        {
            MonitorType.Http or MonitorType.Https => OfHttp(monitor, target),
            MonitorType.Tls => $"TLS handshake with {target} ({HttpRequestWriter.TlsName(target, monitor)}){Texts(monitor)}",
            MonitorType.Dns => monitor.Dns is { } dns
                ? $"{dns.Name} {dns.Type.ToMnemonic()} from {target} over {(dns.OverTcp ? "TCP" : "UDP")}"
                : $"DNS query to {target}",
            MonitorType.Grpc => OfGrpc(monitor, target),
            MonitorType.Icmp => $"echo request to {target.Host}",
            MonitorType.Script => string.Join(' ', monitor.Script?.Command.Select(word => TargetText.Fill(word, target)) ?? []),
            MonitorType.Push => $"reports of {target.Host}, each good for {DurationText.Format(monitor.Push?.TimeToLive ?? default)}",
            MonitorType.Prometheus => monitor.Prometheus is { } query
                ? OfPrometheus(query, target)
                : "",
            MonitorType.Calculated => OfCalculated(monitor.Calculated),
            _ => $"connect to {target}{Texts(monitor)}",
        };
    }

    private static string OfHttp(MonitorModel monitor, ProbeTarget target)
    {
        string scheme = monitor.Type == MonitorType.Https ? "https" : "http";
        string version = monitor.IsHttp2 ? " by HTTP/2" : "";
        string host = HttpRequestWriter.HostField(target, monitor);
        string redirects = monitor.Redirects is { } rules ? string.Create(CultureInfo.InvariantCulture, $", up to {rules.Max} redirects followed") : "";
        return $"{monitor.Method} {scheme}://{target}{monitor.Path} (Host {host}){version}{redirects}";
    }

    private static string OfGrpc(MonitorModel monitor, ProbeTarget target)
    {
        string service = monitor.GrpcService.Length == 0 ? "the server" : monitor.GrpcService;
        return $"grpc.health.v1.Health/Check of {service} at {target}{(monitor.IsTls ? " over TLS" : "")}";
    }

    private static string OfPrometheus(PrometheusModel query, ProbeTarget target) => string.Create(
        CultureInfo.InvariantCulture,
        $"{TargetText.Fill(query.Query, target)} at {query.Url} is {PrometheusProbe.Words(query.Operator)} {query.Threshold}");

    private static string Texts(MonitorModel monitor) =>
        (monitor.Send is { } send ? $", send {QuotedText.Of(send)}" : "")
        + (monitor.ExpectedText is { } expected ? $", expect {QuotedText.Of(expected)}" : "");

    private static string OfCalculated(CalculatedModel? model)
    {
        if (model is null)
        {
            return "";
        }

        IEnumerable<string> terms = model.Terms.Select(term =>
            $"{(term.IsInverted ? "not " : "")}{term.Monitor.Name}{(term.Weight == 1 ? "" : $" x{term.Weight}")}");
        return string.Create(CultureInfo.InvariantCulture, $"weight {model.AtLeast} of {model.TotalWeight}: {string.Join(", ", terms)}");
    }
}
