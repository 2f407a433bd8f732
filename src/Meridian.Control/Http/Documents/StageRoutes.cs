using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Staging;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Changes that meet the world in steps.</summary>
internal sealed class StageRoutes(LocalEndpointSources sources, DocumentCalls calls, LocalEndpointLimits limits)
{
    private const string Tag = "changes";

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/staged",
            Operation = "getStaged",
            Tag = Tag,
            Summary = "The change that meets the world in steps",
            Permission = Permission.Read,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "How far it is.", ApiContent.Json<Wire.StagedChange>())],
            Handler = _ => Task.FromResult(sources.Staged?.Current is { } staged ? ApiReply.Ok(Of(staged), ApiJson.Default.StagedChange) : Nothing()),
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/staged",
            Operation = "stageChanges",
            Tag = Tag,
            Summary = "Let a change meet a growing share of the queries",
            Description = "It is checked and guarded as one that is applied, and becomes a revision when it is promoted.",
            Permission = Permission.Write,
            Request = ApiContent.Json<Wire.NewStage>(),
            BodyLengthMax = limits.ChangeSetLength,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = StageAsync,
        },
        Decide("promote", "Make the staged change everybody's"),
        Decide("abort", "Answer everybody from the current configuration again"),
    ];

    private async Task<ApiReply> StageAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.NewStage, out Wire.NewStage? stage, out ApiReply? refusal))
        {
            return refusal;
        }
        if (sources.Staged is not { } staged)
        {
            return Nothing();
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"a staged change takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        ImmutableArray<DocumentChange> documents = ChangeRoutes.ChangesOf(stage.Change);
        if (documents.IsEmpty)
        {
            return ApiReply.BadRequest("there are no changes in it");
        }
        ImmutableArray<DocumentChange> asked = documents;
        (documents, refusal) = await calls.RestoreSecretsAsync(documents, request.Aborted);
        if (refusal is not null)
        {
            return refusal;
        }
        ImmutableArray<DocumentChange> changes = stage.Replaces ? await sources.Changes.ReplaceAsync(documents, request.Aborted) : documents;
        ProposedChange proposed = ChangeRoutes.Propose(request, stage.Change, changes) with
        {
            Origin = stage.Replaces ? ChangeOrigin.Cli : ChangeOrigin.Api,
            Asked = asked,
        };
        TimeSpan every = TimeSpan.FromSeconds(Math.Clamp(stage.EverySeconds, 0, TimeSpan.FromDays(365).TotalSeconds));
        ChangeOutcome outcome = await staged.StageAsync(proposed, new StagePlan(stage.Steps, every, stage.Guard), request.Aborted);
        return DocumentCalls.Reply(outcome, null, []) with { Target = "staged", Reason = proposed.Reason };
    }

    private ApiRoute Decide(string word, string summary) => DocumentCalls.Deciding(
        $"/api/v1/staged/{word}", $"{word}Staged", Tag, summary, request => DecideAsync(request, word == "promote"));

    private async Task<ApiReply> DecideAsync(ApiRequest request, bool isPromotion)
    {
        if (!request.TryRead(ApiJson.Default.Decision, out Wire.Decision? decision, out ApiReply? refusal))
        {
            return refusal;
        }
        if (sources.Staged is not { } staged)
        {
            return Nothing();
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"a staged change takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        ChangeOutcome? outcome = isPromotion
            ? await staged.PromoteAsync(request.Caller.Name, request.Aborted)
            : await staged.AbortAsync(request.Caller.Name, decision.Reason, request.Aborted);
        return outcome is null ? Nothing() : DocumentCalls.Reply(outcome, null, []) with { Target = "staged", Reason = decision.Reason };
    }

    private static ApiReply Nothing() => ApiReply.NotFound("nothing is staged");

    private static Wire.StagedChange Of(StagedChange staged) => new()
    {
        StartedAt = staged.StartedAt,
        Author = staged.Author,
        Message = staged.Message,
        Steps = staged.Plan.Steps,
        EverySeconds = staged.Plan.Every.TotalSeconds,
        Guard = staged.Plan.Guard,
        Percent = staged.Share * 100,
        NextAt = staged.NextAt,
        Shortfall = staged.Shortfall,
    };
}
