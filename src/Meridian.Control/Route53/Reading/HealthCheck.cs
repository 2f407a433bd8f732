using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Records;

namespace Meridian.Control.Route53.Reading;

/// <summary>
/// A health check: a monitor that asks somebody by itself. Everything that means the same natively is in native keys, so that
/// who changes it there changes it here too; the rest is in the key <c>route53</c>.
/// </summary>
internal sealed record HealthCheck
{
    /// <summary>Characters of an id.</summary>
    public const int IdLengthMax = 64;

    private const int DefaultIntervalSeconds = 30;
    private const int DefaultThreshold = 3;

    public required string Id { get; init; }

    public required Document Document { get; init; }

    public required string CallerReference { get; init; }

    /// <summary>Counts changes by this API, from 1.</summary>
    public required long Version { get; init; }

    public required HealthCheckConfig Config { get; init; }

    public required MapNode Body { get; init; }

    /// <summary>All there are, by id.</summary>
    public static IEnumerable<HealthCheck> All(DirectoryState state) => state.Of(DocumentKinds.Monitor).Select(document => Read(document)).OfType<HealthCheck>();

    public static HealthCheck? Find(DirectoryState state, string id) =>
        state.Find(new DocumentKey(DocumentKinds.Monitor, id)) is { } document ? Read(document) : null;

    /// <summary>Reads a monitor; null for one that is of a kind that this API does not have.</summary>
    public static HealthCheck? Read(in Document document)
    {
        if (HostedZone.BodyOf(document) is not { } body)
        {
            return null;
        }
        MapNode own = body.MapOf(ZoneMetadata.Key) ?? Nodes.Empty;
        string? search = body.MapOf("expect")?.TextOf("body");
        string? type = body.TextOf("type") switch
        {
            "http" => search is null ? "HTTP" : "HTTP_STR_MATCH",
            "https" => search is null ? "HTTPS" : "HTTPS_STR_MATCH",
            "tcp" => "TCP",
            "calculated" => "CALCULATED",
            _ => null,
        };
        string? target = body.TextOf("target");
        if (type is null || (target is null && type != "CALCULATED"))
        {
            return null;
        }
        bool isAddress = IPAddress.TryParse(target, out _);
        return new HealthCheck
        {
            Id = document.Key.Name,
            Document = document,
            Body = body,
            CallerReference = own.TextOf("caller-reference") ?? $"meridian:{document.Key.Name}",
            Version = NumberOf(own, "version") ?? 1,
            Config = new HealthCheckConfig
            {
                Type = type,
                IPAddress = isAddress ? target : null,
                FullyQualifiedDomainName = isAddress ? body.TextOf("host") : target,
                Port = type == "CALCULATED" ? null : (int?)(NumberOf(body, "port") ?? (type.StartsWith("HTTPS", StringComparison.Ordinal) ? 443 : 80)),
                ResourcePath = body.TextOf("path"),
                SearchString = search,
                RequestInterval = type == "CALCULATED" ? null : SecondsOf(body, "interval") ?? DefaultIntervalSeconds,
                FailureThreshold = type == "CALCULATED" ? null : (int?)(NumberOf(body, "fall") ?? DefaultThreshold),
                MeasureLatency = own.IsTrue("measure-latency"),
                Inverted = own.Find("inverted") is null ? body.IsTrue("inverted") : own.IsTrue("inverted"),
                Disabled = own.Find("disabled") is null ? body.IsTrue("disabled") : own.IsTrue("disabled"),
                EnableSni = type.StartsWith("HTTPS", StringComparison.Ordinal) ? own.TextOf("sni") != "false" : null,
                Regions = [.. own.TextsOf("regions")],
                InsufficientData = own.TextOf("insufficient-data"),
                HealthThreshold = type == "CALCULATED" ? (int?)(NumberOf(own, "threshold") ?? NumberOf(body, "at-least") ?? ChildrenOf(body).Length) : null,
                Children = ChildrenOf(body),
            },
        };
    }

    private static ImmutableArray<string> ChildrenOf(MapNode body) => body.Find("of")?.Value is ListNode list
        ? [.. list.Items.Select(item => item is MapNode map ? map.TextOf("monitor") : (item as ScalarNode)?.Text).OfType<string>()]
        : [];

    private static long? NumberOf(MapNode map, string key) => long.TryParse(map.TextOf(key), CultureInfo.InvariantCulture, out long number) ? number : null;

    private static int? SecondsOf(MapNode map, string key) =>
        map.TextOf(key) is { } text && DurationText.TryParse(text, out TimeSpan duration) ? (int)duration.TotalSeconds : null;
}

/// <summary>What a health check asks, and how it judges.</summary>
internal sealed record HealthCheckConfig
{
    public required string Type { get; init; }

    public string? IPAddress { get; init; }

    public string? FullyQualifiedDomainName { get; init; }

    public int? Port { get; init; }

    public string? ResourcePath { get; init; }

    public string? SearchString { get; init; }

    /// <summary>Seconds.</summary>
    public int? RequestInterval { get; init; }

    public int? FailureThreshold { get; init; }

    public bool MeasureLatency { get; init; }

    public bool Inverted { get; init; }

    public bool Disabled { get; init; }

    /// <summary>Null for types without TLS.</summary>
    public bool? EnableSni { get; init; }

    /// <summary>Vantage points by the names of regions; empty for all.</summary>
    public ImmutableArray<string> Regions { get; init; } = [];

    /// <summary>What it counts as while too few vantage points see; null for the last known status.</summary>
    public string? InsufficientData { get; init; }

    /// <summary>For a calculated one: how many of its children must be healthy.</summary>
    public int? HealthThreshold { get; init; }

    /// <summary>For a calculated one: ids.</summary>
    public ImmutableArray<string> Children { get; init; } = [];

    public bool IsCalculated => Type == "CALCULATED";

    /// <summary>Whether two ask and judge alike.</summary>
    public bool MeansTheSameAs(HealthCheckConfig other) =>
        this with { Regions = [], Children = [] } == other with { Regions = [], Children = [] }
        && Regions.Order(StringComparer.Ordinal).SequenceEqual(other.Regions.Order(StringComparer.Ordinal), StringComparer.Ordinal)
        && Children.Order(StringComparer.Ordinal).SequenceEqual(other.Children.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
