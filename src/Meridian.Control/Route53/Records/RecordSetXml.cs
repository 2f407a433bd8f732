using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>Record sets as requests and answers write them.</summary>
internal static partial class RecordSetXml
{
    private const int IdentifierLengthMax = 128;
    private const int NameLengthMax = 1024;
    private const int ValueLengthMax = 4000;

    private static readonly string[] Actions = ["CREATE", "DELETE", "UPSERT"];
    private static readonly string[] FailoverWords = ["PRIMARY", "SECONDARY"];
    private static readonly string[] ContinentCodes = ["AF", "AN", "AS", "EU", "OC", "NA", "SA"];

    private static readonly string[] RoutingFields =
        ["Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "GeoProximityLocation", "CidrRoutingConfig"];

    /// <summary>Reads one change of a batch.</summary>
    /// <param name="change">The element.</param>
    /// <param name="problems">What is wrong with its content; what is wrong with its form ends the request.</param>
    /// <returns>Null when the content is wrong.</returns>
    public static RecordSetChange? ReadChange(XmlBody change, List<string> problems)
    {
        change.Require("Action");
        string action = change.Choice("Action", Actions) ?? "";
        XmlBody set = change.RequireElement("ResourceRecordSet");
        string name = set.RequireBounded("Name", 0, NameLengthMax);
        set.Require("Type");
        string typeText = set.Choice("Type", Route53Rdata.Types) ?? "";
        string? identifier = set.Bounded("SetIdentifier", 1, IdentifierLengthMax);
        string label = $"[Action={action}, Name={name}, Type={typeText}, SetIdentifier={identifier ?? "null"}]";
        CheckForm(set, identifier, label);
        Routing? routing = ReadRouting(set);
        int before = problems.Count;
        if (!Route53Name.TryParse(name, out DomainName owner, out string problem))
        {
            problems.Add(problem);
        }
        _ = RecordTypes.TryParse(typeText, out RecordType type);
        RecordSet read = new()
        {
            Owner = owner,
            Type = type,
            SetIdentifier = identifier,
            Routing = routing,
            TtlSeconds = (uint?)set.Number("TTL", 0, int.MaxValue),
            Values = ReadValues(set, type, problems),
            Alias = ReadAlias(set, problems),
            HealthCheckId = set.Bounded("HealthCheckId", 1, 64),
            TrafficPolicyInstanceId = set.Bounded("TrafficPolicyInstanceId", 1, 36),
        };
        return problems.Count == before ? new RecordSetChange(action, read) : null;
    }

    /// <summary>Writes a record set.</summary>
    public static void Write(XmlReply xml, RecordSet set)
    {
        xml.Text("Name", Route53Name.Format(set.Owner));
        xml.Text("Type", set.Type.ToMnemonic());
        xml.Text("SetIdentifier", set.SetIdentifier);
        WriteRouting(xml, set.Routing);
        if (set.Alias is { } alias)
        {
            xml.Element("AliasTarget", () =>
            {
                xml.Text("HostedZoneId", alias.HostedZoneId);
                xml.Text("DNSName", Route53Name.Format(alias.Name));
                xml.Boolean("EvaluateTargetHealth", alias.EvaluatesHealth);
            });
        }
        else if (set.TrafficPolicyInstanceId is null)
        {
            xml.Number("TTL", set.TtlSeconds);
            xml.List("ResourceRecords", "ResourceRecord", set.Values, value => xml.Text("Value", value));
        }
        xml.Text("HealthCheckId", set.HealthCheckId);
        xml.Text("TrafficPolicyInstanceId", set.TrafficPolicyInstanceId);
    }

    private static void CheckForm(XmlBody set, string? identifier, string label)
    {
        bool hasRecords = set.Find("TTL") is not null && set.Find("ResourceRecords") is not null;
        int contents = (set.Find("AliasTarget") is null ? 0 : 1) + (hasRecords ? 1 : 0) + (set.Find("TrafficPolicyInstanceId") is null ? 0 : 1);
        if (contents != 1 || (set.Find("AliasTarget") is not null && (set.Find("TTL") ?? set.Find("ResourceRecords")) is not null))
        {
            string found = contents == 0 ? "none" : "more than one";
            throw Route53Error.InvalidInput(
                $"Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found {found} in Change with {label}").ToException();
        }
        int routings = RoutingFields.Count(field => set.Find(field) is not null && !(field == "MultiValueAnswer" && set.Boolean(field) == false));
        if (routings > 1 || (identifier is not null && routings == 0))
        {
            string found = routings == 0 ? "none" : "more than one";
            throw Route53Error.InvalidInput(
                "Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, MultiValueAnswer, GeoProximityLocation, or CidrRoutingConfig], "
                + $"but found {found} in Change with {label}").ToException();
        }
        if (routings == 1 && identifier is null)
        {
            throw Route53Error.InvalidInput($"Invalid request: Missing field 'SetIdentifier' in Change with {label}").ToException();
        }
    }

    private static Routing? ReadRouting(XmlBody set)
    {
        if (set.Number("Weight", 0, 255) is { } weight)
        {
            return new Routing.Weighted((int)weight);
        }
        if (set.Bounded("Region", 1, 64) is { } region)
        {
            return new Routing.Latency(region);
        }
        if (set.Choice("Failover", FailoverWords) is { } failover)
        {
            return new Routing.Failover(failover == FailoverWords[0]);
        }
        if (set.Find("GeoLocation") is { } geo)
        {
            return ReadGeoLocation(geo);
        }
        if (set.Find("GeoProximityLocation") is { } proximity)
        {
            return ReadProximity(proximity);
        }
        if (set.Find("CidrRoutingConfig") is { } cidr)
        {
            return ReadCidr(cidr);
        }
        return set.Boolean("MultiValueAnswer") == true ? new Routing.MultiValue() : null;
    }

    private static Routing.GeoLocation ReadGeoLocation(XmlBody geo)
    {
        string? continent = geo.Choice("ContinentCode", ContinentCodes);
        string? country = geo.Bounded("CountryCode", 1, 2);
        string? subdivision = geo.Bounded("SubdivisionCode", 1, 3);
        if (continent is null == country is null || (continent is not null && subdivision is not null) || (country == "*" && subdivision is not null))
        {
            throw Route53Error.InvalidInput(
                "Invalid request: a GeoLocation is either a ContinentCode, or a CountryCode with an optional SubdivisionCode.").ToException();
        }
        return new Routing.GeoLocation(continent, country, subdivision);
    }

    private static Routing.GeoProximity ReadProximity(XmlBody proximity)
    {
        int? bias = (int?)proximity.Number("Bias", -99, 99);
        XmlBody? at = proximity.Find("Coordinates");
        string? region = proximity.Bounded("AWSRegion", 1, 64);
        string? group = proximity.Bounded("LocalZoneGroup", 1, 64);
        if ((at is null ? 0 : 1) + (region is null ? 0 : 1) + (group is null ? 0 : 1) != 1)
        {
            throw Route53Error.InvalidInput(
                "Invalid request: a GeoProximityLocation is exactly one of AWSRegion, LocalZoneGroup and Coordinates.").ToException();
        }
        if (group is not null)
        {
            throw Route53Error.InvalidInput(
                "Invalid request: where the local zones of AWS are is not known here; give the Coordinates instead of the LocalZoneGroup.").ToException();
        }
        if (at is null)
        {
            return new Routing.GeoProximity(region, null, null, bias);
        }
        string latitude = at.Require("Latitude");
        string longitude = at.Require("Longitude");
        if (!IsDegrees(latitude, Latitude(), 90) || !IsDegrees(longitude, Longitude(), 180))
        {
            throw Route53Error.InvalidInput(
                $"Invalid request: '{latitude}', '{longitude}' are no Coordinates: expected -90 to 90 and -180 to 180 degrees with at most two decimals.").ToException();
        }
        return new Routing.GeoProximity(null, latitude, longitude, bias);
    }

    private static Routing.Cidr ReadCidr(XmlBody cidr)
    {
        string collection = cidr.RequireBounded("CollectionId", 1, 64);
        string location = cidr.RequireBounded("LocationName", 1, 16);
        return location == "*" || LocationName().IsMatch(location)
            ? new Routing.Cidr(collection, location)
            : throw Route53Error.Constraint(location, "locationName", @"Member must satisfy regular expression pattern: [0-9A-Za-z_\-\*]+").ToException();
    }

    private static ImmutableArray<string> ReadValues(XmlBody set, RecordType type, List<string> problems)
    {
        ImmutableArray<string>.Builder values = ImmutableArray.CreateBuilder<string>();
        List<byte[]> seen = [];
        foreach (XmlBody record in set.List("ResourceRecords", "ResourceRecord"))
        {
            string value = record.RequireBounded("Value", 0, ValueLengthMax);
            if (!Route53Rdata.TryScan(type, value, out byte[] rdata, out string problem))
            {
                problems.Add(problem);
            }
            else if (seen.Exists(other => Route53Rdata.AreEqual(type, other, rdata)))
            {
                problems.Add($"Duplicate Resource Record: '{value}'");
            }
            else
            {
                seen.Add(rdata);
                values.Add(value);
            }
        }
        if (set.Find("ResourceRecords") is not null && values.Count == 0 && problems.Count == 0)
        {
            throw Route53Error.InvalidInput("Invalid XML ; cvc-complex-type.2.4.b: The content of element 'ResourceRecords' is not complete. One of '{ResourceRecord}' is expected.").ToException();
        }
        return values.ToImmutable();
    }

    private static AliasTarget? ReadAlias(XmlBody set, List<string> problems)
    {
        if (set.Find("AliasTarget") is not { } alias)
        {
            return null;
        }
        string zone = ResourceIds.Bare(alias.RequireBounded("HostedZoneId", 1, ResourceIds.LengthMax));
        string name = alias.RequireBounded("DNSName", 0, NameLengthMax);
        alias.Require("EvaluateTargetHealth");
        if (!Route53Name.TryParse(name, out DomainName target, out string problem))
        {
            problems.Add(problem);
        }
        return new AliasTarget(zone, target, alias.Boolean("EvaluateTargetHealth") == true);
    }

    private static void WriteRouting(XmlReply xml, Routing? routing)
    {
        switch (routing)
        {
            case Routing.Weighted weighted:
                xml.Number("Weight", weighted.Weight);
                break;
            case Routing.Latency latency:
                xml.Text("Region", latency.Region);
                break;
            case Routing.Failover failover:
                xml.Text("Failover", failover.IsPrimary ? FailoverWords[0] : FailoverWords[1]);
                break;
            case Routing.GeoLocation geo:
                xml.Element("GeoLocation", () =>
                {
                    xml.Text("ContinentCode", geo.Continent);
                    xml.Text("CountryCode", geo.Country);
                    xml.Text("SubdivisionCode", geo.Subdivision);
                });
                break;
            case Routing.GeoProximity proximity:
                xml.Element("GeoProximityLocation", () => WriteProximity(xml, proximity));
                break;
            case Routing.Cidr cidr:
                xml.Element("CidrRoutingConfig", () =>
                {
                    xml.Text("CollectionId", cidr.CollectionId);
                    xml.Text("LocationName", cidr.Location);
                });
                break;
            case Routing.MultiValue:
                xml.Boolean("MultiValueAnswer", true);
                break;
            default:
                break;
        }
    }

    private static void WriteProximity(XmlReply xml, Routing.GeoProximity proximity)
    {
        xml.Text("AWSRegion", proximity.Region);
        if (proximity.Region is null)
        {
            xml.Element("Coordinates", () =>
            {
                xml.Text("Latitude", proximity.Latitude);
                xml.Text("Longitude", proximity.Longitude);
            });
        }
        xml.Number("Bias", proximity.Bias);
    }

    private static bool IsDegrees(string text, Regex form, double most) =>
        form.IsMatch(text) && Math.Abs(double.Parse(text, CultureInfo.InvariantCulture)) <= most;

    [GeneratedRegex(@"^[-+]?[0-9]{1,2}(\.[0-9]{0,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Latitude();

    [GeneratedRegex(@"^[-+]?[0-9]{1,3}(\.[0-9]{0,2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Longitude();

    [GeneratedRegex(@"^[0-9A-Za-z_\-]{1,16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LocationName();
}

/// <summary>One change of a batch.</summary>
/// <param name="Action"><c>CREATE</c>, <c>DELETE</c> or <c>UPSERT</c>.</param>
/// <param name="Set">What is created, deleted or written.</param>
internal sealed record RecordSetChange(string Action, RecordSet Set);
