using System.Collections.Immutable;
using System.Net;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Route53.Operations;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Signing;
using Meridian.Control.Route53.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Route53;

/// <summary>
/// What every request goes through, in this order: its head (who says to have signed it, and when), the body up to its limit, the
/// signature, the operation, what the key may do, the handler, the audit log, the answer. Whatever is wrong is told in the one form
/// that clients read.
/// </summary>
internal sealed partial class Route53Pipeline : IDisposable
{
    private const string ContentType = "text/xml";
    private const string RequestIdField = "x-amzn-RequestId";
    private const string UnknownOperation = "unknown";

    private readonly Route53Sources _sources;
    private readonly Route53RouteTable _routes;
    private readonly SignatureCheck _signatures;
    private readonly BodyIntake _bodies;
    private readonly ZoneDirectory _directory;
    private readonly ChangeWriter _writer;
    private readonly Route53Metrics _metrics = new();
    private readonly ILogger _logger;

    public Route53Pipeline(Route53Sources sources, Route53Limits limits, ILogger<Route53Pipeline> logger)
    {
        _sources = sources;
        _logger = logger;
        _signatures = new SignatureCheck(sources.Keys, sources.Time);
        _bodies = new BodyIntake(limits.BodyLength, limits.BodiesInFlightLength);
        _directory = new ZoneDirectory(sources.Log);
        _writer = new ChangeWriter(sources.Changes, _directory, () => sources.Model()?.Route53.IsGuarded == true);
        _routes = Route53RouteTable.Create(new Route53Services
        {
            Directory = _directory,
            Writer = _writer,
            Changes = sources.Changes,
            Model = sources.Model,
            DataPlane = sources.DataPlane,
            ServedRevision = sources.ServedRevision,
            Health = sources.Health,
            Limits = limits,
            Time = sources.Time,
            Random = sources.Random,
        });
    }

    public void Dispose()
    {
        _writer.Dispose();
        _directory.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        string requestId = ResourceIds.CreateUuid(_sources.Random);
        string operation = UnknownOperation;
        string outcome = "ok";
        try
        {
            SignedRequest head = HeadOf(context);
            Route53Route? route = _routes.Find(head.Method, head.RawPath, out ImmutableDictionary<string, string> parameters);
            operation = route?.Operation ?? UnknownOperation;
            // Before anything of the body is kept: whoever has no key of ours makes the server hold nothing.
            SignatureClaim claim = CheckHead(context, head);
            using HeldBody body = await _bodies.ReadAsync(context.Request.Body, context.RequestAborted);
            SignedRequest signed = head with { Body = body.Octets };
            Principal caller = Authenticate(context, signed, claim);
            if (route is null)
            {
                throw new Route53Error(404, "UnknownOperationException", $"There is no operation {signed.Method} {signed.RawPath}.").ToException();
            }
            Permit(route, caller);
            Route53Reply reply = await HandleAsync(new Route53Request(route, parameters, signed, caller, context.RequestAborted));
            await SendAsync(context, requestId, reply);
        }
        catch (Route53Exception refusal)
        {
            outcome = refusal.Error.Code;
            await RefuseAsync(context, requestId, refusal.Error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            outcome = "Aborted";
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // The client broke off its body, sent it too slowly, or sent too much.
            outcome = "InvalidInput";
            await RefuseAsync(context, requestId, Route53Error.InvalidInput($"The body cannot be taken: {e.Message}"));
        }
        catch (Exception fault)
        {
            // The one boundary of this endpoint: a fault in one request must not hide the others, nor say more than that it is one.
            outcome = "InternalFailure";
            LogFault(fault, operation, requestId);
            if (!context.Response.HasStarted)
            {
                await RefuseAsync(context, requestId, new Route53Error(500, "InternalFailure", $"An internal fault; the server's log has it, with the request id {requestId}."));
            }
        }
        _metrics.Count(operation, outcome);
    }

    private static SignedRequest HeadOf(HttpContext context)
    {
        // As it came: routing and signature look at what was sent, not at what it might stand for.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        int question = target.IndexOf('?', StringComparison.Ordinal);
        return new SignedRequest
        {
            Method = context.Request.Method,
            RawPath = question < 0 ? target : target[..question],
            RawQuery = question < 0 ? "" : target[(question + 1)..],
            Headers = context.Request.Headers.ToDictionary(field => field.Key.ToLowerInvariant(), field => field.Value.ToString(), StringComparer.Ordinal),
        };
    }

    private SignatureClaim CheckHead(HttpContext context, SignedRequest head) => _signatures.VerifyHead(head, out SignatureClaim? claim) is { } error
        ? throw Refuse(context, error)
        : claim!; // There is no error.

    private Principal Authenticate(HttpContext context, SignedRequest signed, SignatureClaim claim) =>
        _signatures.Verify(signed, claim, AddressOf(context), out Principal? principal) is { } error
            ? throw Refuse(context, error)
            : principal!; // There is no error.

    private Route53Exception Refuse(HttpContext context, Route53Error error)
    {
        LogRefused(AddressOf(context), error.Code, error.Message);
        return error.ToException();
    }

    private static IPAddress AddressOf(HttpContext context) => context.Connection.RemoteIpAddress ?? IPAddress.None;

    private static void Permit(Route53Route route, Principal caller)
    {
        if (!caller.Has(route.Permission))
        {
            string needed = route.Permission.LeastRole().ToWord();
            throw Route53Error.AccessDenied(caller.Name, route.Operation, $"this takes the role {needed}, and its key has {caller.Role.ToWord()}").ToException();
        }
    }

    private async Task<Route53Reply> HandleAsync(Route53Request request)
    {
        if (!request.Route.IsChange)
        {
            return await request.Route.Handler(request);
        }
        if (!_sources.Audit.IsWritable && !await _sources.Audit.TryWriteAsync(
            EntryOf(request, null, AuditOutcomes.Refused, "the audit log could not be written"), request.Aborted))
        {
            throw new Route53Error(503, "ServiceUnavailable", "The audit log cannot be written, and no change is made that it does not have.").ToException();
        }
        try
        {
            Route53Reply reply = await request.Route.Handler(request);
            // Not with the request's token: the change was made, whether or not somebody still waits for the answer.
            await _sources.Audit.TryWriteAsync(EntryOf(request, reply, AuditOutcomes.Done, null), CancellationToken.None);
            return reply;
        }
        catch (Route53Exception refusal)
        {
            await _sources.Audit.TryWriteAsync(
                EntryOf(request, null, AuditOutcomes.Refused, $"{refusal.Error.Code}: {Shorten(refusal.Error.Message)}"), CancellationToken.None);
            throw;
        }
    }

    private static AuditEntry EntryOf(Route53Request request, Route53Reply? reply, string outcome, string? detail) => new()
    {
        Who = request.Caller.Name,
        Token = request.Caller.TokenId,
        Role = request.Caller.Role.ToWord(),
        From = request.Caller.From?.ToString(),
        Action = $"route53:{request.Route.Operation}",
        Target = reply?.Target ?? request.Target,
        Outcome = outcome,
        Revision = reply?.Revision,
        Detail = detail,
    };

    // A thousand refused records are a thousand messages; whoever wants them all has the client's.
    private static string Shorten(string text) => text.Length <= 1000 ? text : text[..1000] + "…";

    private static async Task SendAsync(HttpContext context, string requestId, Route53Reply reply)
    {
        byte[] body = XmlReply.Write(reply.Root, reply.Content);
        HttpResponse response = context.Response;
        response.StatusCode = reply.Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers[RequestIdField] = requestId;
        if (reply.Location is { } location)
        {
            response.Headers.Location = $"https://route53.amazonaws.com{Route53Route.Prefix}{location}";
        }
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, string requestId, Route53Error error)
    {
        byte[] body = XmlReply.Write("ErrorResponse", xml =>
        {
            xml.Element("Error", () =>
            {
                xml.Text("Type", error.Status < 500 ? "Sender" : "Receiver");
                xml.Text("Code", error.Code);
                xml.Text("Message", error.Message);
            });
            xml.Text("RequestId", requestId);
        });
        HttpResponse response = context.Response;
        response.StatusCode = error.Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers[RequestIdField] = requestId;
        await response.Body.WriteAsync(body, CancellationToken.None);
    }

    [LoggerMessage(4801, LogLevel.Warning, "A request of the Route 53 API from {From} was refused: {Code}: {Message}")]
    private partial void LogRefused(IPAddress from, string code, string message);

    [LoggerMessage(4802, LogLevel.Error, "A fault in the Route 53 API ({Operation}, request {RequestId})")]
    private partial void LogFault(Exception fault, string operation, string requestId);
}
