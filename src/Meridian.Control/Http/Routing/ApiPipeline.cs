using System.Net;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Configuration.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Http.Routing;

/// <summary>
/// What every request goes through, in this order: who asks, whether they may, whether the parameters are known, the body
/// up to its limit, the handler, the audit log, the answer.
/// </summary>
internal sealed partial class ApiPipeline(EndpointAccess access, ILogger<ApiPipeline> logger)
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// Serves one route.
    /// </summary>
    public async Task ServeAsync(HttpContext context, ApiRoute route)
    {
        ApiReply reply = await AdmitAsync(context, route);
        if (!context.RequestAborted.IsCancellationRequested)
        {
            await reply.SendAsync(context);
        }
    }

    private async Task<ApiReply> AdmitAsync(HttpContext context, ApiRoute route)
    {
        IPAddress from = context.Connection.RemoteIpAddress ?? IPAddress.None;
        bool isLocal = LoopbackGuard.IsLocal(context);
        if (!TryFindCaller(context, route, from, isLocal, out Principal caller, out ApiReply? refusal)
            || !TryPermit(context, route, caller, out refusal))
        {
            return refusal!; // Set by whichever of the two refused.
        }
        if (UnknownParameter(context, route) is { } unknown)
        {
            return unknown;
        }
        (ReadOnlyMemory<byte> body, refusal) = await ReadBodyAsync(context, route);
        if (refusal is not null)
        {
            return refusal;
        }
        return await HandleAsync(new ApiRequest(context, route, caller, body), from);
    }

    private async Task<ApiReply> HandleAsync(ApiRequest request, IPAddress from)
    {
        if (request.Route.Permission == Permission.MemberReport)
        {
            return await HandleReportAsync(request, from);
        }
        bool isAudited = request.Route.IsChange && !request.IsDryRun;
        if (isAudited && !access.Audit.IsWritable
            && !await access.Audit.TryWriteAsync(EntryOf(request, null, AuditOutcomes.Refused), request.Aborted))
        {
            return ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable,
                "the audit log cannot be written, and no change is made that it does not have; the server's log says why").RetryAfter(TimeSpan.FromSeconds(10));
        }
        ApiReply reply = await request.Route.Handler(request);
        if (isAudited || reply.IsSecret)
        {
            // Not with the request's token: the change was made, whether or not somebody still waits for the answer.
            await access.Audit.TryWriteAsync(
                EntryOf(request, reply, reply.IsSuccess ? AuditOutcomes.Done : AuditOutcomes.Refused), CancellationToken.None);
        }
        return reply;
    }

    // A member proves itself with its monitor's secret. Guessing it is slowed down as guessing a token is.
    private async Task<ApiReply> HandleReportAsync(ApiRequest request, IPAddress from)
    {
        if (access.Throttle.WaitOf(from) is { Ticks: > 0 } wait)
        {
            return Throttled(wait);
        }
        ApiReply reply = await request.Route.Handler(request);
        if (reply.Status == StatusCodes.Status403Forbidden)
        {
            access.Throttle.OnFailure(from);
        }
        return reply;
    }

    private bool TryFindCaller(HttpContext context, ApiRoute route, IPAddress from, bool isLocal, out Principal caller, out ApiReply? refusal)
    {
        string? credential = null;
        refusal = null;
        caller = EndpointAccess.Nobody with { From = from };
        string authorization = context.Request.Headers.Authorization.ToString();
        if (route.Permission == Permission.MemberReport)
        {
            return true;
        }
        if (authorization.Length > 0)
        {
            if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            {
                refusal = Unauthenticated("send the token as 'Authorization: Bearer TOKEN'", null);
                return false;
            }
            credential = authorization[Scheme.Length..].Trim();
        }
        Authentication result = access.Authenticator.Authenticate(credential, from, isLocal);
        if (result.Wait > TimeSpan.Zero)
        {
            refusal = Throttled(result.Wait);
            return false;
        }
        if (result.Principal is not { } known)
        {
            LogFailedAttempt(from, result.Problem ?? "");
            refusal = Unauthenticated(result.Problem ?? "", "invalid_token");
            return false;
        }
        caller = known;
        return true;
    }

    private bool TryPermit(HttpContext context, ApiRoute route, Principal caller, out ApiReply? refusal)
    {
        refusal = null;
        if (!caller.Has(route.Permission))
        {
            string needed = route.Permission.LeastRole().ToWord();
            refusal = caller.Credential is Credential.None or Credential.Local
                ? Unauthenticated($"this takes a token of role {needed}; 'meridian tokens create' makes one", null)
                : ApiReply.Forbidden($"this takes the role {needed}; the token '{caller.Name}' has {caller.Role.ToWord()}");
            LogDenied(caller.Name, caller.From, route.Operation);
            return false;
        }
        // A foreign page in a browser of this machine can send a form here, but it cannot add a header field to it; with a
        // token it has to add one anyway.
        if (route.IsChange && caller.Credential == Credential.Local && context.Request.Headers[BreakerCommand.Header].Count == 0)
        {
            refusal = ApiReply.BadRequest($"the header field '{BreakerCommand.Header}: 1' is missing: without a token it shows that a command is meant");
            return false;
        }
        return true;
    }

    private static ApiReply? UnknownParameter(HttpContext context, ApiRoute route)
    {
        foreach (string name in context.Request.Query.Keys)
        {
            if (route.Query.All(parameter => parameter.Name != name))
            {
                // Ignored, '?dryrun' would be the change itself.
                string[] known = [.. route.Query.Select(parameter => parameter.Name)];
                return ApiReply.BadRequest(
                    known.Length == 0 ? $"unknown parameter '{name}'; this takes none" : $"unknown parameter '{name}'; expected {string.Join(", ", known)}",
                    new ProblemItem { Detail = $"unknown parameter '{name}'", Suggestion = NearestName.Find(name, known) });
            }
        }
        return null;
    }

    private static async Task<(ReadOnlyMemory<byte> Body, ApiReply? Refusal)> ReadBodyAsync(HttpContext context, ApiRoute route)
    {
        if (route.Request is null)
        {
            return (default, null);
        }
        if (context.Request.ContentLength > route.BodyLengthMax)
        {
            return (default, TooLong(route));
        }
        // The server's own limit is that of the route that takes most.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = route.BodyLengthMax;
        }
        using MemoryStream content = new();
        try
        {
            await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (default, TooLong(route));
        }
        return content.Length == 0
            ? (default, ApiReply.BadRequest("the body is missing"))
            : (content.GetBuffer().AsMemory(0, (int)content.Length), null);
    }

    private static ApiReply TooLong(ApiRoute route) => ApiReply.Refuse(
        StatusCodes.Status413PayloadTooLarge, ProblemTypes.TooLarge, $"the body is longer than {route.BodyLengthMax} octets, which is the limit here");

    private static ApiReply Throttled(TimeSpan wait) => ApiReply.Refuse(
        StatusCodes.Status429TooManyRequests, ProblemTypes.TooMany, "too many failed attempts from this address").RetryAfter(wait);

    // RFC 6750 §3: the scheme, and an error only when a token came.
    private static ApiReply Unauthenticated(string detail, string? error) => ApiReply
        .Refuse(StatusCodes.Status401Unauthorized, ProblemTypes.Unauthenticated, detail)
        .With("WWW-Authenticate", error is null ? "Bearer realm=\"meridian\"" : $"Bearer realm=\"meridian\", error=\"{error}\"");

    private static AuditEntry EntryOf(ApiRequest request, ApiReply? reply, string outcome) => new()
    {
        Who = request.Caller.Name,
        Token = request.Caller.TokenId,
        Role = request.Caller.Role.ToWord(),
        From = request.Caller.From?.ToString(),
        Action = request.Route.Operation,
        Target = reply?.Target ?? TargetOf(request),
        Outcome = outcome,
        Revision = reply?.Revision,
        Reason = reply?.Reason,
        Detail = reply is null ? "the audit log could not be written" : reply.Problem?.ToString(),
    };

    private static string? TargetOf(ApiRequest request)
    {
        string[] values = [.. request.Context.Request.RouteValues.Values.Select(value => value?.ToString() ?? "")];
        return values.Length == 0 ? null : string.Join('/', values);
    }
}
