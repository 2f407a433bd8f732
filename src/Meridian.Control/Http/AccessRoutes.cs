using System.Collections.Immutable;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>Tokens, keys, the audit log, and who one is.</summary>
internal sealed class AccessRoutes(EndpointAccess access, LocalEndpointLimits limits)
{
    private const string Tag = "access";

    private static readonly GrantWords TokenWords =
        new("token", "token", "access-token", "The token's id: the part between its first and second underscore.");

    private static readonly GrantWords KeyWords = new("key", "key of the Route 53 API", "access-key", "The key's id.");

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
        .. new GrantRoutes<AccessToken>(() => access.Tokens, TokenWords).Routes,
        .. new GrantRoutes<AccessKey>(() => access.Keys, KeyWords).Routes,
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
}
