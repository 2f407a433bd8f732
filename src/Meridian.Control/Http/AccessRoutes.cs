using System.Collections.Immutable;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>Tokens, the audit log, and who one is.</summary>
internal sealed class AccessRoutes(EndpointAccess access, LocalEndpointLimits limits)
{
    private const string Tag = "access";
    private const int TokenRequestLengthMax = 64 * 1024;

    private static readonly ApiParameter DryRun = new("dry-run", "Check only, and change nothing.", "boolean");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/whoami",
            Operation = "getCaller",
            Tag = Tag,
            Summary = "Who the token stands for, and what it may do",
            Permission = Permission.Public,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The caller.", ApiContent.Json<Caller>())],
            Handler = WhoAmI,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/tokens",
            Operation = "listTokens",
            Tag = Tag,
            Summary = "All tokens, without their secrets",
            Permission = Permission.Administer,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The tokens, by name.", ApiContent.Json<TokenList>())],
            Handler = _ => Task.FromResult(ApiReply.Ok(new TokenList(access.Tokens.List()), ApiJson.Default.TokenList)),
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/tokens",
            Operation = "createToken",
            Tag = Tag,
            Summary = "Make a token; its secret is shown this once",
            Permission = Permission.Administer,
            Query = [DryRun],
            Request = ApiContent.Json<NewToken>(),
            BodyLengthMax = TokenRequestLengthMax,
            Answers =
            [
                new ApiAnswer(StatusCodes.Status201Created, "The token with its secret.", ApiContent.Json<CreatedToken>()),
                new ApiAnswer(StatusCodes.Status200OK, "It could be made (dry run).", ApiContent.Json<Token>()),
            ],
            Handler = CreateAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Delete,
            Path = "/api/v1/tokens/{id}",
            Operation = "revokeToken",
            Tag = Tag,
            Summary = "Revoke a token, from now on",
            Permission = Permission.Administer,
            PathParameters = ImmutableDictionary<string, string>.Empty.Add("id", "The token's id: the part between its first and second underscore."),
            Query = [DryRun],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The token that was.", ApiContent.Json<Token>())],
            Handler = RevokeAsync,
        },
        .. new AccessKeyRoutes(access).Routes,
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/audit",
            Operation = "listAudit",
            Tag = Tag,
            Summary = "Who did what, newest first",
            Permission = Permission.Administer,
            Query =
            [
                new ApiParameter("limit", "How many at most.", "integer"),
                new ApiParameter("cursor", "Where the page before ended."),
                new ApiParameter("who", "Only what this token, by its name, did."),
                new ApiParameter("action", "Only this operation."),
            ],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "A page.", ApiContent.Json<AuditPage>())],
            Handler = Audit,
        },
    ];

    private static Task<ApiReply> WhoAmI(ApiRequest request) => Task.FromResult(ApiReply.Ok(
        new Caller(request.Caller.Name, request.Caller.Role.ToWord(), request.Caller.Scope.Patterns), ApiJson.Default.Caller));

    private async Task<ApiReply> CreateAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.NewToken, out NewToken? wanted, out ApiReply? refusal))
        {
            return refusal;
        }
        // An admin for some zones must not make an admin for all.
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones makes tokens; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        TokenResult result = await access.Tokens.CreateAsync(wanted, request.Caller.Name, request.IsDryRun, request.Aborted);
        if (result.Token is not { } token)
        {
            return Refuse(result, "the token cannot be made");
        }
        return result.Secret is null
            ? ApiReply.Ok(access.Tokens.Describe(token), ApiJson.Default.Token)
            : ApiReply.Of(StatusCodes.Status201Created, new CreatedToken(result.Secret, access.Tokens.Describe(token)), ApiJson.Default.CreatedToken)
                .With("Location", $"/api/v1/tokens/{token.Id}") with
            {
                Revision = result.Revision,
                Target = $"access-token/{token.Id} ({token.Name}, {token.Role.ToWord()}, {token.Scope})",
            };
    }

    private async Task<ApiReply> RevokeAsync(ApiRequest request)
    {
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones revokes tokens; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        string id = request.Path("id");
        TokenResult result = await access.Tokens.RevokeAsync(id, request.Caller.Name, request.IsDryRun, request.Aborted);
        return result switch
        {
            { Token: { } token } => ApiReply.Ok(access.Tokens.Describe(token), ApiJson.Default.Token) with
            {
                Revision = result.Revision,
                Target = $"access-token/{token.Id} ({token.Name})",
            },
            { Problems.IsEmpty: true } => ApiReply.NotFound($"there is no token '{id}'"),
            _ => Refuse(result, "the token cannot be revoked"),
        };
    }

    private Task<ApiReply> Audit(ApiRequest request)
    {
        if (!request.TryNumber("limit", 1, limits.PageLength, Math.Min(100, limits.PageLength), out long count, out ApiReply? refusal)
            || !request.TryNumber("cursor", 1, long.MaxValue, long.MaxValue, out long before, out refusal))
        {
            return Task.FromResult(refusal);
        }
        string? who = request.Query("who");
        string? action = request.Query("action");
        // One more than the page tells whether there is another.
        ImmutableArray<AuditEntry> found = access.Audit.Read(
            before, (int)count + 1, entry => (who is null || entry.Who == who) && (action is null || entry.Action == action));
        ImmutableArray<AuditEntry> page = found.Length > count ? found[..(int)count] : found;
        string? next = found.Length > count ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null;
        return Task.FromResult(ApiReply.Ok(new AuditPage(page, next), ApiJson.Default.AuditPage));
    }

    private static ApiReply Refuse(TokenResult result, string detail) => result.IsUnavailable
        ? ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, detail, result.Problems)
        : ApiReply.Refuse(StatusCodes.Status422UnprocessableEntity, ProblemTypes.Invalid, detail, result.Problems);
}
