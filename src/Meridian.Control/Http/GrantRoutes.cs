using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>How grants of one sort are called in the API.</summary>
/// <param name="Word">One of them, in paths (with an s), operations and answers.</param>
/// <param name="LongWord">One of them, where it is introduced.</param>
/// <param name="Target">One of them, in the audit log.</param>
/// <param name="IdHelp">What an id is.</param>
internal sealed record GrantWords(string Word, string LongWord, string Target, string IdHelp)
{
    public string Operation => $"{char.ToUpperInvariant(Word[0])}{Word[1..]}";
}

/// <summary>Tokens, or keys: listed, made, revoked.</summary>
/// <param name="grants">Makes them; asked for with each request, because routes are described without a server too.</param>
/// <param name="words">What they are called.</param>
internal sealed class GrantRoutes<T>(Func<GrantService<T>> grants, GrantWords words)
    where T : AccessGrant
{
    private const string Tag = "access";
    private const int RequestLengthMax = 64 * 1024;

    private static readonly ApiParameter DryRun = new("dry-run", "Check only, and change nothing.", "boolean");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = $"/api/v1/{words.Word}s",
            Operation = $"list{words.Operation}s",
            Tag = Tag,
            Summary = $"All {words.LongWord.Replace(words.Word, $"{words.Word}s", StringComparison.Ordinal)}, without their secrets",
            Permission = Permission.Administer,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, $"The {words.Word}s, by name.", ApiContent.Json<TokenList>())],
            Handler = _ => Task.FromResult(ApiReply.Ok(new TokenList(grants().List()), ApiJson.Default.TokenList)),
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = $"/api/v1/{words.Word}s",
            Operation = $"create{words.Operation}",
            Tag = Tag,
            Summary = $"Make a {words.LongWord}; its secret is shown this once",
            Permission = Permission.Administer,
            Query = [DryRun],
            Request = ApiContent.Json<NewToken>(),
            BodyLengthMax = RequestLengthMax,
            Answers =
            [
                new ApiAnswer(StatusCodes.Status201Created, $"The {words.Word} with its secret.", ApiContent.Json<CreatedToken>()),
                new ApiAnswer(StatusCodes.Status200OK, "It could be made (dry run).", ApiContent.Json<Token>()),
            ],
            Handler = CreateAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Delete,
            Path = $"/api/v1/{words.Word}s/{{id}}",
            Operation = $"revoke{words.Operation}",
            Tag = Tag,
            Summary = $"Revoke a {words.LongWord}, from now on",
            Permission = Permission.Administer,
            PathParameters = ImmutableDictionary<string, string>.Empty.Add("id", words.IdHelp),
            Query = [DryRun],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, $"The {words.Word} that was.", ApiContent.Json<Token>())],
            Handler = RevokeAsync,
        },
    ];

    private async Task<ApiReply> CreateAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.NewToken, out NewToken? wanted, out ApiReply? refusal))
        {
            return refusal;
        }
        // An admin for some zones must not make one for all.
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones makes {words.Word}s; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        GrantResult<T> result = await grants().CreateAsync(wanted, request.Caller.Name, request.IsDryRun, request.Aborted);
        if (result.Grant is not { } grant)
        {
            return Refuse(result, $"the {words.Word} cannot be made");
        }
        return result.Secret is null
            ? ApiReply.Ok(grants().Describe(grant), ApiJson.Default.Token)
            : ApiReply.Of(StatusCodes.Status201Created, new CreatedToken(result.Secret, grants().Describe(grant)), ApiJson.Default.CreatedToken)
                .With("Location", $"/api/v1/{words.Word}s/{grant.Id}") with
            {
                Revision = result.Revision,
                Target = $"{words.Target}/{grant.Id} ({grant.Name}, {grant.Role.ToWord()}, {grant.Scope})",
            };
    }

    private async Task<ApiReply> RevokeAsync(ApiRequest request)
    {
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"only a token for all zones revokes {words.Word}s; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        string id = request.Path("id");
        GrantResult<T> result = await grants().RevokeAsync(id, request.Caller.Name, request.IsDryRun, request.Aborted);
        return result switch
        {
            { Grant: { } grant } => ApiReply.Ok(grants().Describe(grant), ApiJson.Default.Token) with
            {
                Revision = result.Revision,
                Target = $"{words.Target}/{grant.Id} ({grant.Name})",
            },
            { Problems.IsEmpty: true } => ApiReply.NotFound($"there is no {words.Word} '{id}'"),
            _ => Refuse(result, $"the {words.Word} cannot be revoked"),
        };
    }

    private static ApiReply Refuse(GrantResult<T> result, string detail) => result.IsUnavailable
        ? ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, detail, result.Problems)
        : ApiReply.Refuse(StatusCodes.Status422UnprocessableEntity, ProblemTypes.Invalid, detail, result.Problems);
}
