using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Many documents at once: change sets, the whole configuration, and what waits for a second person.</summary>
internal sealed class ChangeRoutes(LocalEndpointSources sources, DocumentCalls calls, LocalEndpointLimits limits)
{
    private const string Tag = "changes";

    private static readonly ImmutableArray<ApiParameter> BulkParameters = [DocumentCalls.ChangeParameters[0], DocumentCalls.ChangeParameters[4]];
    private static readonly ImmutableDictionary<string, string> PendingId = ImmutableDictionary<string, string>.Empty.Add("id", "The pending change's id.");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/changes",
            Operation = "applyChanges",
            Tag = Tag,
            Summary = "Change many documents, all of them or none",
            Description = "Each change may name the version its document must be in; 0 stands for 'must not exist'.",
            Permission = Permission.Write,
            Query = BulkParameters,
            Request = ApiContent.Json<Wire.ChangeSet>(),
            BodyLengthMax = limits.ChangeSetLength,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = ApplyAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/configuration",
            Operation = "exportConfiguration",
            Tag = Tag,
            Summary = "The whole configuration as YAML",
            Description = "Applying what this gives changes nothing. It has the secrets of monitors in it, and so takes the role admin and is audited.",
            Permission = Permission.Administer,
            Query = [new ApiParameter("revision", "As it was after this revision.", "integer")],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "One YAML document, stable in order.", new ApiContent("application/yaml", null))],
            Handler = ExportAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Put,
            Path = "/api/v1/configuration",
            Operation = "replaceConfiguration",
            Tag = Tag,
            Summary = "Make these documents the whole configuration",
            Description = "What is not among them is deleted, unless it belongs to somebody else than files.",
            Permission = Permission.Write,
            Query = BulkParameters,
            Request = ApiContent.Json<Wire.ChangeSet>(),
            BodyLengthMax = limits.ChangeSetLength,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = ReplaceAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/pending",
            Operation = "listPending",
            Tag = Tag,
            Summary = "Changes that wait for somebody's word",
            Permission = Permission.Read,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "Oldest first.", ApiContent.Json<Wire.PendingList>())],
            Handler = async request => ApiReply.Ok(
                new Wire.PendingList([.. (await sources.Changes.PendingAsync(request.Aborted)).Select(PlanWire.Of)]), ApiJson.Default.PendingList),
        },
        Decide("approve", "Let a pending change through, as its author's"),
        Decide("reject", "Throw a pending change away"),
    ];

    private async Task<ApiReply> ApplyAsync(ApiRequest request)
    {
        if (!TryReadChanges(request, out Wire.ChangeSet? set, out ImmutableArray<DocumentChange> changes, out ApiReply? refusal))
        {
            return refusal!; // Set whenever it is false.
        }
        return await calls.ApplyAsync(request, Propose(request, set!, changes), null);
    }

    private async Task<ApiReply> ReplaceAsync(ApiRequest request)
    {
        if (!TryReadChanges(request, out Wire.ChangeSet? set, out ImmutableArray<DocumentChange> documents, out ApiReply? refusal))
        {
            return refusal!; // Set whenever it is false.
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"the whole configuration takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        if (documents.Any(document => document.IsDelete))
        {
            return ApiReply.BadRequest("a whole configuration has no deletions: leave out what is to go");
        }
        ImmutableArray<DocumentChange> asked = documents;
        (documents, refusal) = await calls.RestoreSecretsAsync(documents, request.Aborted);
        return refusal ?? await calls.ApplyAsync(
            request,
            // A whole configuration is what files have: 'meridian apply' comes here.
            Propose(request, set!, await sources.Changes.ReplaceAsync(documents, request.Aborted)) with { Origin = ChangeOrigin.Cli, Asked = asked },
            null);
    }

    private async Task<ApiReply> ExportAsync(ApiRequest request)
    {
        if (!request.TryNumber("revision", 1, long.MaxValue, 0, out long revision, out ApiReply? refusal))
        {
            return refusal;
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"the whole configuration takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        string? yaml = await sources.Changes.ExportAsync(revision == 0 ? null : revision, request.Aborted);
        return yaml is null
            ? ApiReply.NotFound("there is no store here, or no such revision in it any more")
            : ApiReply.Text(yaml, "application/yaml; charset=utf-8") with { IsSecret = true, Target = "configuration" };
    }

    private ApiRoute Decide(string word, string summary) => DocumentCalls.Deciding(
        $"/api/v1/pending/{{id}}/{word}", $"{word}Change", Tag, summary, request => DecideAsync(request, word == "approve")) with
    {
        PathParameters = PendingId,
    };

    private async Task<ApiReply> DecideAsync(ApiRequest request, bool isApproval)
    {
        if (!request.TryRead(ApiJson.Default.Decision, out Wire.Decision? decision, out ApiReply? refusal))
        {
            return refusal;
        }
        string id = request.Path("id");
        PendingChange? pending = (await sources.Changes.PendingAsync(request.Aborted)).FirstOrDefault(change => change.Id == id);
        if (pending is null)
        {
            return ApiReply.NotFound($"nothing is pending as '{id}'");
        }
        if (!request.Caller.Scope.IsAll && !(pending.Zones.Length > 0 && pending.Zones.All(request.Caller.Scope.Contains)))
        {
            return ApiReply.Forbidden($"'{id}' concerns more than the zones of '{request.Caller.Name}': {request.Caller.Scope}");
        }
        ChangeOutcome? outcome = isApproval
            ? await sources.Changes.ApproveAsync(id, request.Caller.Name, decision.Reason, request.Aborted)
            : await sources.Changes.RejectAsync(id, request.Caller.Name, decision.Reason, request.Aborted);
        return outcome is null
            ? ApiReply.NotFound($"nothing is pending as '{id}'")
            : DocumentCalls.Reply(outcome, null, []) with { Target = $"pending/{id} of {pending.Author}", Reason = decision.Reason };
    }

    /// <summary>The set of a request's body with at least one change; false with the refusal when it has none.</summary>
    internal static bool TryReadChanges(
        ApiRequest request, out Wire.ChangeSet? set, out ImmutableArray<DocumentChange> changes, out ApiReply? refusal)
    {
        changes = [];
        if (!request.TryRead(ApiJson.Default.ChangeSet, out set, out refusal))
        {
            return false;
        }
        if (set.Changes.IsDefaultOrEmpty)
        {
            refusal = ApiReply.BadRequest("there are no changes in it", new Wire.ProblemItem { Pointer = "/changes", Detail = "expected at least one" });
            return false;
        }
        changes = ChangesOf(set);
        return true;
    }

    /// <summary>The changes of a set; none when it has none.</summary>
    internal static ImmutableArray<DocumentChange> ChangesOf(Wire.ChangeSet set) => set.Changes.IsDefault
        ? []
        : [.. set.Changes.Select(change => new DocumentChange(new DocumentKey(change.Kind, change.Name), BodyOf(change)))];

    private static DocumentBody? BodyOf(Wire.Change change) =>
        change.Body is { ValueKind: not JsonValueKind.Null and not JsonValueKind.Undefined } body ? new DocumentBody(Encoding.UTF8.GetBytes(body.GetRawText())) : null;

    /// <summary>The proposal of a request.</summary>
    internal static ProposedChange Propose(ApiRequest request, Wire.ChangeSet set, ImmutableArray<DocumentChange> changes) => new()
    {
        Changes = changes,
        Preconditions =
        [
            .. set.Changes.Where(change => change.Version is not null)
                .Select(change => new Precondition(new DocumentKey(change.Kind, change.Name), change.Version.GetValueOrDefault())),
        ],
        Author = request.Caller.Name,
        Origin = ChangeOrigin.Api,
        Message = set.Message ?? $"change {changes.Length} documents",
        Reason = set.Reason,
        PlanHash = set.PlanHash,
        DryRun = request.IsDryRun,
        IdempotencyKey = set.IdempotencyKey,
    };
}
