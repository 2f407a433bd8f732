using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Records;

/// <summary>Health checks as requests and answers write them.</summary>
internal static class HealthCheckXml
{
    /// <summary>Children of a calculated check: what calculated monitors take. The service's 256 are understood by nobody at night.</summary>
    public const int ChildrenMax = 64;

    private const int RegionsMin = 3;

    /// <summary>What a check can count as while too few vantage points see.</summary>
    public static readonly ImmutableArray<string> Insufficient = ["Healthy", "Unhealthy", "LastKnownStatus"];

    private static readonly string[] Types = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"];

    /// <summary>Reads the settings of a new check.</summary>
    public static HealthCheckConfig Read(XmlBody xml)
    {
        xml.Require("Type");
        string type = xml.Choice("Type", Types) ?? "";
        if (type is "CLOUDWATCH_METRIC" or "RECOVERY_CONTROL")
        {
            throw Route53Error.InvalidInput($"Health checks of type {type} watch another service of AWS, which there is not here.").ToException();
        }
        HealthCheckConfig empty = new() { Type = type };
        bool isCalculated = empty.IsCalculated;
        bool isTls = type.StartsWith("HTTPS", StringComparison.Ordinal);
        HealthCheckConfig config = Merge(empty with
        {
            RequestInterval = isCalculated ? null : ReadInterval(xml),
            FailureThreshold = isCalculated ? null : 3,
            MeasureLatency = xml.Boolean("MeasureLatency") == true,
            EnableSni = isTls ? true : null,
        }, xml);
        config = config with { Port = config.Port ?? (isCalculated || type == "TCP" ? null : isTls ? 443 : 80) };
        Check(config);
        return config;
    }

    /// <summary>The settings with what an update gives, and nothing else changed.</summary>
    public static HealthCheckConfig Merge(HealthCheckConfig config, XmlBody xml)
    {
        string? address = xml.Bounded("IPAddress", 0, 45);
        if (address is { Length: > 0 } && !IPAddress.TryParse(address, out _))
        {
            throw Route53Error.InvalidInput($"Invalid parameter : IPAddress '{address}' is no IP address.").ToException();
        }
        ImmutableArray<string> regions = [.. xml.List("Regions", "Region").Select(region => region.Text)];
        foreach (string region in regions.Where(region => !HealthCheckRegions.All.Contains(region)))
        {
            throw Route53Error.NotInEnumeration(region, HealthCheckRegions.All).ToException();
        }
        return config with
        {
            IPAddress = address is { Length: > 0 } ? address : config.IPAddress,
            FullyQualifiedDomainName = xml.Bounded("FullyQualifiedDomainName", 0, 255) is { Length: > 0 } name ? name.TrimEnd('.') : config.FullyQualifiedDomainName,
            Port = (int?)xml.Number("Port", 1, 65_535) ?? config.Port,
            ResourcePath = xml.Bounded("ResourcePath", 0, 255) is { Length: > 0 } path ? path : config.ResourcePath,
            SearchString = xml.Bounded("SearchString", 0, 255) is { Length: > 0 } search ? search : config.SearchString,
            FailureThreshold = (int?)xml.Number("FailureThreshold", 1, 10) ?? config.FailureThreshold,
            Inverted = xml.Boolean("Inverted") ?? config.Inverted,
            Disabled = xml.Boolean("Disabled") ?? config.Disabled,
            EnableSni = config.EnableSni is null ? null : xml.Boolean("EnableSNI") ?? config.EnableSni,
            Regions = regions.IsEmpty ? config.Regions : regions,
            InsufficientData = xml.Choice("InsufficientDataHealthStatus", [.. Insufficient]) ?? config.InsufficientData,
            HealthThreshold = config.IsCalculated ? (int?)xml.Number("HealthThreshold", 0, 256) ?? config.HealthThreshold : null,
            Children = xml.Find("ChildHealthChecks") is null ? config.Children : [.. xml.List("ChildHealthChecks", "ChildHealthCheck").Select(child => child.Text)],
        };
    }

    /// <summary>Refuses settings that do not go together.</summary>
    public static void Check(HealthCheckConfig config)
    {
        string? problem = config switch
        {
            { IsCalculated: true, Children.Length: 0 or > ChildrenMax } => $"A CALCULATED health check needs 1 to {ChildrenMax} ChildHealthChecks.",
            { IsCalculated: true, InsufficientData: not null } => "InsufficientDataHealthStatus must not be given for CALCULATED health checks: their children have it.",
            { IsCalculated: true } => null,
            { IPAddress: null, FullyQualifiedDomainName: null } => "Either IPAddress or FullyQualifiedDomainName must be given.",
            { Type: "TCP", Port: null } => "Port must be given for health checks of type TCP.",
            { Type: "HTTP_STR_MATCH" or "HTTPS_STR_MATCH", SearchString: null } => $"SearchString must be given for health checks of type {config.Type}.",
            { Type: "HTTP" or "HTTPS" or "TCP", SearchString: not null } => $"SearchString must not be given for health checks of type {config.Type}.",
            { Type: "TCP", ResourcePath: not null } => "ResourcePath must not be given for health checks of type TCP.",
            { Regions.Length: > 0 and < RegionsMin } => $"At least {RegionsMin} Regions must be given.",
            _ => null,
        };
        if (problem is not null)
        {
            throw Route53Error.InvalidInput($"Invalid parameter : {problem}").ToException();
        }
    }

    /// <summary>Writes a check.</summary>
    public static void Write(XmlReply xml, HealthCheck check)
    {
        xml.Text("Id", check.Id);
        xml.Text("CallerReference", check.CallerReference);
        xml.Element("HealthCheckConfig", () => WriteConfig(xml, check.Config));
        xml.Number("HealthCheckVersion", check.Version);
    }

    private static void WriteConfig(XmlReply xml, HealthCheckConfig config)
    {
        xml.Text("IPAddress", config.IPAddress);
        xml.Number("Port", config.Port);
        xml.Text("Type", config.Type);
        xml.Text("ResourcePath", config.ResourcePath);
        xml.Text("FullyQualifiedDomainName", config.FullyQualifiedDomainName);
        xml.Text("SearchString", config.SearchString);
        xml.Number("RequestInterval", config.RequestInterval);
        xml.Number("FailureThreshold", config.FailureThreshold);
        xml.Boolean("MeasureLatency", config.IsCalculated ? null : config.MeasureLatency);
        xml.Boolean("Inverted", config.Inverted);
        xml.Boolean("Disabled", config.Disabled);
        xml.Number("HealthThreshold", config.HealthThreshold);
        if (config.IsCalculated)
        {
            xml.Texts("ChildHealthChecks", "ChildHealthCheck", config.Children);
        }
        else
        {
            xml.Boolean("EnableSNI", config.EnableSni ?? false);
        }
        if (!config.Regions.IsEmpty)
        {
            xml.Texts("Regions", "Region", config.Regions);
        }
        xml.Text("InsufficientDataHealthStatus", config.InsufficientData);
    }

    private static int ReadInterval(XmlBody xml) => xml.Number("RequestInterval", 10, 30) switch
    {
        null or 30 => 30,
        10 => 10,
        { } other => throw Route53Error.InvalidInput($"Invalid parameter : RequestInterval must be 10 or 30; it is {other}.").ToException(),
    };
}
