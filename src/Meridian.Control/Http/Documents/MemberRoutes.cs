using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// Single members of a pool, for tools that know one machine and not the pool. A member is part of its pool's document: its
/// version is the pool's, and two such changes at a time do not lose each other.
/// </summary>
internal sealed class MemberRoutes(LocalEndpointSources sources, DocumentCalls calls, LocalEndpointLimits limits)
{
    private const string Tag = "pools";
    private const string Path = "/api/v1/pools/{pool}/members/{member}";

    private static readonly ImmutableDictionary<string, string> PoolName = ImmutableDictionary<string, string>.Empty.Add("pool", "The pool's name.");
    private static readonly ImmutableDictionary<string, string> Names = PoolName.Add("member", "The member's address or hostname.");
    private static readonly ApiContent MemberContent = ApiContent.Json(DocumentSchemas.Member);

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/pools/{pool}/members",
            Operation = "listMembers",
            Tag = Tag,
            Summary = "The members of a pool",
            Permission = Permission.Read,
            PathParameters = PoolName,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "In the pool's order; the ETag is the pool's.", ApiContent.Json<Wire.MemberList>())],
            Handler = ListAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = Path,
            Operation = "getMember",
            Tag = Tag,
            Summary = "Read a member",
            Permission = Permission.Read,
            PathParameters = Names,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The member; the ETag is the pool's.", MemberContent)],
            Handler = GetAsync,
        },
        DocumentCalls.Changing(HttpMethods.Put, Path, "putMember", Tag, "Write a member, in its place or as the last", Names, PutAsync) with
        {
            Request = MemberContent,
            BodyLengthMax = limits.DocumentLength,
        },
        DocumentCalls.Changing(HttpMethods.Delete, Path, "deleteMember", Tag, "Take a member out of its pool", Names, DeleteAsync),
    ];

    private async Task<ApiReply> ListAsync(ApiRequest request)
    {
        (Document? pool, JsonArray members, _) = await ReadAsync(request);
        return pool is not { } document
            ? NoPool(request)
            : ApiReply.Ok(new Wire.MemberList([.. members.Select(ToElement)]), ApiJson.Default.MemberList).Tagged(document.Version);
    }

    private async Task<ApiReply> GetAsync(ApiRequest request)
    {
        (Document? pool, JsonArray members, _) = await ReadAsync(request);
        int at = IndexOf(members, request.Path("member"));
        return pool is not { } document ? NoPool(request)
            : at < 0 ? NoMember(request)
            : ApiReply.Ok(ToElement(members[at]), ApiJson.Default.JsonElement).Tagged(document.Version);
    }

    private async Task<ApiReply> PutAsync(ApiRequest request)
    {
        (Document? pool, JsonArray members, JsonObject body) = await ReadAsync(request);
        if (pool is not { } document)
        {
            return NoPool(request);
        }
        if (!request.TryRead(ApiJson.Default.JsonNode, out JsonNode? member, out ApiReply? refusal))
        {
            return refusal;
        }
        string name = request.Path("member");
        if (member is not JsonObject map || TargetOf(map) is var target && !IsSame(target, name))
        {
            return ApiReply.Refuse(
                StatusCodes.Status422UnprocessableEntity, Wire.ProblemTypes.Invalid, $"the member's address or hostname must be '{name}', as in the path");
        }
        int at = IndexOf(members, name);
        if (at < 0)
        {
            members.Add(map);
        }
        else
        {
            members[at] = map;
        }
        return await ApplyAsync(request, document, body, $"write member {name} of {document.Key}");
    }

    private async Task<ApiReply> DeleteAsync(ApiRequest request)
    {
        (Document? pool, JsonArray members, JsonObject body) = await ReadAsync(request);
        if (pool is not { } document)
        {
            return NoPool(request);
        }
        int at = IndexOf(members, request.Path("member"));
        if (at < 0)
        {
            return NoMember(request);
        }
        members.RemoveAt(at);
        return await ApplyAsync(request, document, body, $"take member {request.Path("member")} out of {document.Key}");
    }

    // Whatever the client says: the pool was read here, and what is written is made of it.
    private Task<ApiReply> ApplyAsync(ApiRequest request, Document pool, JsonObject body, string message) => calls.ApplyAsync(
        request, DocumentChange.Put(pool.Key, DocumentBody.FromText(body.ToJsonString())), message, new Precondition(pool.Key, pool.Version));

    private async Task<(Document? Pool, JsonArray Members, JsonObject Body)> ReadAsync(ApiRequest request)
    {
        Document? pool = await sources.Documents.GetAsync(new DocumentKey(DocumentKinds.Pool, request.Path("pool")), request.Aborted);
        JsonObject body = pool is { } document && JsonNode.Parse(document.Body.Utf8) is JsonObject map ? map : [];
        if (body["members"] is not JsonArray members)
        {
            members = [];
            body["members"] = members;
        }
        return (pool, members, body);
    }

    private static int IndexOf(JsonArray members, string name)
    {
        for (int i = 0; i < members.Count; i++)
        {
            if (members[i] is JsonObject member && IsSame(TargetOf(member), name))
            {
                return i;
            }
        }
        return -1;
    }

    private static string? TargetOf(JsonObject member) =>
        (member["address"] ?? member["hostname"]) is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    // 2001:db8::1 and 2001:DB8:0::1 are one address; a hostname may or may not have its final dot.
    private static bool IsSame(string? target, string name) => target is not null
        && (System.Net.IPAddress.TryParse(target, out System.Net.IPAddress? left) && System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? right)
            ? left.Equals(right)
            : target.TrimEnd('.').Equals(name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));

    private static System.Text.Json.JsonElement ToElement(JsonNode? node) => System.Text.Json.JsonSerializer.SerializeToElement(node, ApiJson.Default.JsonNode);

    private static ApiReply NoPool(ApiRequest request) => ApiReply.NotFound($"there is no pool {request.Path("pool")}");

    private static ApiReply NoMember(ApiRequest request) => ApiReply.NotFound($"pool {request.Path("pool")} has no member {request.Path("member")}");
}
