using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Traffic policies: documents of rules, in versions.</summary>
internal sealed class TrafficPolicyOperations(Route53Services services)
{
    private const int NameLengthMax = 512;
    private const int CommentLengthMax = 1024;
    private const int VersionsMax = 1000;
    private const string What = "a traffic policy";

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "trafficpolicy", "CreateTrafficPolicy", CreateAsync),
        Route53Route.Write("POST", "trafficpolicy/{Id}", "CreateTrafficPolicyVersion", CreateVersionAsync),
        Route53Route.Read("trafficpolicy/{Id}/{Version}", "GetTrafficPolicy", GetAsync),
        Route53Route.Write("POST", "trafficpolicy/{Id}/{Version}", "UpdateTrafficPolicyComment", UpdateCommentAsync),
        Route53Route.Write("DELETE", "trafficpolicy/{Id}/{Version}", "DeleteTrafficPolicy", DeleteAsync),
        Route53Route.Read("trafficpolicies", "ListTrafficPolicies", ListAsync),
        Route53Route.Read("trafficpolicies/{Id}/versions", "ListTrafficPolicyVersions", ListVersionsAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        request.CheckShared(What);
        XmlBody wanted = request.Read("CreateTrafficPolicyRequest");
        string name = wanted.RequireBounded("Name", 1, NameLengthMax);
        PolicyVersion first = ReadVersion(wanted, 1, out RecordType type);
        TrafficPolicy made = new()
        {
            Id = ResourceIds.CreateUuid(services.Random),
            Name = name,
            Type = type,
            Latest = 1,
            Versions = ImmutableSortedDictionary<int, PolicyVersion>.Empty.Add(1, first),
        };
        long revision = await services.Writer.WriteAsync(request, first.Comment, [DomainName.Root], state =>
            TrafficPolicy.All(state).Any(policy => policy.Name == name)
                ? throw new Route53Error(409, "TrafficPolicyAlreadyExists", $"A traffic policy with the name {name} already exists.").ToException()
                : new ChangeDraft().Put(made.Key, made.Write(), null));
        return Created("CreateTrafficPolicyResponse", made, first, revision);
    }

    private async Task<Route53Reply> CreateVersionAsync(Route53Request request)
    {
        request.CheckShared(What);
        XmlBody wanted = request.Read("CreateTrafficPolicyVersionRequest");
        PolicyVersion read = ReadVersion(wanted, 0, out RecordType type);
        string id = request.Path("Id");
        TrafficPolicy? made = null;
        long revision = await services.Writer.WriteAsync(request, read.Comment, [DomainName.Root], state =>
        {
            TrafficPolicy policy = TrafficPolicy.Require(state, id);
            if (policy.Latest >= VersionsMax)
            {
                throw new Route53Error(400, "TooManyTrafficPolicyVersionsForCurrentPolicy", $"The traffic policy {id} has had {VersionsMax} versions: make another one.").ToException();
            }
            if (type != policy.Type)
            {
                throw PolicyNode.Refuse("RecordType is not that of the other versions");
            }
            int number = policy.Latest + 1;
            made = policy with { Latest = number, Versions = policy.Versions.Add(number, read with { Number = number }) };
            return new ChangeDraft().Put(policy.Key, made.Write(), policy.Document);
        });
        TrafficPolicy after = made ?? TrafficPolicy.Require(await services.Directory.CurrentAsync(request.Aborted), id);
        return Created("CreateTrafficPolicyVersionResponse", after, after.Versions[after.Latest], revision);
    }

    private async Task<Route53Reply> GetAsync(Route53Request request)
    {
        TrafficPolicy policy = TrafficPolicy.Require(await services.Directory.CurrentAsync(request.Aborted), request.Path("Id"));
        PolicyVersion version = policy.RequireVersion(VersionOf(request));
        return Route53Reply.Ok("GetTrafficPolicyResponse", xml => xml.Element("TrafficPolicy", () => Write(xml, policy, version)));
    }

    private async Task<Route53Reply> UpdateCommentAsync(Route53Request request)
    {
        request.CheckShared(What);
        string comment = request.Read("UpdateTrafficPolicyCommentRequest").RequireBounded("Comment", 0, CommentLengthMax);
        int number = VersionOf(request);
        string id = request.Path("Id");
        long revision = await services.Writer.WriteAsync(request, comment, [DomainName.Root], state =>
        {
            TrafficPolicy policy = TrafficPolicy.Require(state, id);
            PolicyVersion version = policy.RequireVersion(number);
            TrafficPolicy commented = policy with { Versions = policy.Versions.SetItem(number, version with { Comment = comment }) };
            return new ChangeDraft().Put(policy.Key, commented.Write(), policy.Document);
        });
        TrafficPolicy after = TrafficPolicy.Require(await services.Directory.CurrentAsync(request.Aborted), id);
        PolicyVersion changed = after.RequireVersion(number);
        return Route53Reply.Ok("UpdateTrafficPolicyCommentResponse", xml => xml.Element("TrafficPolicy", () => Write(xml, after, changed))) with { Revision = revision };
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        request.CheckShared(What);
        int number = VersionOf(request);
        string id = request.Path("Id");
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            TrafficPolicy policy = TrafficPolicy.Require(state, id);
            policy.RequireVersion(number);
            if (PolicyInstance.All(state).FirstOrDefault(instance => instance.PolicyId == id && instance.PolicyVersion == number) is { } user)
            {
                throw new Route53Error(400, "TrafficPolicyInUse", $"The traffic policy {id}, version {number}, is used by the traffic policy instance {user.Id}.").ToException();
            }
            TrafficPolicy left = policy with { Versions = policy.Versions.Remove(number) };
            return left.Versions.IsEmpty && policy.Document is { } gone
                ? new ChangeDraft().Delete(gone)
                : new ChangeDraft().Put(policy.Key, left.Write(), policy.Document);
        });
        return Route53Reply.Ok("DeleteTrafficPolicyResponse") with { Revision = revision };
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? marker = request.Query("trafficpolicyid");
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        TrafficPolicy[] found = [.. TrafficPolicy.All(state).SkipWhile(policy => marker is not null && string.CompareOrdinal(policy.Id, marker) < 0).Take(count + 1)];
        return Route53Reply.Ok("ListTrafficPoliciesResponse", xml =>
        {
            xml.List("TrafficPolicySummaries", "TrafficPolicySummary", found.Take(count), policy =>
            {
                xml.Text("Id", policy.Id);
                xml.Text("Name", policy.Name);
                xml.Text("Type", policy.Type.ToMnemonic());
                xml.Number("LatestVersion", policy.Versions.Keys.Max());
                xml.Number("TrafficPolicyCount", policy.Versions.Count);
            });
            xml.Boolean("IsTruncated", found.Length > count);
            // The service has an empty one in the last page.
            xml.Text("TrafficPolicyIdMarker", found.Length > count ? found[count].Id : "");
            xml.Text("MaxItems", maxItems);
        });
    }

    private async Task<Route53Reply> ListVersionsAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        int from = request.Query("trafficpolicyversion") is { } marker ? ParseVersion(marker) : 1;
        TrafficPolicy policy = TrafficPolicy.Require(await services.Directory.CurrentAsync(request.Aborted), request.Path("Id"));
        PolicyVersion[] found = [.. policy.Versions.Values.Where(version => version.Number >= from).Take(count + 1)];
        return Route53Reply.Ok("ListTrafficPolicyVersionsResponse", xml =>
        {
            xml.List("TrafficPolicies", "TrafficPolicy", found.Take(count), version => Write(xml, policy, version));
            xml.Boolean("IsTruncated", found.Length > count);
            xml.Text("TrafficPolicyVersionMarker", found.Length > count ? found[count].Number.ToString(CultureInfo.InvariantCulture) : "");
            xml.Text("MaxItems", maxItems);
        });
    }

    /// <summary>Reads a document's version from a request, and refuses one that means nothing.</summary>
    private static PolicyVersion ReadVersion(XmlBody wanted, int number, out RecordType type)
    {
        PolicyVersion version = new(number, wanted.Require("Document"), wanted.Bounded("Comment", 0, CommentLengthMax));
        type = version.Read().Type;
        return version;
    }

    private static int VersionOf(Route53Request request) => ParseVersion(request.Path("Version"));

    private static int ParseVersion(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version is >= 1 and <= VersionsMax
        ? version
        : throw Route53Error.Constraint(text, "version", $"Member must be a number of 1 to {VersionsMax}").ToException();

    private static Route53Reply Created(string root, TrafficPolicy policy, PolicyVersion version, long revision) => Route53Reply.Created(
        root, $"trafficpolicy/{policy.Id}/{version.Number}", xml => xml.Element("TrafficPolicy", () => Write(xml, policy, version))) with
    {
        Revision = revision,
        Target = policy.Id,
    };

    private static void Write(XmlReply xml, TrafficPolicy policy, PolicyVersion version)
    {
        xml.Text("Id", policy.Id);
        xml.Number("Version", version.Number);
        xml.Text("Name", policy.Name);
        xml.Text("Type", policy.Type.ToMnemonic());
        xml.Text("Document", version.Text);
        xml.Text("Comment", version.Comment);
    }
}
