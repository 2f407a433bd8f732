using System.Collections.Immutable;
using System.Globalization;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// From a request to the front door for changes and back: preconditions, who may change what, secrets, and every way in
/// which a change can end.
/// </summary>
/// <param name="sources">The front door.</param>
internal sealed class DocumentCalls(LocalEndpointSources sources)
{
    private const int DecisionLengthMax = 16 * 1024;

    private static readonly TimeSpan BusyRetry = TimeSpan.FromSeconds(1);

    /// <summary>The parameters that every change takes.</summary>
    public static ImmutableArray<ApiParameter> ChangeParameters { get; } =
    [
        new("dry-run", "Check and plan only, and change nothing.", "boolean"),
        new("message", "What is done, in the author's words."),
        new("reason", "Why it is done although the guard refuses; kept with the revision."),
        new("plan", "The hash of the plan that was looked at: refused when the world moved since."),
        new("wait", "Answer only when the change answers queries, not as soon as it is durable.", "boolean"),
    ];

    /// <summary>The header fields that make a change of one document conditional (RFC 9110 §13.1).</summary>
    public static ImmutableArray<ApiParameter> ConditionHeaders { get; } =
    [
        new("If-Match", "The ETag of the version that was read; refused with 412 when it is another by now."),
        new("If-None-Match", "`*`: only if it does not exist."),
    ];

    /// <summary>How a change of documents can end.</summary>
    public static ImmutableArray<ApiAnswer> ChangeAnswers { get; } =
    [
        new(StatusCodes.Status200OK, "It is durable; or a dry run found nothing against it.", ApiContent.Json<Wire.ChangeResult>()),
        new(StatusCodes.Status202Accepted, "It waits for a second person's approval.", new ApiContent(Wire.Problem.MediaType, nameof(Wire.Problem))),
        new(StatusCodes.Status409Conflict, "The plan is no longer what would happen, the guard refuses, or it belongs to somebody else.", new ApiContent(Wire.Problem.MediaType, nameof(Wire.Problem))),
        new(StatusCodes.Status412PreconditionFailed, "It is not in the version that was expected.", new ApiContent(Wire.Problem.MediaType, nameof(Wire.Problem))),
        new(StatusCodes.Status422UnprocessableEntity, "The configuration would have errors; all of them are listed.", new ApiContent(Wire.Problem.MediaType, nameof(Wire.Problem))),
    ];

    /// <summary>A request that changes one document, or a part of one.</summary>
    /// <param name="method">PUT or DELETE.</param>
    /// <param name="path">Names what is changed.</param>
    /// <param name="operation">What it is called.</param>
    /// <param name="tag">With what it is shown.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="names">The names in the path.</param>
    /// <param name="handler">Answers it.</param>
    public static ApiRoute Changing(
        string method, string path, string operation, string tag, string summary, ImmutableDictionary<string, string> names, Func<ApiRequest, Task<ApiReply>> handler) => new()
        {
            Method = method,
            Path = path,
            Operation = operation,
            Tag = tag,
            Summary = summary,
            Permission = Permission.Write,
            PathParameters = names,
            Query = ChangeParameters,
            Headers = ConditionHeaders,
            Answers = ChangeAnswers,
            Handler = handler,
        };

    /// <summary>A request by which somebody decides what becomes of a change that waits.</summary>
    /// <param name="path">Names the change and the decision.</param>
    /// <param name="operation">What it is called.</param>
    /// <param name="tag">With what it is shown.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="handler">Answers it.</param>
    public static ApiRoute Deciding(string path, string operation, string tag, string summary, Func<ApiRequest, Task<ApiReply>> handler) => new()
    {
        Method = HttpMethods.Post,
        Path = path,
        Operation = operation,
        Tag = tag,
        Summary = summary,
        Permission = Permission.Write,
        Request = ApiContent.Json<Wire.Decision>(),
        BodyLengthMax = DecisionLengthMax,
        Answers = ChangeAnswers,
        Handler = handler,
    };

    /// <summary>Reads the conditions of a request on one document.</summary>
    public static bool TryReadConditions(ApiRequest request, DocumentKey key, out ImmutableArray<Precondition> conditions, out ApiReply? refusal)
    {
        conditions = [];
        refusal = null;
        string match = request.Context.Request.Headers.IfMatch.ToString();
        string none = request.Context.Request.Headers.IfNoneMatch.ToString();
        if (none.Length > 0 && none != "*")
        {
            refusal = ApiReply.BadRequest("If-None-Match is '*' for a change: only if it does not exist");
            return false;
        }
        if (match.Length > 0 && match != "*")
        {
            if (!TryReadTag(match, out long version))
            {
                refusal = ApiReply.BadRequest($"If-Match '{match}' is not an ETag of this server: it looks like \"17\"");
                return false;
            }
            conditions = [new Precondition(key, version)];
        }
        else if (none == "*")
        {
            conditions = [new Precondition(key, 0)];
        }
        return true;
    }

    /// <summary>Reads an entity tag as this API gives them.</summary>
    public static bool TryReadTag(string tag, out long version)
    {
        version = 0;
        return tag.Length > 2 && tag[0] == '"' && tag[^1] == '"'
            && long.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>Puts kept secrets in the place of masks, in all changes.</summary>
    public async Task<(ImmutableArray<DocumentChange> Changes, ApiReply? Refusal)> RestoreSecretsAsync(
        ImmutableArray<DocumentChange> changes, CancellationToken cancellationToken)
    {
        ImmutableArray<DocumentChange>.Builder restored = ImmutableArray.CreateBuilder<DocumentChange>(changes.Length);
        foreach (DocumentChange change in changes)
        {
            if (change.Body is not { } body)
            {
                restored.Add(change);
                continue;
            }
            Document? kept = await sources.Documents.GetAsync(change.Key, cancellationToken);
            if (SecretFields.Restore(body.Memory, kept?.Body.Memory, out string? pointer) is not { } whole)
            {
                return ([], ApiReply.Refuse(StatusCodes.Status422UnprocessableEntity, Wire.ProblemTypes.Invalid, "a secret is missing", new Wire.ProblemItem
                {
                    Document = $"{change.Key.Kind}/{change.Key.Name}",
                    Pointer = pointer,
                    Detail = $"'{SecretFields.Mask}' keeps the secret that there is, and there is none: write it out",
                }));
            }
            restored.Add(DocumentChange.Put(change.Key, new DocumentBody(whole)));
        }
        return (restored.ToImmutable(), null);
    }

    /// <summary>Why the caller may not change these documents; null when they may.</summary>
    public ApiReply? RefuseOutOfScope(Principal caller, IEnumerable<DocumentChange> changes)
    {
        foreach (DocumentChange change in changes)
        {
            if (CallerScope.Refuse(caller, change, sources.Model()) is { } reason)
            {
                return ApiReply.Forbidden(reason);
            }
        }
        return null;
    }

    /// <summary>Proposes a change of one document as a request asks for it, with its conditions, and answers with what became of it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="change">What it asks for.</param>
    /// <param name="message">What is done, where the request does not say it.</param>
    /// <param name="otherwise">What is relied on where the request has no conditions; null relies on nothing.</param>
    public Task<ApiReply> ApplyAsync(ApiRequest request, DocumentChange change, string message, Precondition? otherwise = null)
    {
        if (!TryReadConditions(request, change.Key, out ImmutableArray<Precondition> conditions, out ApiReply? refusal))
        {
            return Task.FromResult(refusal!); // Set whenever it is false.
        }
        ProposedChange proposed = new()
        {
            Changes = [change],
            Preconditions = conditions.IsEmpty && otherwise is { } relied ? [relied] : conditions,
            Author = request.Caller.Name,
            Origin = ChangeOrigin.Api,
            Message = request.Query("message") ?? message,
            Reason = request.Query("reason"),
            PlanHash = request.Query("plan"),
            DryRun = request.IsDryRun,
        };
        return ApplyAsync(request, proposed, change.Key);
    }

    /// <summary>Proposes a change on behalf of a request, and answers with what became of it.</summary>
    public async Task<ApiReply> ApplyAsync(ApiRequest request, ProposedChange change, DocumentKey? own)
    {
        if (RefuseOutOfScope(request.Caller, change.Changes) is { } forbidden)
        {
            return forbidden;
        }
        (ImmutableArray<DocumentChange> changes, ApiReply? refusal) = await RestoreSecretsAsync(change.Changes, request.Aborted);
        if (refusal is not null)
        {
            return refusal;
        }
        change = change with { Changes = changes, Asked = change.Asked ?? change.Changes, Reads = request.Caller.Scope };
        string[] secrets = [.. await SecretsOfAsync(changes, request.Aborted)];
        ChangeOutcome outcome = await sources.Changes.ApplyAsync(change, request.Aborted);
        ApiReply reply = Reply(outcome, own, secrets) with { Target = TargetOf(changes), Reason = change.Reason };
        if (outcome is ChangeOutcome.Accepted accepted && request.Flag("wait")
            && !await sources.Changes.WaitForServingAsync(accepted.Revision.Number, request.Aborted))
        {
            reply = reply.With("Warning", "199 - \"durable, but not served; status says why\"");
        }
        return reply;
    }

    /// <summary>An outcome as an answer.</summary>
    /// <param name="outcome">What became of a change.</param>
    /// <param name="own">The document that the request is about: errors in it need no name.</param>
    /// <param name="secrets">What must not be shown of plans.</param>
    public static ApiReply Reply(ChangeOutcome outcome, DocumentKey? own, IReadOnlyCollection<string> secrets) => outcome switch
    {
        ChangeOutcome.Accepted accepted => Result(new Wire.ChangeResult
        {
            Revision = PlanWire.Of(accepted.Revision),
            Warnings = [.. accepted.Warnings.Select(warning => PlanWire.Of(warning, own))],
        }).Tagged(accepted.Revision.Number) with
        { Revision = accepted.Revision.Number },
        ChangeOutcome.Unchanged => Result(new Wire.ChangeResult { Unchanged = true }),
        ChangeOutcome.Planned planned => Result(new Wire.ChangeResult
        {
            Plan = PlanWire.Of(planned.Plan, secrets),
            Warnings = [.. planned.Plan.Warnings.Select(warning => PlanWire.Of(warning, own))],
        }),
        ChangeOutcome.Conflict conflict => ApiReply.Refuse(Problem(StatusCodes.Status412PreconditionFailed, Wire.ProblemTypes.Conflict, Describe(conflict)) with
        {
            ActualVersion = conflict.Actual,
        }),
        ChangeOutcome.PlanMoved moved => ApiReply.Refuse(Problem(
            StatusCodes.Status409Conflict, Wire.ProblemTypes.Conflict, "the plan is no longer what would happen; here is what would") with
        {
            Plan = PlanWire.Of(moved.Plan, secrets),
        }),
        ChangeOutcome.Invalid invalid => ApiReply.Refuse(
            StatusCodes.Status422UnprocessableEntity,
            Wire.ProblemTypes.Invalid,
            $"the configuration would have {invalid.Errors.Length} error{(invalid.Errors.Length == 1 ? "" : "s")}; nothing was changed",
            [.. invalid.Errors.Select(error => PlanWire.Of(error, own))]),
        ChangeOutcome.Refused refused => ApiReply.Refuse(Problem(
            StatusCodes.Status409Conflict, Wire.ProblemTypes.Guarded, "the guard refuses it; give a reason to overrule the guard") with
        {
            Errors = [.. refused.Plan.Guard.Select(finding => new Wire.ProblemItem { Detail = finding.Message })],
            Plan = PlanWire.Of(refused.Plan, secrets),
        }),
        ChangeOutcome.NotOwner owned => ApiReply.Refuse(
            StatusCodes.Status409Conflict, Wire.ProblemTypes.NotOwner, $"{owned.Key} belongs to '{owned.Owner}', which is where it is changed"),
        ChangeOutcome.PendingApproval { Pending: var pending, Revision: var kept } => ApiReply.Refuse(Problem(
            StatusCodes.Status202Accepted, Wire.ProblemTypes.Pending, $"it is kept as '{pending.Id}' until somebody else approves it") with
        {
            Pending = pending.Id,
        }).With("Location", $"/api/v1/pending/{pending.Id}") with
        { Revision = kept.Number },
        ChangeOutcome.ReadOnly readOnly => ApiReply.Refuse(
            StatusCodes.Status409Conflict, Wire.ProblemTypes.NotOwner, $"this server takes its configuration from {readOnly.Source}: change it there"),
        ChangeOutcome.Unavailable { Kind: RefusalKind.Limit or RefusalKind.Invalid } limit => ApiReply.Refuse(
            StatusCodes.Status413PayloadTooLarge, Wire.ProblemTypes.TooLarge, limit.Words),
        ChangeOutcome.Unavailable unavailable => ApiReply.Refuse(
            StatusCodes.Status503ServiceUnavailable, Wire.ProblemTypes.Unavailable, unavailable.Words).RetryAfter(BusyRetry),
        _ => throw new InvalidOperationException($"There is no answer for {outcome.GetType().Name}."),
    };

    private async Task<IEnumerable<string>> SecretsOfAsync(ImmutableArray<DocumentChange> changes, CancellationToken cancellationToken)
    {
        HashSet<string> secrets = [];
        foreach (DocumentChange change in changes)
        {
            if (change.Body is { } body)
            {
                secrets.UnionWith(SecretFields.ValuesOf(body.Memory));
            }
            if (await sources.Documents.GetAsync(change.Key, cancellationToken) is { } kept)
            {
                secrets.UnionWith(SecretFields.ValuesOf(kept.Body.Memory));
            }
        }
        // Nothing is hidden by hiding the empty text, and a text of one letter would hide everything.
        return secrets.Where(secret => secret.Length > 3);
    }

    private static ApiReply Result(Wire.ChangeResult result) => ApiReply.Ok(result, ApiJson.Default.ChangeResult);

    private static Wire.Problem Problem(int status, string type, string detail) =>
        new() { Status = status, Type = type, Title = ApiReply.TitleOf(type), Detail = detail };

    private static string Describe(ChangeOutcome.Conflict conflict) => conflict switch
    {
        { Actual: 0 } => $"{conflict.Key} does not exist",
        { Expected: 0 } => $"{conflict.Key} exists already, in version {conflict.Actual}",
        _ => $"{conflict.Key} is in version {conflict.Actual}, not {conflict.Expected}: read it again",
    };

    private static string TargetOf(ImmutableArray<DocumentChange> changes)
    {
        const int Shown = 5;
        string names = string.Join(", ", changes.Take(Shown).Select(change => $"{change.Key.Kind}/{change.Key.Name}"));
        return changes.Length <= Shown ? names : $"{names} and {changes.Length - Shown} more";
    }
}
