using System.Globalization;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>A traffic policy at a name: which version, and what became of it. What it answers stands in its zone.</summary>
internal sealed record PolicyInstance
{
    public const string Kind = DocumentKinds.TrafficPolicyInstance;

    public required string Id { get; init; }

    /// <summary>The bare id.</summary>
    public required string ZoneId { get; init; }

    public required DomainName Owner { get; init; }

    public required RecordType Type { get; init; }

    public required long TtlSeconds { get; init; }

    public required string PolicyId { get; init; }

    public required int PolicyVersion { get; init; }

    /// <summary>Why it is not served; null when it is.</summary>
    public string? Failure { get; init; }

    /// <summary>As it was read; null for one that is to be written first.</summary>
    public Document? Document { get; init; }

    public DocumentKey Key => new(Kind, Id);

    /// <summary>Its place in lists: by zone, then as lists of record sets are ordered.</summary>
    public string SortKey => SortKeyOf(ZoneId, Route53Name.SortKey(Route53Name.Format(Owner)), Type.ToMnemonic());

    public static string SortKeyOf(string zoneId, string nameKey, string type) => $"{zoneId}\n{nameKey}\n{type}";

    /// <summary>All, in the order of lists.</summary>
    public static IEnumerable<PolicyInstance> All(DirectoryState state) =>
        state.Of(Kind).Select(Read).OfType<PolicyInstance>().OrderBy(instance => instance.SortKey, StringComparer.Ordinal);

    /// <exception cref="Route53Exception">There is none.</exception>
    public static PolicyInstance Require(DirectoryState state, string id) =>
        state.Find(new DocumentKey(Kind, id)) is { } document && Read(document) is { } instance ? instance
            : throw new Route53Error(404, "NoSuchTrafficPolicyInstance", $"No traffic policy instance found with ID {id}.").ToException();

    /// <summary>Its document.</summary>
    public MapNode Write()
    {
        MapNode body = Nodes.Map(
            Nodes.Entry("zone", Nodes.Text(ZoneId)),
            Nodes.Entry("name", Nodes.Text(Owner.ToString())),
            Nodes.Entry("type", Nodes.Text(Type.ToMnemonic())),
            Nodes.Entry("ttl", Nodes.Plain(TtlSeconds.ToString(CultureInfo.InvariantCulture))),
            Nodes.Entry("policy", Nodes.Text(PolicyId)),
            Nodes.Entry("version", Nodes.Plain(PolicyVersion.ToString(CultureInfo.InvariantCulture))));
        return Failure is { } failure ? body.With("failure", Nodes.Text(failure)) : body;
    }

    private static PolicyInstance? Read(Document document)
    {
        if (HostedZone.BodyOf(document) is not { } body
            || DomainName.TryParse(body.TextOf("name") ?? "", DomainName.Root, out DomainName? owner) != DomainNameError.None || owner is null
            || !RecordTypes.TryParse(body.TextOf("type") ?? "", out RecordType type))
        {
            return null;
        }
        return new PolicyInstance
        {
            Id = document.Key.Name,
            ZoneId = body.TextOf("zone") ?? "",
            Owner = owner,
            Type = type,
            TtlSeconds = long.TryParse(body.TextOf("ttl"), CultureInfo.InvariantCulture, out long ttl) ? ttl : 0,
            PolicyId = body.TextOf("policy") ?? "",
            PolicyVersion = int.TryParse(body.TextOf("version"), CultureInfo.InvariantCulture, out int version) ? version : 0,
            Failure = body.TextOf("failure"),
            Document = document,
        };
    }
}
