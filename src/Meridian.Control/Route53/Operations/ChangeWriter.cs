using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.DynamicUpdate;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// Makes one request one revision, or none. What the request read are the preconditions of what it writes; when somebody else
/// was faster it is worked out anew, so that racing requests end as though one had come after the other.
/// </summary>
internal sealed class ChangeWriter(IChangeService changes, ZoneDirectory directory, Func<bool> isGuarded) : IDisposable
{
    // 1 to 100. Requests of one name take turns here; only writers by other doors can win against one, and hardly thrice.
    private const int AttemptsMax = 10;

    private readonly OwnerLocks _locks = new();

    /// <summary>Writes.</summary>
    /// <param name="request">Who asks; the operation's name begins the revision's message.</param>
    /// <param name="comment">What the client says of it; null when nothing.</param>
    /// <param name="names">The names that it is about: requests of the same name take turns.</param>
    /// <param name="draft">Works out what to write; throws what it refuses.</param>
    /// <returns>The revision; the newest one when nothing had to be written.</returns>
    public async Task<long> WriteAsync(
        Route53Request request, string? comment, IEnumerable<DomainName> names, Func<DirectoryState, ChangeDraft> draft)
    {
        using IDisposable turn = await _locks.EnterAsync(names, request.Aborted);
        for (int attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            DirectoryState state = await directory.CurrentAsync(request.Aborted);
            ChangeDraft wanted = draft(state);
            if (wanted.Changes.Count == 0)
            {
                return state.Revision;
            }
            ProposedChange proposed = new()
            {
                Changes = [.. wanted.Changes],
                Preconditions = wanted.Preconditions,
                Author = request.Caller.Name,
                Reads = request.Caller.Scope,
                Origin = ChangeOrigin.Route53,
                Message = ChangeMessage.Write(request.Route.Operation, comment),
                IsGuarded = isGuarded(),
            };
            switch (await changes.ApplyAsync(proposed, request.Aborted))
            {
                case ChangeOutcome.Accepted accepted:
                    return accepted.Revision.Number;
                case ChangeOutcome.Unchanged unchanged:
                    return unchanged.Head?.Number ?? 0;
                case ChangeOutcome.Conflict:
                    continue;
                case { } refused:
                    throw Explain(request, refused).ToException();
            }
        }
        throw new Route53Error(400, "PriorRequestNotComplete", "The request was rejected because Route 53 was still processing a prior request.").ToException();
    }

    public void Dispose() => _locks.Dispose();

    private static Route53Error Explain(Route53Request request, ChangeOutcome outcome) => outcome switch
    {
        ChangeOutcome.Invalid invalid => Refuse(request, invalid.Errors.Select(error => error.ToString())),
        ChangeOutcome.Refused refused => Refuse(
            request,
            refused.Plan.Guard.Select(finding => finding.Message).Prepend(
                "the guard refuses this change, and this API has no way to give a reason: use the native API, or set 'route53.guard: false'")),
        ChangeOutcome.PendingApproval pending => Refuse(
            request, [$"the change waits as {pending.Pending.Id} until somebody else approves it ('meridian pending')"]),
        ChangeOutcome.NotOwner foreign => Route53Error.AccessDenied(
            request.Caller.Name, request.Route.Operation, $"{foreign.Key} belongs to {foreign.Owner}, as 'owners' of its zone says"),
        ChangeOutcome.ReadOnly files => Route53Error.AccessDenied(
            request.Caller.Name, request.Route.Operation, $"this server takes its configuration from {files.Source}"),
        ChangeOutcome.Unavailable { Kind: RefusalKind.Busy } => new Route53Error(400, "Throttling", "Rate exceeded"),
        ChangeOutcome.Unavailable { Kind: RefusalKind.Limit or RefusalKind.Invalid } wrong => Route53Error.InvalidInput(wrong.Words),
        ChangeOutcome.Unavailable unavailable => new Route53Error(503, "ServiceUnavailable", unavailable.Words),
        _ => new Route53Error(500, "InternalFailure", "The change ended in an unexpected way."),
    };

    private static Route53Error Refuse(Route53Request request, IEnumerable<string> messages) => request.Route.Operation == "ChangeResourceRecordSets"
        ? Route53Error.InvalidChangeBatch(messages)
        : Route53Error.InvalidInput(string.Join("; ", messages));
}
