using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Revisions: what was changed, what differs between two of them, and the way back.</summary>
internal sealed class HistoryRoutes(LocalEndpointSources sources, DocumentCalls calls)
{
    private const string Tag = "history";
    private const int DecisionLengthMax = 16 * 1024;

    // 100 to 100,000. Somebody reads it; a larger difference is better exported twice and compared.
    private const int DifferenceCountMax = 10_000;

    private static readonly ImmutableDictionary<string, string> Number = ImmutableDictionary<string, string>.Empty.Add("number", "The revision's number.");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/revisions",
            Operation = "listRevisions",
            Tag = Tag,
            Summary = "History, newest first",
            Permission = Permission.Read,
            Query = [new ApiParameter("limit", "How many at most.", "integer"), new ApiParameter("cursor", "Where the page before ended.")],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "A page.", ApiContent.Json<Wire.RevisionPage>())],
            Handler = ListAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/revisions/{number}",
            Operation = "getRevision",
            Tag = Tag,
            Summary = "A revision with what it changed",
            Permission = Permission.Read,
            PathParameters = Number,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The revision.", ApiContent.Json<Wire.RevisionDetail>())],
            Handler = GetAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/diff",
            Operation = "diffRevisions",
            Tag = Tag,
            Summary = "What differs between two revisions",
            Permission = Permission.Read,
            Query =
            [
                new ApiParameter("from", "The one revision.", "integer") { IsRequired = true },
                new ApiParameter("to", "The other; the newest when it is left out.", "integer"),
            ],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The documents that differ.", ApiContent.Json<Wire.RevisionDifference>())],
            Handler = DiffAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/revisions/{number}/rollback",
            Operation = "rollback",
            Tag = Tag,
            Summary = "Return to what was after a revision, as a new revision",
            Description = "Tokens are not part of it: one that was revoked stays revoked.",
            Permission = Permission.Write,
            PathParameters = Number,
            Query = [DocumentCalls.ChangeParameters[0], DocumentCalls.ChangeParameters[4]],
            Request = ApiContent.Json<Wire.Decision>(),
            BodyLengthMax = DecisionLengthMax,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = RollbackAsync,
        },
    ];

    private async Task<ApiReply> ListAsync(ApiRequest request)
    {
        if (sources.Changes.Log is not { } log)
        {
            return NoHistory();
        }
        if (!request.TryNumber("limit", 1, ChangeLogLimits.MaxHistoryPage, 100, out long count, out ApiReply? refusal)
            || !request.TryNumber("cursor", 1, long.MaxValue, 0, out long before, out refusal))
        {
            return refusal;
        }
        ImmutableArray<Revision> found = await log.HistoryAsync(before == 0 ? null : before, (int)count, request.Aborted);
        string? next = found.Length == count && found[^1].Number > log.OldestNumber ? found[^1].Number.ToString(CultureInfo.InvariantCulture) : null;
        return ApiReply.Ok(new Wire.RevisionPage([.. found.Select(PlanWire.Of)], next), ApiJson.Default.RevisionPage);
    }

    private async Task<ApiReply> GetAsync(ApiRequest request)
    {
        if (sources.Changes.Log is not { } log)
        {
            return NoHistory();
        }
        if (!TryNumber(request, out long number) || await log.FindAsync(number, request.Aborted) is not { } entry)
        {
            return NoRevision(request);
        }
        ImmutableArray<Wire.DocumentDifference> changes =
        [
            .. entry.Changes.Where(change => CallerScope.MayRead(request.Caller, change.Key)).Select(change => Difference(change.Key, change.Before, change.After)),
        ];
        return ApiReply.Ok(new Wire.RevisionDetail(PlanWire.Of(entry.Revision), changes), ApiJson.Default.RevisionDetail);
    }

    private async Task<ApiReply> DiffAsync(ApiRequest request)
    {
        if (sources.Changes.Log is not { Head: { } head } log)
        {
            return NoHistory();
        }
        if (request.Query("from") is null)
        {
            return ApiReply.BadRequest("the parameter 'from' is missing: the revision to compare");
        }
        if (!request.TryNumber("from", 0, head.Number, 0, out long from, out ApiReply? refusal)
            || !request.TryNumber("to", 0, head.Number, head.Number, out long to, out refusal))
        {
            return refusal;
        }
        using DocumentState? before = await log.StateAtAsync(from, request.Aborted);
        using DocumentState? after = await log.StateAtAsync(to, request.Aborted);
        if (before is null || after is null)
        {
            return ApiReply.NotFound($"revision {(before is null ? from : to)} is no longer kept");
        }
        ImmutableArray<Wire.DocumentDifference> changes =
        [
            .. StateDifference.Of(before, after)
                .Where(pair => CallerScope.MayRead(request.Caller, pair.Key))
                .Take(DifferenceCountMax + 1)
                .Select(pair => Difference(pair.Key, pair.Before, pair.After)),
        ];
        bool isComplete = changes.Length <= DifferenceCountMax;
        return ApiReply.Ok(
            new Wire.RevisionDifference(from, to, isComplete ? changes : changes[..DifferenceCountMax], isComplete), ApiJson.Default.RevisionDifference);
    }

    private async Task<ApiReply> RollbackAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.Decision, out Wire.Decision? decision, out ApiReply? refusal))
        {
            return refusal;
        }
        if (!TryNumber(request, out long number) || await sources.Changes.ReturnToAsync(number, request.Aborted) is not { } changes)
        {
            return NoRevision(request);
        }
        ProposedChange proposed = new()
        {
            // Tokens and keys have doors of their own: what was revoked stays so.
            Changes = [.. changes.Where(change => change.Key.Kind is not (DocumentKinds.AccessToken or DocumentKinds.AccessKey))],
            Author = request.Caller.Name,
            Origin = ChangeOrigin.Rollback,
            Message = decision.Message ?? $"return to revision {number}",
            Reason = decision.Reason,
            DryRun = request.IsDryRun,
        };
        return await calls.ApplyAsync(request, proposed, null);
    }

    private static Wire.DocumentDifference Difference(DocumentKey key, Document? before, Document? after) =>
        new(key.Kind, key.Name, Shown(before), Shown(after));

    private static JsonElement? Shown(Document? document) => document is { } shown ? SecretFields.Hide(shown.Body.Memory, out _) : null;

    private static bool TryNumber(ApiRequest request, out long number) =>
        long.TryParse(request.Path("number"), NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    private static ApiReply NoRevision(ApiRequest request) => ApiReply.NotFound($"there is no revision {request.Path("number")}, or it is no longer kept");

    private static ApiReply NoHistory() =>
        ApiReply.NotFound("there is no history here: this server takes its configuration from files, and they have theirs");
}
