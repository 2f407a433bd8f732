using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Route53.Operations;

/// <summary>A reusable delegation set: name servers that zones are made with.</summary>
internal sealed record ReusableDelegationSet(string Id, string CallerReference, ImmutableArray<DomainName> NameServers, Document Document);

/// <summary>Reads delegation sets.</summary>
internal static class DelegationSets
{
    public const string Kind = DocumentKinds.DelegationSet;

    private const string NameServersKey = "name-servers";

    // RFC 2606 §2: names that never lead anywhere, so that a zone can be made before its servers have names.
    private static readonly ImmutableArray<DomainName> Placeholders = [DomainName.Parse("ns1.meridian.invalid."), DomainName.Parse("ns2.meridian.invalid.")];

    /// <summary>The name servers of zones that are made without a set.</summary>
    public static ImmutableArray<DomainName> Default(Route53Model settings) => settings.NameServers.Count == 0 ? Placeholders : [.. settings.NameServers];

    public static IEnumerable<ReusableDelegationSet> All(DirectoryState state) => state.Of(Kind).Select(Read).OfType<ReusableDelegationSet>();

    public static ReusableDelegationSet? Find(DirectoryState state, string id) =>
        state.Find(new DocumentKey(Kind, ResourceIds.Bare(id))) is { } document ? Read(document) : null;

    /// <exception cref="Route53Exception">There is none.</exception>
    public static ReusableDelegationSet Require(DirectoryState state, string id) => Find(state, id)
        ?? throw new Route53Error(400, "NoSuchDelegationSet", $"No delegation set found with ID: {ResourceIds.Bare(id)}").ToException();

    public static MapNode Write(string callerReference, IEnumerable<DomainName> servers) => new ZoneMetadata { CallerReference = callerReference }
        .WriteTo(Nodes.Map(Nodes.Entry(NameServersKey, Nodes.Texts(servers.Select(server => server.ToString())))));

    private static ReusableDelegationSet? Read(Document document)
    {
        if (HostedZone.BodyOf(document) is not { } body)
        {
            return null;
        }
        List<DomainName> servers = [];
        foreach (string text in body.TextsOf(NameServersKey))
        {
            if (DomainName.TryParse(text, DomainName.Root, out DomainName? server) == DomainNameError.None && server is not null)
            {
                servers.Add(server);
            }
        }
        return servers.Count == 0 ? null : new ReusableDelegationSet(
            document.Key.Name, ZoneMetadata.Read(body).CallerReference ?? $"meridian:{document.Key.Name}", [.. servers], document);
    }
}
