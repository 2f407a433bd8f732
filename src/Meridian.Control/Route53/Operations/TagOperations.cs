using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Operations;

/// <summary>Tags of zones and health checks, kept in their documents.</summary>
internal sealed class TagOperations(Route53Services services)
{
    private const string ZoneType = "hostedzone";
    private const string CheckType = "healthcheck";
    private const int KeyLengthMax = 128;
    private const int ValueLengthMax = 256;
    private const int PerCallMax = 10;

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "tags/{ResourceType}/{ResourceId}", "ChangeTagsForResource", ChangeAsync),
        Route53Route.Read("tags/{ResourceType}/{ResourceId}", "ListTagsForResource", ListAsync),
        Route53Route.Create("POST", "tags/{ResourceType}", "ListTagsForResources", Access.Permission.Read, ListManyAsync),
    ];

    private async Task<Route53Reply> ChangeAsync(Route53Request request)
    {
        string type = TypeOf(request);
        string id = IdOf(request.Path("ResourceId"), type);
        XmlBody wanted = request.Read("ChangeTagsForResourceRequest");
        ImmutableArray<KeyValuePair<string, string>> added =
        [
            .. wanted.List("AddTags", "Tag").Select(tag => KeyValuePair.Create(
                tag.RequireBounded("Key", 1, KeyLengthMax), tag.Bounded("Value", 0, ValueLengthMax) ?? "")),
        ];
        ImmutableArray<string> removed = [.. wanted.List("RemoveTagKeys", "Key").Select(key => key.Text)];
        if (added.Length + removed.Length == 0)
        {
            throw Route53Error.InvalidInput("Invalid request: there are neither AddTags nor RemoveTagKeys.").ToException();
        }
        if (added.Length > PerCallMax || removed.Length > PerCallMax)
        {
            throw Route53Error.Constraint($"{Math.Max(added.Length, removed.Length)} tags", "addTags", $"Member must have length less than or equal to {PerCallMax}").ToException();
        }
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            Document document = Find(request, state, type, id);
            if (HostedZone.BodyOf(document) is not { } body)
            {
                throw new Route53Error(500, "InternalFailure", $"{document.Key} cannot be read.").ToException();
            }
            ZoneMetadata metadata = ZoneMetadata.Read(body);
            ImmutableArray<KeyValuePair<string, string>> tags =
            [
                .. metadata.Tags.Where(tag => !removed.Contains(tag.Key) && !added.Any(other => other.Key == tag.Key)),
                .. added.DistinctBy(tag => tag.Key),
            ];
            if (tags.Length > services.Limits.TagCount)
            {
                throw Route53Error.InvalidInput($"The limit of {services.Limits.TagCount} tags of a resource is exceeded.").ToException();
            }
            string? zoneId = type == ZoneType ? id : metadata.Id;
            return new ChangeDraft().Put(document.Key, (metadata with { Id = zoneId, Tags = tags }).WriteTo(body), document);
        });
        return Route53Reply.Ok("ChangeTagsForResourceResponse") with { Revision = revision, Target = $"{type}/{id}" };
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        string type = TypeOf(request);
        string id = IdOf(request.Path("ResourceId"), type);
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        Document document = Find(request, state, type, id);
        return Route53Reply.Ok("ListTagsForResourceResponse", xml => xml.Element("ResourceTagSet", () => Write(xml, type, id, document)));
    }

    private async Task<Route53Reply> ListManyAsync(Route53Request request)
    {
        string type = TypeOf(request);
        ImmutableArray<string> ids = [.. request.Read("ListTagsForResourcesRequest").List("ResourceIds", "ResourceId").Select(id => IdOf(id.Text, type))];
        if (ids.Length is 0 or > PerCallMax)
        {
            throw Route53Error.Constraint($"{ids.Length} ids", "resourceIds", $"Member must have length between 1 and {PerCallMax}").ToException();
        }
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        (string Id, Document Document)[] found = [.. ids.Select(id => (id, Find(request, state, type, id)))];
        return Route53Reply.Ok("ListTagsForResourcesResponse", xml =>
            xml.List("ResourceTagSets", "ResourceTagSet", found, one => Write(xml, type, one.Id, one.Document)));
    }

    private static void Write(XmlReply xml, string type, string id, in Document document)
    {
        xml.Text("ResourceType", type);
        xml.Text("ResourceId", id);
        ImmutableArray<KeyValuePair<string, string>> tags = HostedZone.BodyOf(document) is { } body ? ZoneMetadata.Read(body).Tags : [];
        xml.List("Tags", "Tag", tags, tag =>
        {
            xml.Text("Key", tag.Key);
            xml.Text("Value", tag.Value);
        });
    }

    private static Document Find(Route53Request request, DirectoryState state, string type, string id)
    {
        if (type == ZoneType)
        {
            HostedZone zone = state.RequireZone(id);
            request.CheckScope(zone);
            return zone.Document;
        }
        if (request.Route.IsChange)
        {
            request.CheckShared("a health check");
        }
        return HealthCheck.Find(state, id)?.Document ?? throw Route53Error.NoSuchHealthCheck(id).ToException();
    }

    private static string TypeOf(Route53Request request) => request.Path("ResourceType") is ZoneType or CheckType
        ? request.Path("ResourceType")
        : throw Route53Error.Constraint(request.Path("ResourceType"), "resourceType", $"Member must satisfy enum value set: [{CheckType}, {ZoneType}]").ToException();

    /// <summary>Bare: unlike everywhere else the service strips no path from these, and clients know it.</summary>
    private static string IdOf(string id, string type)
    {
        int most = type == ZoneType ? ResourceIds.LengthMax : HealthCheck.IdLengthMax;
        if (id.Contains('/', StringComparison.Ordinal))
        {
            throw Route53Error.Constraint(id, "resourceId", $"Member must have length less than or equal to {most}").ToException();
        }
        XmlBody.CheckLength(id, "resourceId", 1, most);
        return id;
    }
}
