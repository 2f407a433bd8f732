using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Reusable delegation sets: several zones with the same name servers.</summary>
internal sealed class DelegationSetOperations(Route53Services services)
{
    private const string Resource = "delegationset";
    private const int ReferenceLengthMax = 128;

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "delegationset", "CreateReusableDelegationSet", CreateAsync),
        Route53Route.Read("delegationset", "ListReusableDelegationSets", ListAsync),
        Route53Route.Read("delegationset/{Id}", "GetReusableDelegationSet", GetAsync),
        Route53Route.Write("DELETE", "delegationset/{Id}", "DeleteReusableDelegationSet", DeleteAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        request.CheckShared("a delegation set");
        XmlBody wanted = request.Read("CreateReusableDelegationSetRequest");
        string reference = wanted.RequireBounded("CallerReference", 1, ReferenceLengthMax);
        string? zoneId = wanted.Bounded("HostedZoneId", 0, ResourceIds.LengthMax) is { Length: > 0 } given ? ResourceIds.Bare(given) : null;
        string id = ResourceIds.Create(ResourceIds.DelegationSet, services.Random);
        DocumentKey used = CallerReferences.KeyOf(Resource, reference);
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            if (state.Find(used) is not null)
            {
                throw new Route53Error(400, "DelegationSetAlreadyCreated", $"A delegation set has already been created with the specified caller reference '{reference}'.").ToException();
            }
            if (DelegationSets.All(state).Count() >= services.Limits.DelegationSetCount)
            {
                throw new Route53Error(400, "LimitsExceeded", $"Limits Exceeded: the limit of {services.Limits.DelegationSetCount} delegation sets is reached.").ToException();
            }
            ChangeDraft draft = new ChangeDraft().Put(used, CallerReferences.Body(id), null);
            ImmutableArray<DomainName> servers = DelegationSets.Default(services.Settings);
            if (zoneId is not null)
            {
                servers = MarkReusable(draft, state, zoneId, id);
            }
            return draft.Put(new DocumentKey(DelegationSets.Kind, id), DelegationSets.Write(reference, servers), null);
        });
        ReusableDelegationSet set = DelegationSets.Require(await services.Directory.CurrentAsync(request.Aborted), id);
        return Route53Reply.Created("CreateReusableDelegationSetResponse", $"delegationset/{id}", xml => Write(xml, set)) with { Revision = revision, Target = id };
    }

    /// <summary>The name servers of a zone become a set, which the zone is then of.</summary>
    private static ImmutableArray<DomainName> MarkReusable(ChangeDraft draft, DirectoryState state, string zoneId, string id)
    {
        if (!state.TryFindZone(zoneId, out HostedZone? zone))
        {
            throw new Route53Error(404, "HostedZoneNotFound", $"The specified hosted zone cannot be found: {zoneId}").ToException();
        }
        if (zone.Metadata.DelegationSetId is not null)
        {
            throw new Route53Error(400, "DelegationSetAlreadyReusable", $"The delegation set of the hosted zone {zoneId} is reusable already.").ToException();
        }
        draft.Put(zone.Document.Key, (zone.Metadata with { Id = zone.Id, DelegationSetId = id }).WriteTo(zone.Body), zone.Document);
        List<DomainName> servers = [];
        foreach (string text in zone.SetsOf(zone.Apex, state).Sets.FirstOrDefault(set => set.Type == RecordType.NS)?.Values ?? [])
        {
            if (Names.Route53Name.TryParse(text, out DomainName server, out _))
            {
                servers.Add(server);
            }
        }
        return [.. servers];
    }

    private async Task<Route53Reply> GetAsync(Route53Request request)
    {
        ReusableDelegationSet set = DelegationSets.Require(await services.Directory.CurrentAsync(request.Aborted), request.Id());
        return Route53Reply.Ok("GetReusableDelegationSetResponse", xml => Write(xml, set));
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? marker = request.Query("marker") is { } given ? ResourceIds.Bare(given) : null;
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        ReusableDelegationSet[] found =
            [.. DelegationSets.All(state).SkipWhile(set => marker is not null && string.CompareOrdinal(set.Id, marker) < 0).Take(count + 1)];
        return Route53Reply.Ok("ListReusableDelegationSetsResponse", xml =>
        {
            xml.List("DelegationSets", "DelegationSet", found.Take(count), set => WriteContent(xml, set));
            xml.Text("Marker", marker ?? "");
            xml.Boolean("IsTruncated", found.Length > count);
            xml.Text("NextMarker", found.Length > count ? found[count].Id : null);
            xml.Text("MaxItems", maxItems);
        });
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        request.CheckShared("a delegation set");
        string id = request.Id();
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            ReusableDelegationSet set = DelegationSets.Require(state, id);
            return state.Zones.Values.Any(zone => zone.Metadata.DelegationSetId == id)
                ? throw new Route53Error(400, "DelegationSetInUse", $"The delegation set {id} is used by hosted zones.").ToException()
                : new ChangeDraft().Delete(set.Document);
        });
        return Route53Reply.Ok("DeleteReusableDelegationSetResponse") with { Revision = revision };
    }

    private static void Write(XmlReply xml, ReusableDelegationSet set) => xml.Element("DelegationSet", () => WriteContent(xml, set));

    private static void WriteContent(XmlReply xml, ReusableDelegationSet set)
    {
        xml.Text("Id", $"/delegationset/{set.Id}");
        xml.Text("CallerReference", set.CallerReference);
        xml.Texts("NameServers", "NameServer", set.NameServers.Select(server => Names.Route53Name.Format(server).TrimEnd('.')));
    }
}
