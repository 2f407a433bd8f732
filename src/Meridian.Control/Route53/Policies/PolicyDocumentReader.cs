using System.Collections.Immutable;
using System.Text.Json;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>Reads traffic policy documents of the formats 2015-10-01 and 2023-05-09. Whatever is wrong is said, with the place.</summary>
internal sealed class PolicyDocumentReader
{
    /// <summary>Characters of a document: the service's.</summary>
    public const int LengthMax = 102_400;

    // Rules below each other, as deep as record sets nest.
    private const int DepthMax = 16;

    private const int JsonDepthMax = 16;

    private static readonly ImmutableArray<string> Versions = ["2015-10-01", "2023-05-09"];

    private static readonly ImmutableArray<string> Types = ["A", "AAAA", "CAA", "CNAME", "MX", "NAPTR", "PTR", "SPF", "SRV", "TXT"];

    private static readonly ImmutableArray<string> OutsideTypes =
        ["cloudfront", "elastic-load-balancer", "application-load-balancer", "network-load-balancer", "elastic-beanstalk", "s3-website"];

    private readonly Dictionary<string, PolicyNode> _endpoints;
    private readonly Dictionary<string, PolicyNode> _rules;
    private readonly Dictionary<string, PolicyEndpoint> _readEndpoints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyRule> _readRules = new(StringComparer.Ordinal);
    private readonly RecordType _type;
    private readonly List<string> _way = [];

    private PolicyDocumentReader(PolicyNode root, RecordType type)
    {
        _type = type;
        _endpoints = root.Map("Endpoints").Entries();
        _rules = root.Map("Rules").Entries();
    }

    /// <summary>Reads a document.</summary>
    /// <exception cref="Route53Exception">It is none: <c>InvalidTrafficPolicyDocument</c>, with the reason.</exception>
    public static PolicyDocument Read(string text)
    {
        if (text.Length > LengthMax)
        {
            throw PolicyNode.Refuse($"it has {text.Length} characters; at most {LengthMax} are taken");
        }
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = JsonDepthMax });
            return Read(new PolicyNode(json.RootElement, "the document"));
        }
        catch (JsonException e)
        {
            throw PolicyNode.Refuse($"it is not JSON: {e.Message}");
        }
        catch (InvalidOperationException)
        {
            // What JsonElement says when a text is asked for that escapes half of a surrogate pair: valid JSON, and no text (RFC 8259 §8.2).
            throw PolicyNode.Refuse("one of its texts has an escape that stands for no character, such as half of a surrogate pair");
        }
    }

    private static PolicyDocument Read(PolicyNode root)
    {
        root.CheckKeys("AWSPolicyFormatVersion", "RecordType", "StartEndpoint", "StartRule", "Endpoints", "Rules");
        string version = root.Require("AWSPolicyFormatVersion");
        if (!Versions.Contains(version))
        {
            throw PolicyNode.Refuse($"AWSPolicyFormatVersion is '{version}'; there are {string.Join(" and ", Versions)}");
        }
        string typeText = root.Require("RecordType");
        if (!Types.Contains(typeText) || !RecordTypes.TryParse(typeText, out RecordType type))
        {
            throw PolicyNode.Refuse($"RecordType is '{typeText}'; it is one of {string.Join(", ", Types)}");
        }
        PolicyDocumentReader reader = new(root, type);
        string? endpoint = root.Text("StartEndpoint");
        string? rule = root.Text("StartRule");
        if ((endpoint is null) == (rule is null))
        {
            throw PolicyNode.Refuse("it needs exactly one of StartEndpoint and StartRule");
        }
        PolicyBranch start = reader.Resolve(new PolicyBranch { Reference = endpoint ?? rule ?? "" }, rule is not null, "the document", out _);
        reader.CheckRest();
        return new PolicyDocument(type, start);
    }

    /// <summary>What nothing leads to is looked at too: it would come to light when somebody refers to it.</summary>
    private void CheckRest()
    {
        foreach (string endpoint in _endpoints.Keys)
        {
            EndpointOf(endpoint, "the document");
        }
        foreach (string rule in _rules.Keys)
        {
            RuleOf(rule, "the document");
        }
    }

    /// <param name="branch">Where it leads is filled in.</param>
    /// <param name="isRule">Whether to a rule; otherwise to an endpoint.</param>
    /// <param name="where">Who refers to it.</param>
    /// <param name="size">What it is with everything below it, written out.</param>
    private PolicyBranch Resolve(PolicyBranch branch, bool isRule, string where, out RuleSize size)
    {
        if (!isRule)
        {
            size = new RuleSize(1, 0);
            return branch with { Endpoint = EndpointOf(branch.Reference, where) };
        }
        PolicyRule rule = RuleOf(branch.Reference, where);
        size = new RuleSize(rule.Size.Branches + 1, rule.Size.Depth);
        return branch with { Branches = rule.Branches };
    }

    private PolicyEndpoint EndpointOf(string id, string where)
    {
        if (!_readEndpoints.TryGetValue(id, out PolicyEndpoint? endpoint))
        {
            _readEndpoints.Add(id, endpoint = ReadEndpoint(id, where));
        }
        return endpoint;
    }

    /// <summary>A rule, read once however often it is referred to. How large it is with everything below counts for each reference.</summary>
    private PolicyRule RuleOf(string id, string where)
    {
        if (!_rules.TryGetValue(id, out PolicyNode? node))
        {
            throw PolicyNode.Refuse($"{where} refers to the rule '{id}', which there is not");
        }
        if (_way.Contains(id))
        {
            throw PolicyNode.Refuse($"its rules lead back to themselves: {string.Join(" → ", _way.SkipWhile(step => step != id).Append(id))}");
        }
        bool isKnown = _readRules.TryGetValue(id, out PolicyRule? rule);
        if (_way.Count + (rule?.Size.Depth ?? 1) > DepthMax)
        {
            throw PolicyNode.Refuse($"its rules are more than {DepthMax} deep");
        }
        if (!isKnown || rule is null)
        {
            _way.Add(id);
            _readRules.Add(id, rule = ReadRule(node));
            _way.RemoveAt(_way.Count - 1);
        }
        return rule;
    }

    private PolicyEndpoint ReadEndpoint(string id, string where)
    {
        if (!_endpoints.TryGetValue(id, out PolicyNode? node))
        {
            throw PolicyNode.Refuse($"{where} refers to the endpoint '{id}', which there is not");
        }
        node.CheckKeys("Type", "Value", "Region");
        string kind = node.Require("Type");
        string value = node.Require("Value");
        if (kind == "value")
        {
            return Route53Rdata.TryScan(_type, value, out _, out string problem)
                ? new PolicyEndpoint(IsValue: true, value)
                : throw PolicyNode.Refuse($"{node.Place}: {problem}");
        }
        if (!OutsideTypes.Contains(kind))
        {
            throw PolicyNode.Refuse($"{node.Place}: Type is '{kind}'; it is 'value' or one of {string.Join(", ", OutsideTypes)}");
        }
        if (_type is not (RecordType.A or RecordType.AAAA))
        {
            throw PolicyNode.Refuse($"{node.Place}: only A and AAAA records are looked up at an endpoint of Type '{kind}'");
        }
        return Route53Name.TryParse(value, out _, out string wrong) ? new PolicyEndpoint(IsValue: false, value) : throw PolicyNode.Refuse($"{node.Place}: {wrong}");
    }

    private PolicyRule ReadRule(PolicyNode rule)
    {
        string kind = rule.Require("RuleType");
        PolicyRuleBuilder list = kind switch
        {
            "failover" => ReadFailover(rule),
            "geo" => ReadList(rule, "Locations", PolicyRoutings.Geo, "IsDefault", "Continent", "Country", "Subdivision"),
            "latency" => ReadList(rule, "Regions", PolicyRoutings.Latency, "Region"),
            "geoproximity" => ReadList(
                rule, "GeoproximityLocations", PolicyRoutings.Geoproximity, "Region", "Latitude", "Longitude", "LocalZoneGroup", "Bias"),
            "weighted" => ReadList(rule, "Items", PolicyRoutings.Weighted, "Weight"),
            "multivalue" => ReadList(rule, "Items", _ => new Routing.MultiValue()),
            _ => throw PolicyNode.Refuse($"{rule.Place}: RuleType is '{kind}'; it is failover, geo, latency, geoproximity, multivalue or weighted"),
        };
        PolicyRule read = list.ToRule();
        CheckKeys(rule, read.Branches);
        return read;
    }

    private PolicyRuleBuilder ReadFailover(PolicyNode rule)
    {
        rule.CheckKeys("RuleType", "Primary", "Secondary");
        PolicyNode primary = rule.Find("Primary") ?? throw PolicyNode.Refuse($"{rule.Place}: Primary is missing");
        PolicyRuleBuilder list = new();
        ReadBranch(list, primary, new Routing.Failover(IsPrimary: true));
        if (rule.Find("Secondary") is { } secondary)
        {
            ReadBranch(list, secondary, new Routing.Failover(IsPrimary: false));
        }
        return list;
    }

    private PolicyRuleBuilder ReadList(PolicyNode rule, string key, Func<PolicyNode, Routing> routing, params string[] keys)
    {
        rule.CheckKeys("RuleType", key);
        PolicyRuleBuilder list = new();
        foreach (PolicyNode item in rule.Items(key))
        {
            ReadBranch(list, item, routing(item), keys);
        }
        return list.IsEmpty ? throw PolicyNode.Refuse($"{rule.Place}: {key} is empty") : list;
    }

    private void ReadBranch(PolicyRuleBuilder list, PolicyNode node, Routing routing, params string[] keys)
    {
        node.CheckKeys([.. keys, "EndpointReference", "RuleReference", "EvaluateTargetHealth", "HealthCheck"]);
        string? endpoint = node.Text("EndpointReference");
        string? rule = node.Text("RuleReference");
        if ((endpoint is null) == (rule is null))
        {
            throw PolicyNode.Refuse($"{node.Place}: it needs exactly one of EndpointReference and RuleReference");
        }
        if (rule is not null && routing is Routing.MultiValue)
        {
            throw PolicyNode.Refuse($"{node.Place}: a multivalue rule leads to endpoints only");
        }
        PolicyBranch branch = Resolve(
            new PolicyBranch
            {
                Reference = endpoint ?? rule ?? "",
                Routing = routing,
                EvaluatesHealth = node.Boolean("EvaluateTargetHealth"),
                HealthCheckId = node.Text("HealthCheck") is { Length: > 0 } check ? check : null,
            },
            rule is not null,
            node.Place,
            out RuleSize size);
        if (routing is Routing.MultiValue && branch.Endpoint is { IsValue: false })
        {
            throw PolicyNode.Refuse($"{node.Place}: a multivalue rule leads to endpoints of Type 'value' only");
        }
        list.Add(branch, size);
    }

    private static void CheckKeys(PolicyNode rule, ImmutableArray<PolicyBranch> branches)
    {
        HashSet<object> seen = [];
        foreach (PolicyBranch branch in branches)
        {
            if (branch.Routing?.Key is { } key && !seen.Add(key))
            {
                throw PolicyNode.Refuse($"{rule.Place}: '{branch.Reference}' is for the same clients as another branch");
            }
        }
    }
}
