using System.Collections.Immutable;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using Meridian.Control.Changes.Planned;
using Meridian.Control.Http.Routing;
using Meridian.Engine.Model;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>Changes that are made at a time, with the TTL lowered ahead.</summary>
internal sealed class PlannedRoutes(LocalEndpointSources sources, DocumentCalls calls, LocalEndpointLimits limits)
{
    private const string Tag = "changes";
    private const int DecisionLengthMax = 16 * 1024;

    private static readonly ImmutableDictionary<string, string> PlannedId = ImmutableDictionary<string, string>.Empty.Add("id", "The planned change's id.");

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/planned",
            Operation = "listPlanned",
            Tag = Tag,
            Summary = "Changes that are made at a time",
            Permission = Permission.Read,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "Under way, and those that ended last; by their time.", ApiContent.Json<Wire.PlannedChangeList>())],
            Handler = ListAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/planned",
            Operation = "planChange",
            Tag = Tag,
            Summary = "Make a change at a time, with the TTL lowered ahead and restored after",
            Description = "It is checked and guarded now, and again when it is made. A time at which caches may still hold the old TTL is refused unless forced.",
            Permission = Permission.Write,
            Request = ApiContent.Json<Wire.NewPlannedChange>(),
            BodyLengthMax = limits.ChangeSetLength,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = PlanAsync,
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/planned/{id}/cancel",
            Operation = "cancelPlanned",
            Tag = Tag,
            Summary = "End a planned change before it is made, and restore the TTL",
            PathParameters = PlannedId,
            Permission = Permission.Write,
            Request = ApiContent.Json<Wire.Decision>(),
            BodyLengthMax = DecisionLengthMax,
            Answers = DocumentCalls.ChangeAnswers,
            Handler = CancelAsync,
        },
    ];

    private async Task<ApiReply> ListAsync(ApiRequest request) => sources.Planned is { } planned
        ? ApiReply.Ok(new Wire.PlannedChangeList([.. (await planned.ListAsync(request.Aborted)).Select(Of)]), ApiJson.Default.PlannedChangeList)
        : NoStore();

    private async Task<ApiReply> PlanAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.NewPlannedChange, out Wire.NewPlannedChange? wanted, out ApiReply? refusal))
        {
            return refusal;
        }
        if (sources.Planned is not { } planned)
        {
            return NoStore();
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"a planned change takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        // As zones of one name are told apart: www.example.com@inside is the name in example.com@inside.
        if (!ZoneKey.TryParse(wanted.Name, out ZoneKey name, out string? problem))
        {
            return ApiReply.BadRequest($"'{wanted.Name}': {problem}");
        }
        ImmutableArray<DocumentChange> documents = ChangeRoutes.ChangesOf(wanted.Change);
        (documents, refusal) = await calls.RestoreSecretsAsync(documents, request.Aborted);
        if (refusal is not null)
        {
            return refusal;
        }
        ImmutableArray<DocumentChange> changes = wanted.Replaces ? await sources.Changes.ReplaceAsync(documents, request.Aborted) : documents;
        ProposedChange change = ChangeRoutes.Propose(request, wanted.Change, changes) with { Origin = wanted.Replaces ? ChangeOrigin.Cli : ChangeOrigin.Api };
        (PlannedChange? made, ChangeOutcome outcome) = await planned.PlanAsync(
            new NewPlannedChange
            {
                Name = name.Apex,
                ZoneLabel = name.Label.Length > 0 ? name.Label : null,
                At = wanted.At,
                Change = change,
                LowTtlSeconds = wanted.LowTtlSeconds,
                Tail = SpanOf(wanted.TailSeconds),
                VerifyFor = SpanOf(wanted.VerifySeconds),
                Guard = wanted.Guard,
                IsForced = wanted.Force,
            },
            request.Aborted);
        return DocumentCalls.Reply(outcome, null, []) with { Target = made?.Id ?? "planned", Reason = change.Reason };
    }

    private async Task<ApiReply> CancelAsync(ApiRequest request)
    {
        if (!request.TryRead(ApiJson.Default.Decision, out Wire.Decision? decision, out ApiReply? refusal))
        {
            return refusal;
        }
        if (sources.Planned is not { } planned)
        {
            return NoStore();
        }
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"a planned change takes a token for all zones; '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        string id = request.Path("id");
        return await planned.CancelAsync(id, request.Caller.Name, decision.Reason, request.Aborted) is { } outcome
            ? DocumentCalls.Reply(outcome, null, []) with { Target = id, Reason = decision.Reason }
            : ApiReply.NotFound($"no change '{id}' is planned");
    }

    internal static Wire.PlannedChange Of(PlannedChange planned) => new()
    {
        Id = planned.Id,
        Name = planned.Name,
        Step = planned.Step.ToString().ToLowerInvariant(),
        Author = planned.Author,
        Message = planned.Message,
        At = planned.At,
        LowerAt = planned.LowerAt,
        ChangeAt = planned.ChangeAt,
        EndAt = planned.EndAt,
        OldTtlSeconds = planned.OldTtlSeconds,
        LowTtlSeconds = planned.LowTtlSeconds,
        TailSeconds = planned.TailSeconds,
        IsForced = planned.IsForced,
        Note = planned.Note,
    };

    // What is no time is refused by the plan, with the range: this only keeps it representable.
    private static TimeSpan? SpanOf(double? seconds) =>
        seconds is { } some ? TimeSpan.FromSeconds(Math.Clamp(double.IsNaN(some) ? -1 : some, -1, TimeSpan.FromDays(365).TotalSeconds)) : null;

    private static ApiReply NoStore() => ApiReply.NotFound("changes are planned where there is a store: this server takes its configuration from files");
}
