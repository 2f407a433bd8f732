using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>Keys of the Route 53 API.</summary>
internal sealed class AccessKeyRoutes(EndpointAccess access)
{
    private const string Tag = "access";
    private const int RequestLengthMax = 64 * 1024;

    private static readonly ApiParameter DryRun = new("dry-run", "Check only, and change nothing.", "boolean");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/keys",
            Operation = "listKeys",
            Tag = Tag,
            Summary = "All keys of the Route 53 API, without their secrets",
            Permission = Permission.Administer,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The keys, by name.", ApiContent.Json<TokenList>())],
            Handler = _ => Task.FromResult(ApiReply.Ok(new TokenList(access.Keys.List()), ApiJson.Default.TokenList)),
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/keys",
            Operation = "createKey",
            Tag = Tag,
            Summary = "Make a key of the Route 53 API; its secret is shown this once",
            Permission = Permission.Administer,
            Query = [DryRun],
            Request = ApiContent.Json<NewToken>(),
            BodyLengthMax = RequestLengthMax,
            Answers =
            [
                new ApiAnswer(StatusCodes.Status201Created, "The key with its secret.", ApiContent.Json<CreatedToken>()),
                new ApiAnswer(StatusCodes.Status200OK, "It could be made (dry run).", ApiContent.Json<Token>()),
            ],
            Handler = CreateAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Delete,
            Path = "/api/v1/keys/{id}",
            Operation = "revokeKey",
            Tag = Tag,
            Summary = "Revoke a key of the Route 53 API, from now on",
            Permission = Permission.Administer,
            PathParameters = ImmutableDictionary<string, string>.Empty.Add("id", "The key's id."),
            Query = [DryRun],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The key that was.", ApiContent.Json<Token>())],
            Handler = RevokeAsync,
        },
    ];

    private async Task<ApiReply> CreateAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.NewToken, out NewToken? wanted, out ApiReply? refusal))
        {
            return refusal;
        }
        // An admin for some zones must not make a key for all.
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones makes keys; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        AccessKeyResult result = await access.Keys.CreateAsync(wanted, request.Caller.Name, request.IsDryRun, request.Aborted);
        if (result.Key is not { } key)
        {
            return Refuse(result, "the key cannot be made");
        }
        return request.IsDryRun
            ? ApiReply.Ok(access.Keys.Describe(key), ApiJson.Default.Token)
            : ApiReply.Of(StatusCodes.Status201Created, new CreatedToken(key.Secret, access.Keys.Describe(key)), ApiJson.Default.CreatedToken)
                .With("Location", $"/api/v1/keys/{key.Id}") with
            {
                Revision = result.Revision,
                Target = $"access-key/{key.Id} ({key.Name}, {key.Role.ToWord()}, {key.Scope})",
            };
    }

    private async Task<ApiReply> RevokeAsync(ApiRequest request)
    {
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones revokes keys; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        string id = request.Path("id");
        AccessKeyResult result = await access.Keys.RevokeAsync(id, request.Caller.Name, request.IsDryRun, request.Aborted);
        return result switch
        {
            { Key: { } key } => ApiReply.Ok(access.Keys.Describe(key), ApiJson.Default.Token) with
            {
                Revision = result.Revision,
                Target = $"access-key/{key.Id} ({key.Name})",
            },
            { Problems.IsEmpty: true } => ApiReply.NotFound($"there is no key '{id}'"),
            _ => Refuse(result, "the key cannot be revoked"),
        };
    }

    private static ApiReply Refuse(AccessKeyResult result, string detail) => result.IsUnavailable
        ? ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, detail, result.Problems)
        : ApiReply.Refuse(StatusCodes.Status422UnprocessableEntity, ProblemTypes.Invalid, detail, result.Problems);
}
