using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Route53.Operations;

/// <summary>Hosted zones.</summary>
internal sealed class HostedZoneOperations(Route53Services services)
{
    private const int CommentLengthMax = 256;
    private const int NameLengthMax = 1024;
    private const int ReferenceLengthMax = 128;

    // What the service writes for new zones, with a refresh that secondaries of ours need.
    private const uint NameServerTtl = 172_800;
    private const uint SoaTtl = 900;
    private const uint Refresh = 7200;
    private const uint Retry = 900;
    private const uint Expire = 1_209_600;
    private const uint NegativeTtl = 86_400;

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "hostedzone", "CreateHostedZone", CreateAsync),
        Route53Route.Read("hostedzone", "ListHostedZones", ListAsync),
        Route53Route.Read("hostedzonesbyname", "ListHostedZonesByName", ListByNameAsync),
        Route53Route.Read("hostedzonecount", "GetHostedZoneCount", CountAsync),
        Route53Route.Read("hostedzone/{Id}", "GetHostedZone", GetAsync),
        Route53Route.Write("POST", "hostedzone/{Id}", "UpdateHostedZoneComment", UpdateCommentAsync),
        Route53Route.Write("DELETE", "hostedzone/{Id}", "DeleteHostedZone", DeleteAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        XmlBody wanted = request.Read("CreateHostedZoneRequest");
        string name = wanted.RequireBounded("Name", 0, NameLengthMax);
        string reference = wanted.RequireBounded("CallerReference", 1, ReferenceLengthMax);
        XmlBody? config = wanted.Find("HostedZoneConfig");
        string? comment = config?.Bounded("Comment", 0, CommentLengthMax);
        string? delegationSet = wanted.Bounded("DelegationSetId", 0, ResourceIds.LengthMax);
        Vpc? vpc = wanted.Find("VPC") is { } given ? Vpc.Read(given) : null;
        if (vpc is null && config?.Boolean("PrivateZone") == true)
        {
            throw Route53Error.InvalidInput("A private hosted zone is made with the VPC that sees it first: the element VPC is missing.").ToException();
        }
        if (vpc is not null && delegationSet is { Length: > 0 })
        {
            throw Route53Error.InvalidInput("A private hosted zone has no delegation set: nobody is led to it by name servers.").ToException();
        }
        if (!Route53Name.TryParse(name, out DomainName apex, out _) || apex.IsRoot || apex.IsWildcard)
        {
            throw new Route53Error(400, "InvalidDomainName", $"The domain name is not valid: {name}").ToException();
        }
        request.CheckScope(RecordsName.OfZone(apex));
        ZoneMetadata metadata = new()
        {
            Id = ResourceIds.Create(ResourceIds.HostedZone, services.Random),
            CallerReference = reference,
            Comment = comment is { Length: > 0 } ? comment : null,
            DelegationSetId = delegationSet is { Length: > 0 } ? ResourceIds.Bare(delegationSet) : null,
        };
        long revision = await services.Writer.WriteAsync(request, comment, [apex], state => vpc is null
            ? Create(state, apex, metadata, [])
            : Create(state, new ZoneKey(apex, metadata.Id ?? ""), metadata, [vpc.RequireFreeView(state, apex)]));
        DirectoryState after = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = after.RequireZone(metadata.Id);
        string changeId = ResourceIds.OfChange(revision, services.Random);
        return Route53Reply.Created("CreateHostedZoneResponse", $"hostedzone/{zone.Id}", xml =>
        {
            HostedZoneXml.Write(xml, zone);
            ChangeInfoXml.Write(xml, changeId, isServed: false, services.Time.GetUtcNow(), null);
            if (vpc is null)
            {
                HostedZoneXml.WriteDelegationSet(xml, after, zone);
            }
            else
            {
                vpc.Write(xml);
            }
        }) with
        {
            Revision = revision,
            Target = $"{zone.Name} ({zone.Id})",
        };
    }

    private ChangeDraft Create(DirectoryState state, ZoneKey key, ZoneMetadata metadata, ImmutableArray<string> views)
    {
        DomainName apex = key.Apex;
        string documentName = RecordsName.OfZone(key);
        DocumentKey reference = CallerReferences.KeyOf("hostedzone", metadata.CallerReference ?? "");
        if (state.Find(reference) is not null)
        {
            throw new Route53Error(
                409, "HostedZoneAlreadyExists", $"A hosted zone has already been created with the specified caller reference '{metadata.CallerReference}'.").ToException();
        }
        if (state.ZoneNamed(documentName) is not null)
        {
            throw new Route53Error(
                400,
                "ConflictingDomainExists",
                $"The hosted zone {Route53Name.Format(apex)} exists already, and another of that name would have the same name servers.").ToException();
        }
        if (state.Zones.Count >= services.Limits.HostedZoneCount)
        {
            throw new Route53Error(400, "TooManyHostedZones", $"Limits Exceeded: the limit of {services.Limits.HostedZoneCount} hosted zones is reached.").ToException();
        }
        ImmutableArray<DomainName> servers = metadata.DelegationSetId is { } set
            ? DelegationSets.Require(state, set).NameServers
            : DelegationSets.Default(services.Settings);
        DomainName contact = services.Settings.Contact ?? apex.TryPrepend("hostmaster"u8) ?? apex;
        MapNode body = Nodes.Map(Nodes.Entry("soa", StartOfAuthority.Make(servers[0], contact, Refresh, Retry, Expire, NegativeTtl, SoaTtl)));
        MapNode zone = metadata.WriteTo(views.IsEmpty ? body : body.With(HostedZone.ViewsKey, Nodes.Texts(views)));
        RecordSet nameServers = new()
        {
            Owner = apex,
            Type = RecordType.NS,
            TtlSeconds = NameServerTtl,
            Values = [.. servers.Select(Route53Name.Format)],
        };
        OwnerRecordSets owner = OwnerRecordSets.Read(new RecordSetContext(apex, apex, NameServerTtl, state), null);
        return new ChangeDraft()
            .Put(new DocumentKey(DocumentKinds.Zone, documentName), zone, null)
            .Put(new DocumentKey(DocumentKinds.Records, RecordsName.Of(key, apex)), owner.With([nameServers])!, null) // There is a set.
            .Put(reference, CallerReferences.Body(metadata.Id ?? ""), null);
    }

    private async Task<Route53Reply> GetAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = state.RequireZone(request.Id());
        request.CheckScope(zone);
        return Route53Reply.Ok("GetHostedZoneResponse", xml =>
        {
            HostedZoneXml.Write(xml, zone);
            HostedZoneXml.WriteReach(xml, state, zone);
        });
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        string id = request.Id();
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(id);
        request.CheckScope(zone);
        long revision = await services.Writer.WriteAsync(request, null, [zone.Apex], state =>
        {
            HostedZone now = state.RequireZone(id);
            bool isEmpty = now.Owners.Count == 1 && now.ListedOf(now.Owners[0], state).All(set => set.Type is RecordType.SOA or RecordType.NS)
                && now.SetsOf(now.Apex, state).ForeignTypes.IsEmpty;
            if (!isEmpty)
            {
                throw new Route53Error(
                    400, "HostedZoneNotEmpty", "The specified hosted zone contains non-required resource record sets and so cannot be deleted.").ToException();
            }
            ChangeDraft draft = new ChangeDraft().Delete(now.Document);
            return now.Owners[0].Document is { } apex ? draft.Delete(apex) : draft.ReliesOnAbsence(new DocumentKey(DocumentKinds.Records, RecordsName.Of(now.Key, now.Apex)));
        });
        string changeId = ResourceIds.OfChange(revision, services.Random);
        return Route53Reply.Ok(
            "DeleteHostedZoneResponse", xml => ChangeInfoXml.Write(xml, changeId, isServed: false, services.Time.GetUtcNow(), null)) with
        {
            Revision = revision,
            Target = $"{zone.Name} ({zone.Id})",
        };
    }

    private async Task<Route53Reply> UpdateCommentAsync(Route53Request request)
    {
        string id = request.Id();
        string? comment = request.Read("UpdateHostedZoneCommentRequest").Bounded("Comment", 0, CommentLengthMax);
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(id);
        request.CheckScope(zone);
        long revision = await services.Writer.WriteAsync(request, comment, [zone.Apex], state =>
        {
            HostedZone now = state.RequireZone(id);
            ZoneMetadata metadata = now.Metadata with { Id = now.Id, Comment = comment is { Length: > 0 } ? comment : null };
            return new ChangeDraft().Put(now.Document.Key, metadata.WriteTo(now.Body), now.Document);
        });
        HostedZone after = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(id);
        return Route53Reply.Ok("UpdateHostedZoneCommentResponse", xml => HostedZoneXml.Write(xml, after)) with { Revision = revision, Target = zone.Name };
    }

    private async Task<Route53Reply> CountAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        int count = VisibleTo(request, state).Count();
        return Route53Reply.Ok("GetHostedZoneCountResponse", xml => xml.Number("HostedZoneCount", count));
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? marker = request.Query("marker");
        string? start = marker is null ? null : ResourceIds.Bare(marker);
        string? set = request.Query("delegationsetid") is { } given ? ResourceIds.Bare(given) : null;
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        if (set is not null)
        {
            DelegationSets.Require(state, set);
        }
        // A zone that the caller's key is not for is one that there is not: whether it is there is nothing to find out here.
        if (start is not null && !(state.TryFindZone(start, out HostedZone? from) && request.Caller.Scope.Contains(from.DocumentName)))
        {
            throw Route53Error.NoSuchHostedZone(start).ToException();
        }
        bool onlyPrivate = request.Query("hostedzonetype") == "PrivateHostedZone";
        HostedZone[] found =
        [
            .. VisibleTo(request, state)
                .Where(zone => (!onlyPrivate || zone.IsPrivate) && (set is null || zone.Metadata.DelegationSetId == set))
                .SkipWhile(zone => start is not null && string.CompareOrdinal(zone.Id, start) < 0)
                .Take(count + 1),
        ];
        return Route53Reply.Ok("ListHostedZonesResponse", xml =>
        {
            xml.List("HostedZones", "HostedZone", found.Take(count), zone => HostedZoneXml.WriteContent(xml, zone));
            xml.Text("Marker", marker);
            xml.Boolean("IsTruncated", found.Length > count);
            xml.Text("NextMarker", found.Length > count ? found[count].Id : null);
            xml.Text("MaxItems", maxItems);
        });
    }

    private async Task<Route53Reply> ListByNameAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? name = request.Query("dnsname");
        string? id = request.Query("hostedzoneid") is { } given ? ResourceIds.Bare(given) : null;
        if (id is not null && name is null)
        {
            throw Route53Error.InvalidInput("Invalid request: hostedzoneid needs dnsname.").ToException();
        }
        string start = "";
        if (name is not null)
        {
            start = Route53Name.TryParse(name, out DomainName from, out _)
                ? Route53Name.SortKey(Route53Name.Format(from))
                : throw new Route53Error(400, "InvalidDomainName", $"The domain name is not valid: {name}").ToException();
        }
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        // A place to begin at, not a filter: what begins with the name comes first, and what follows it after that.
        HostedZone[] found =
        [
            .. VisibleTo(request, state)
                .Select(zone => (Key: Route53Name.SortKey(zone.Name), Zone: zone))
                .Where(pair => Compare(pair.Key, pair.Zone.Id, start, id ?? "") >= 0)
                .OrderBy(pair => pair.Key, StringComparer.Ordinal).ThenBy(pair => pair.Zone.Id, StringComparer.Ordinal)
                .Select(pair => pair.Zone).Take(count + 1),
        ];
        return Route53Reply.Ok("ListHostedZonesByNameResponse", xml =>
        {
            xml.List("HostedZones", "HostedZone", found.Take(count), zone => HostedZoneXml.WriteContent(xml, zone));
            xml.Text("DNSName", name);
            xml.Text("HostedZoneId", id);
            xml.Boolean("IsTruncated", found.Length > count);
            xml.Text("NextDNSName", found.Length > count ? found[count].Name : null);
            xml.Text("NextHostedZoneId", found.Length > count ? found[count].Id : null);
            xml.Text("MaxItems", maxItems);
        });
    }

    private static IEnumerable<HostedZone> VisibleTo(Route53Request request, DirectoryState state) =>
        state.Zones.Values.Where(zone => request.Caller.Scope.Contains(zone.DocumentName));

    private static int Compare(string leftName, string leftId, string rightName, string rightId)
    {
        int byName = string.CompareOrdinal(leftName, rightName);
        return byName != 0 ? byName : string.CompareOrdinal(leftId, rightId);
    }
}
