using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Reading;

namespace Meridian.Control.Route53.Records;

/// <summary>Health checks as documents of monitors have them.</summary>
internal static class HealthCheckCodec
{
    // The service connects within 4 s and waits 2 s for the status; a TCP check connects within 10 s.
    private const int HttpTimeoutSeconds = 6;
    private const int TcpTimeoutSeconds = 10;

    // Where the service looks for a text.
    private const int SearchedOctets = 5120;

    /// <summary>The document.</summary>
    /// <param name="config">What is asked.</param>
    /// <param name="reference">The client's.</param>
    /// <param name="version">Counts changes.</param>
    /// <param name="tags">As they were.</param>
    /// <param name="vantages">The vantage points that exist here; those of the config's regions check, if there are any.</param>
    public static MapNode Write(
        HealthCheckConfig config, string reference, long version, ImmutableArray<KeyValuePair<string, string>> tags, IReadOnlyCollection<string> vantages)
    {
        List<MapEntry> entries = [Text("type", NativeType(config.Type))];
        List<MapEntry> own =
        [
            Text("caller-reference", reference),
            Plain("version", version),
        ];
        (bool inverted, bool disabled) = (config.Inverted, config.Disabled);
        if (config.IsCalculated)
        {
            WriteCalculated(config, entries, own, ref inverted, ref disabled);
        }
        else
        {
            WriteEndpoint(config, entries, vantages);
        }
        Flag(entries, "inverted", inverted);
        Flag(entries, "disabled", disabled);
        Flag(own, "measure-latency", config.MeasureLatency);
        if (config.EnableSni == false)
        {
            own.Add(Nodes.Entry("sni", Nodes.Boolean(false)));
        }
        if (!config.Regions.IsEmpty)
        {
            own.Add(Nodes.Entry("regions", Nodes.Texts(config.Regions)));
        }
        if (config.InsufficientData is { } insufficient)
        {
            own.Add(Text("insufficient-data", insufficient));
        }
        if (!tags.IsEmpty)
        {
            own.Add(Nodes.Entry("tags", Nodes.Map(tags.Select(tag => Text(tag.Key, tag.Value)))));
        }
        entries.Add(Nodes.Entry(ZoneMetadata.Key, Nodes.Map(own)));
        return Nodes.Map(entries);
    }

    private static void WriteEndpoint(HealthCheckConfig config, List<MapEntry> entries, IReadOnlyCollection<string> vantages)
    {
        entries.Add(Text("target", config.IPAddress ?? config.FullyQualifiedDomainName ?? ""));
        if (config.Port is { } port)
        {
            entries.Add(Plain("port", port));
        }
        bool isTcp = config.Type == "TCP";
        bool isTls = config.Type.StartsWith("HTTPS", StringComparison.Ordinal);
        if (!isTcp)
        {
            if (config.FullyQualifiedDomainName is { } host && config.IPAddress is not null)
            {
                entries.Add(Text("host", host));
            }
            if (config.ResourcePath is { } path)
            {
                entries.Add(Text("path", path.StartsWith('/') ? path : "/" + path));
            }
            List<MapEntry> expect = [Nodes.Entry("status", Nodes.Texts(["200-399"]))];
            if (config.SearchString is { } search)
            {
                expect.Add(Text("body", search));
                expect.Add(Plain("within", SearchedOctets));
            }
            entries.Add(Nodes.Entry("expect", Nodes.Map(expect)));
        }
        // The service looks at no certificate.
        Flag(entries, "skip-verify", isTls);
        if (isTls && config.EnableSni == false)
        {
            entries.Add(Nodes.Entry("sni", Nodes.Boolean(false)));
        }
        // A name is looked up for IPv4 addresses only.
        Flag(entries, "ipv4-only", config.IPAddress is null);
        int interval = config.RequestInterval ?? 30;
        entries.Add(Text("interval", Seconds(interval)));
        entries.Add(Text("timeout", Seconds(isTcp ? TcpTimeoutSeconds : HttpTimeoutSeconds)));
        int threshold = config.FailureThreshold ?? 3;
        // One threshold for both ways.
        entries.Add(Plain("rise", threshold));
        entries.Add(Plain("fall", threshold));
        string[] from = [.. vantages.Where(vantage => config.Regions.IsEmpty ? HealthCheckRegions.All.Contains(vantage) : config.Regions.Contains(vantage)).Order(StringComparer.Ordinal)];
        if (from.Length > 0)
        {
            entries.Add(Nodes.Entry("from", Nodes.Texts(from)));
            entries.Add(Text("up-when", "18%"));
            if (config.InsufficientData is "Healthy" or "Unhealthy")
            {
                entries.Add(Text("when-unseen", config.InsufficientData == "Healthy" ? "up" : "down"));
            }
        }
    }

    private static void WriteCalculated(HealthCheckConfig config, List<MapEntry> entries, List<MapEntry> own, ref bool inverted, ref bool disabled)
    {
        int threshold = config.HealthThreshold ?? config.Children.Length;
        entries.Add(Nodes.Entry("of", Nodes.Texts(config.Children)));
        entries.Add(Plain("at-least", Math.Clamp(threshold, 1, config.Children.Length)));
        if (threshold >= 1 && threshold <= config.Children.Length)
        {
            return;
        }
        // None needed is always healthy, more than there are is never: what a disabled monitor says.
        own.Add(Plain("threshold", threshold));
        own.Add(Nodes.Entry("inverted", Nodes.Boolean(inverted)));
        own.Add(Nodes.Entry("disabled", Nodes.Boolean(disabled)));
        inverted = threshold >= 1 && !disabled ? !inverted : inverted;
        disabled = true;
    }

    private static string NativeType(string type) => type switch
    {
        "HTTP" or "HTTP_STR_MATCH" => "http",
        "HTTPS" or "HTTPS_STR_MATCH" => "https",
        "TCP" => "tcp",
        _ => "calculated",
    };

    private static string Seconds(int seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds}s");

    private static MapEntry Text(string key, string value) => Nodes.Entry(key, Nodes.Text(value));

    private static MapEntry Plain(string key, long value) => Nodes.Entry(key, Nodes.Plain(value.ToString(CultureInfo.InvariantCulture)));

    private static void Flag(List<MapEntry> entries, string key, bool value)
    {
        if (value)
        {
            entries.Add(Nodes.Entry(key, Nodes.Boolean(true)));
        }
    }
}
