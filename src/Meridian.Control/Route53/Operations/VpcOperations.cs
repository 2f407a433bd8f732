using System.Collections.Immutable;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// Who sees a private zone. A VPC stands for a view of this server, which an operator declared with the networks that it has;
/// to associate one with a zone is to put that view's name among the zone's.
/// </summary>
internal sealed class VpcOperations(Route53Services services)
{
    private const int CommentLengthMax = 256;

    // There is one account: who owns the zones.
    private const string Account = "000000000000";

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "hostedzone/{Id}/associatevpc", "AssociateVPCWithHostedZone", AssociateAsync),
        Route53Route.Write("POST", "hostedzone/{Id}/disassociatevpc", "DisassociateVPCFromHostedZone", DisassociateAsync),
        Route53Route.Write("POST", "hostedzone/{Id}/authorizevpcassociation", "CreateVPCAssociationAuthorization", AuthorizeAsync),
        Route53Route.Write("POST", "hostedzone/{Id}/deauthorizevpcassociation", "DeleteVPCAssociationAuthorization", DeauthorizeAsync),
        Route53Route.Read("hostedzone/{Id}/authorizevpcassociation", "ListVPCAssociationAuthorizations", ListAuthorizationsAsync),
        Route53Route.Read("hostedzonesbyvpc", "ListHostedZonesByVPC", ListByVpcAsync),
    ];

    private async Task<Route53Reply> AssociateAsync(Route53Request request)
    {
        (Vpc vpc, string? comment) = ReadAssociation(request, "AssociateVPCWithHostedZoneRequest");
        (HostedZone zone, long revision) = await ChangeAsync(request, comment, (state, zone) =>
        {
            if (!zone.IsPrivate)
            {
                throw new Route53Error(
                    400,
                    "PublicZoneVPCAssociation",
                    "You're trying to associate a VPC with a public hosted zone. Amazon Route 53 doesn't support associating a VPC with a public hosted zone.").ToException();
            }
            string view = vpc.RequireFreeView(state, zone.Apex);
            if (zone.Views.Length >= services.Limits.VpcCount)
            {
                throw new Route53Error(400, "LimitsExceeded", $"Limits Exceeded: a hosted zone is associated with {services.Limits.VpcCount} VPCs at most.").ToException();
            }
            return WithViews(zone, zone.Views.Add(view));
        });
        return Changed("AssociateVPCWithHostedZoneResponse", zone, revision, comment);
    }

    private async Task<Route53Reply> DisassociateAsync(Route53Request request)
    {
        (Vpc vpc, string? comment) = ReadAssociation(request, "DisassociateVPCFromHostedZoneRequest");
        (HostedZone zone, long revision) = await ChangeAsync(request, comment, (state, zone) =>
        {
            if (vpc.FindView(state) is not { } view || !zone.Views.Contains(view))
            {
                throw new Route53Error(404, "VPCAssociationNotFound", "The specified VPC and hosted zone are not currently associated.").ToException();
            }
            if (zone.Views.Length == 1)
            {
                throw new Route53Error(
                    400,
                    "LastVPCAssociation",
                    "The VPC that you're trying to disassociate from the private hosted zone is the last VPC that is associated with the hosted zone. "
                    + "Amazon Route 53 doesn't support disassociating the last VPC from a hosted zone.").ToException();
            }
            return WithViews(zone, zone.Views.Remove(view));
        });
        return Changed("DisassociateVPCFromHostedZoneResponse", zone, revision, comment);
    }

    private async Task<Route53Reply> AuthorizeAsync(Route53Request request)
    {
        Vpc vpc = Vpc.Read(request.Read("CreateVPCAssociationAuthorizationRequest").RequireElement("VPC"));
        (HostedZone zone, long revision) = await ChangeAsync(request, null, (state, zone) =>
        {
            RequirePrivate(zone);
            vpc.RequireView(state);
            ImmutableArray<string> known = zone.Metadata.VpcAuthorizations;
            if (known.Contains(vpc.Text))
            {
                return null;
            }
            if (known.Length >= services.Limits.VpcAuthorizationCount)
            {
                throw new Route53Error(
                    400,
                    "TooManyVPCAssociationAuthorizations",
                    $"You've created the maximum number of authorizations for the hosted zone: {services.Limits.VpcAuthorizationCount}.").ToException();
            }
            return WithAuthorizations(zone, [.. known.Append(vpc.Text).Order(StringComparer.Ordinal)]);
        });
        return Route53Reply.Ok("CreateVPCAssociationAuthorizationResponse", xml =>
        {
            xml.Text("HostedZoneId", zone.Id);
            vpc.Write(xml);
        }) with
        {
            Revision = revision,
            Target = $"{zone.Name} ({zone.Id})",
        };
    }

    private async Task<Route53Reply> DeauthorizeAsync(Route53Request request)
    {
        Vpc vpc = Vpc.Read(request.Read("DeleteVPCAssociationAuthorizationRequest").RequireElement("VPC"));
        (HostedZone zone, long revision) = await ChangeAsync(request, null, (_, zone) => zone.Metadata.VpcAuthorizations.Contains(vpc.Text)
            ? WithAuthorizations(zone, zone.Metadata.VpcAuthorizations.Remove(vpc.Text))
            : throw new Route53Error(
                404, "VPCAssociationAuthorizationNotFound", "The VPC that you specified is not authorized to be associated with the hosted zone.").ToException());
        return Route53Reply.Ok("DeleteVPCAssociationAuthorizationResponse", _ => { }) with { Revision = revision, Target = $"{zone.Name} ({zone.Id})" };
    }

    private async Task<Route53Reply> ListAuthorizationsAsync(Route53Request request)
    {
        int count = request.PageLength("maxresults", services.Limits.VpcPage, out _);
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(request.Id());
        request.CheckScope(zone);
        RequirePrivate(zone);
        string start = request.Query("nexttoken") ?? "";
        string[] found = [.. zone.Metadata.VpcAuthorizations.SkipWhile(vpc => string.CompareOrdinal(vpc, start) < 0).Take(count + 1)];
        return Route53Reply.Ok("ListVPCAssociationAuthorizationsResponse", xml =>
        {
            xml.Text("HostedZoneId", zone.Id);
            xml.Text("NextToken", found.Length > count ? found[count] : null);
            xml.List("VPCs", "VPC", found.Take(count), vpc => Vpc.Parse(vpc).WriteContent(xml));
        });
    }

    private async Task<Route53Reply> ListByVpcAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        Vpc vpc = new(
            request.Query("vpcregion") ?? throw Route53Error.InvalidInput("The parameter vpcregion is missing.").ToException(),
            request.Query("vpcid") ?? throw Route53Error.InvalidInput("The parameter vpcid is missing.").ToException());
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        string? start = request.Query("nexttoken") is { } token ? ResourceIds.Bare(token) : null;
        // A zone that the caller's key is not for is one that there is not: whether it is there is nothing to find out here.
        if (start is not null && !(state.TryFindZone(start, out HostedZone? from) && request.Caller.Scope.Contains(from.DocumentName)))
        {
            throw new Route53Error(400, "InvalidPaginationToken", $"The value that you specified to get the second or subsequent page of results is invalid: {start}").ToException();
        }
        // A VPC that stands for no view has no zones: whoever looks for its zones before it makes one asks for that.
        string? view = vpc.FindView(state);
        HostedZone[] found = view is null
            ? []
            :
            [
                .. state.Zones.Values
                    .Where(zone => zone.Views.Contains(view) && request.Caller.Scope.Contains(zone.DocumentName))
                    .SkipWhile(zone => start is not null && string.CompareOrdinal(zone.Id, start) < 0)
                    .Take(count + 1),
            ];
        return Route53Reply.Ok("ListHostedZonesByVPCResponse", xml =>
        {
            // Bare ids, other than everywhere else.
            xml.List("HostedZoneSummaries", "HostedZoneSummary", found.Take(count), zone =>
            {
                xml.Text("HostedZoneId", zone.Id);
                xml.Text("Name", zone.Name);
                xml.Element("Owner", () => xml.Text("OwningAccount", Account));
            });
            xml.Text("MaxItems", maxItems);
            xml.Text("NextToken", found.Length > count ? found[count].Id : null);
        });
    }

    private static (Vpc Vpc, string? Comment) ReadAssociation(Route53Request request, string root)
    {
        XmlBody wanted = request.Read(root);
        return (Vpc.Read(wanted.RequireElement("VPC")), wanted.Bounded("Comment", 0, CommentLengthMax));
    }

    /// <summary>Writes the zone's document anew.</summary>
    /// <param name="request">Names the zone.</param>
    /// <param name="comment">What the client says of it.</param>
    /// <param name="change">The document's new body; null when it is as it should be.</param>
    private async Task<(HostedZone Zone, long Revision)> ChangeAsync(
        Route53Request request, string? comment, Func<DirectoryState, HostedZone, MapNode?> change)
    {
        string id = request.Id();
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(id);
        request.CheckScope(zone);
        long revision = await services.Writer.WriteAsync(request, comment, [zone.Apex], state =>
        {
            HostedZone now = state.RequireZone(id);
            return change(state, now) is { } body ? new ChangeDraft().Put(now.Document.Key, body, now.Document) : new ChangeDraft();
        });
        return (zone, revision);
    }

    private Route53Reply Changed(string root, HostedZone zone, long revision, string? comment)
    {
        string changeId = ResourceIds.OfChange(revision, services.Random);
        return Route53Reply.Ok(root, xml => ChangeInfoXml.Write(xml, changeId, isServed: false, services.Time.GetUtcNow(), comment)) with
        {
            Revision = revision,
            Target = $"{zone.Name} ({zone.Id})",
        };
    }

    private static void RequirePrivate(HostedZone zone)
    {
        if (!zone.IsPrivate)
        {
            throw Route53Error.InvalidInput($"The hosted zone {zone.Id} is public: everybody sees it, and no VPC is associated with it.").ToException();
        }
    }

    private static MapNode WithViews(HostedZone zone, ImmutableArray<string> views) =>
        zone.Body.With(HostedZone.ViewsKey, Nodes.Texts(views.Order(StringComparer.Ordinal)));

    private static MapNode WithAuthorizations(HostedZone zone, ImmutableArray<string> vpcs) =>
        (zone.Metadata with { VpcAuthorizations = vpcs }).WriteTo(zone.Body);
}
