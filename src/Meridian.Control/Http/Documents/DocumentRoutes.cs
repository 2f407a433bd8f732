using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Documents by kind and name: list, read, write, delete. Their bodies are the same as in YAML.</summary>
internal sealed class DocumentRoutes(LocalEndpointSources sources, DocumentCalls calls, LocalEndpointLimits limits)
{
    private static readonly ApiParameter Secrets = new("secrets", "`show`: with secrets; takes the role admin, and is audited.") { Values = ["show"] };

    private static readonly ImmutableArray<ApiParameter> PageParameters =
    [
        new("limit", "How many at most.", "integer"),
        new("cursor", "Where the page before ended."),
        Secrets,
    ];

    public IEnumerable<ApiRoute> Routes =>
    [
        .. DocumentCollection.All.SelectMany(RoutesOf),
        .. RecordRoutes(),
    ];

    private IEnumerable<ApiRoute> RoutesOf(DocumentCollection collection)
    {
        string path = $"/api/v1/{collection.Path}";
        ImmutableDictionary<string, string> names = ImmutableDictionary<string, string>.Empty.Add("name", $"The name of {collection.Article}.");
        DocumentKey KeyOf(ApiRequest request) => new(collection.Kind, NameOf(collection.Kind, request.Path("name")));
        return
        [
            List(path, $"list{collection.Plural}", collection.Path, collection.Meaning, _ => (collection.Kind, null)),
            .. OneOf(collection, $"{path}/{{name}}", collection.Noun, collection.Article, names, KeyOf),
        ];
    }

    private IEnumerable<ApiRoute> RecordRoutes()
    {
        DocumentCollection records = new("zones", DocumentKinds.Records, "Records", "the records of an owner", "Records, by owner name.");
        ImmutableDictionary<string, string> zone = ImmutableDictionary<string, string>.Empty.Add("zone", "The zone's name.");
        static string ZoneOf(ApiRequest request) => RecordsName.NormaliseZone(request.Path("zone"));
        DocumentKey KeyOf(ApiRequest request) => new(
            DocumentKinds.Records, RecordsName.Of(ZoneOf(request), RecordsName.NormaliseOwner(ZoneOf(request), request.Path("owner"))));
        return
        [
            List("/api/v1/zones/{zone}/records", "listRecords", "zones", records.Meaning, request => (DocumentKinds.Records, RecordsName.Of(ZoneOf(request), ""))) with
            {
                PathParameters = zone,
            },
            .. OneOf(
                records,
                "/api/v1/zones/{zone}/records/{owner}",
                "Records",
                "the records of an owner",
                zone.Add("owner", "The owner name, relative to the zone; `@` is the zone itself."),
                KeyOf),
        ];
    }

    private ApiRoute List(string path, string operation, string tag, string meaning, Func<ApiRequest, (string Kind, string? Prefix)> select) => new()
    {
        Method = HttpMethods.Get,
        Path = path,
        Operation = operation,
        Tag = tag,
        Summary = meaning,
        Permission = Permission.Read,
        Query = PageParameters,
        Answers = [new ApiAnswer(StatusCodes.Status200OK, "A page, by name.", ApiContent.Json<Wire.DocumentPage>())],
        Handler = request => ListAsync(request, select(request)),
    };

    private IEnumerable<ApiRoute> OneOf(
        DocumentCollection collection, string path, string noun, string article, ImmutableDictionary<string, string> names, Func<ApiRequest, DocumentKey> key)
    {
        ApiContent body = ApiContent.Json(DocumentSchemas.NameOf(collection.Kind));
        return
        [
            new ApiRoute
            {
                Method = HttpMethods.Get,
                Path = path,
                Operation = $"get{noun}",
                Tag = collection.Path,
                Summary = $"Read {article}",
                Permission = Permission.Read,
                PathParameters = names,
                Query = [Secrets],
                Answers = [new ApiAnswer(StatusCodes.Status200OK, "The document; its ETag is its version.", body)],
                Handler = request => GetAsync(request, key(request)),
            },
            DocumentCalls.Changing(HttpMethods.Put, path, $"put{noun}", collection.Path, $"Write {article}, whole", names, request => PutAsync(request, key(request))) with
            {
                Permission = collection.WritePermission,
                Request = body,
                BodyLengthMax = limits.DocumentLength,
            },
            DocumentCalls.Changing(HttpMethods.Delete, path, $"delete{noun}", collection.Path, $"Delete {article}", names, request => DeleteAsync(request, key(request))) with
            {
                Permission = collection.WritePermission,
            },
        ];
    }

    private async Task<ApiReply> ListAsync(ApiRequest request, (string Kind, string? Prefix) select)
    {
        if (!request.TryNumber("limit", 1, limits.PageLength, Math.Min(100, limits.PageLength), out long count, out ApiReply? refusal)
            || RefuseSecrets(request, out bool isShown) is { } secretRefusal && (refusal = secretRefusal) is not null)
        {
            return refusal;
        }
        string? after = null;
        if (request.Query("cursor") is { } cursor && !Cursors.TryRead(cursor, out after))
        {
            return ApiReply.BadRequest("the cursor is none of this server's");
        }
        ImmutableArray<Wire.Document>.Builder page = ImmutableArray.CreateBuilder<Wire.Document>();
        string? next = null;
        using DocumentState state = await sources.Documents.StateAsync(request.Aborted);
        foreach (Document document in state.Read(select.Kind, select.Prefix, after))
        {
            if (!CallerScope.MayRead(request.Caller, document.Key))
            {
                continue;
            }
            if (page.Count == count)
            {
                next = Cursors.Write(select.Prefix + page[^1].Name);
                break;
            }
            page.Add(ToWire(document, select.Prefix, isShown));
        }
        return ApiReply.Ok(new Wire.DocumentPage(page.ToImmutable(), next), ApiJson.Default.DocumentPage) with { IsSecret = isShown };
    }

    private async Task<ApiReply> GetAsync(ApiRequest request, DocumentKey key)
    {
        if (RefuseSecrets(request, out bool isShown) is { } refusal)
        {
            return refusal;
        }
        if (!CallerScope.MayRead(request.Caller, key))
        {
            return ApiReply.Forbidden($"{key} is not in the zones of '{request.Caller.Name}': {request.Caller.Scope}");
        }
        if (await sources.Documents.GetAsync(key, request.Aborted) is not { } document)
        {
            return ApiReply.NotFound($"there is no {key}");
        }
        byte[] body = isShown ? document.Body.Memory.ToArray() : Encoding.UTF8.GetBytes(SecretFields.Hide(document.Body.Memory, out _).GetRawText());
        return ApiReply.RawJson(body).Tagged(document.Version) with { IsSecret = isShown, Target = $"{key.Kind}/{key.Name}" };
    }

    private Task<ApiReply> PutAsync(ApiRequest request, DocumentKey key) =>
        calls.ApplyAsync(request, DocumentChange.Put(key, new DocumentBody(request.Body.ToArray())), $"write {key}");

    private async Task<ApiReply> DeleteAsync(ApiRequest request, DocumentKey key)
    {
        if (calls.RefuseOutOfScope(request.Caller, [DocumentChange.Delete(key)]) is { } refusal)
        {
            return refusal;
        }
        return await sources.Documents.GetAsync(key, request.Aborted) is null
            ? ApiReply.NotFound($"there is no {key}")
            : await calls.ApplyAsync(request, DocumentChange.Delete(key), $"delete {key}");
    }

    private static ApiReply? RefuseSecrets(ApiRequest request, out bool isShown)
    {
        isShown = request.Query("secrets") == "show";
        return request.Query("secrets") switch
        {
            null => null,
            "show" when request.Caller.Has(Permission.Administer) => null,
            "show" => ApiReply.Forbidden("documents with their secrets take the role admin"),
            { } other => ApiReply.BadRequest($"secrets '{other}' is not 'show'"),
        };
    }

    private static Wire.Document ToWire(Document document, string? prefix, bool withSecrets)
    {
        string name = prefix is null ? document.Key.Name : document.Key.Name[prefix.Length..];
        System.Text.Json.JsonElement body = withSecrets
            ? System.Text.Json.JsonSerializer.Deserialize(document.Body.Utf8, ApiJson.Default.JsonElement)
            : SecretFields.Hide(document.Body.Memory, out _);
        return new Wire.Document(document.Key.Kind, name, document.Version, body);
    }

    private static string NameOf(string kind, string name) => kind == DocumentKinds.Zone ? RecordsName.NormaliseZone(name) : name;
}
