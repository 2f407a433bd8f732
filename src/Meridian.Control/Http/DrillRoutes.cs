using System.Collections.Immutable;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Drilling;
using Meridian.Control.Http.Routing;
using Meridian.Control.Observing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>Failures that are played for a share of the clients.</summary>
internal sealed class DrillRoutes(ObservatoryCalls calls)
{
    // 40 to 1,000: a step of a runbook in a line.
    private const int StepLengthMax = 300;

    private static readonly ApiParameter By = new("by", "Who plays it, and why.") { IsRequired = true };
    private static readonly ApiParameter Format = ObservatoryCalls.Format("json", "text");

    public IEnumerable<ApiRoute> Routes =>
    [
        calls.Read("/api/v1/drill", "getDrill", "The drill that runs or waits, or the last one", [Format], Show),
        Play(
            "/api/v1/drill", "beginDrill", "Play the failure of a site for a share of the clients",
            [
                new ApiParameter("site", "The site that fails.") { IsRequired = true },
                new ApiParameter("percent", "Of the clients, by observed queries; above 0, up to 100.") { IsRequired = true },
                new ApiParameter("seconds", "How long.", "integer") { IsRequired = true },
                new ApiParameter("stop-if", "A monitor that ends it when a member that it checks goes down. May be repeated."),
                new ApiParameter("at", "When it begins (RFC 3339); at once unless given."),
                By,
            ],
            Begin),
        Play("/api/v1/drill/stop", "stopDrill", "End the drill that runs or waits", [By], Stop),
        Play(
            "/api/v1/drill/walk", "walkDrill", "Note in the report of the drill that runs that a step of a runbook was walked through",
            [new ApiParameter("step", $"Which, and what came of it; up to {StepLengthMax} characters.") { IsRequired = true }, By], Walk),
    ];

    private static ApiReply Show(ApiRequest request, Observatory observatory) => observatory.Drills?.Report is { } report
        ? ObservatoryCalls.Reply(request, () => DrillOutput.ToJson(report), () => DrillOutput.ToText(report))
        : ApiReply.NotFound("no drill is known");

    private static ApiReply Begin(ApiRequest request, DrillService drills, Observatory observatory)
    {
        if (!request.TryNumber("seconds", 1, 1_000_000, 0, out long seconds, out ApiReply? refusal))
        {
            return refusal;
        }
        if (!double.TryParse(request.Query("percent"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent))
        {
            return ApiReply.BadRequest($"percent '{request.Query("percent")}' is no number");
        }
        DateTimeOffset at = default;
        if (request.Query("at") is { } text && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            return ApiReply.BadRequest($"at '{text}' is no time: write it as 2026-12-01T09:00Z");
        }
        DrillPlan plan = new(
            request.Query("site") ?? "", percent / 100, TimeSpan.FromSeconds(seconds), ObservatoryCalls.All(request, "stop-if"), request.Query("by") ?? "",
            at == default ? null : at);
        string? problem = drills.Begin(plan);
        return problem is null
            ? Show(request, observatory) with { Target = plan.Site, Reason = plan.Author }
            : ApiReply.BadRequest(problem) with { Target = plan.Site };
    }

    private static ApiReply Stop(ApiRequest request, DrillService drills, Observatory observatory) =>
        drills.Stop(request.Query("by") ?? request.Caller.Name) ? Show(request, observatory) : ApiReply.NotFound("no drill runs or waits");

    private static ApiReply Walk(ApiRequest request, DrillService drills, Observatory observatory)
    {
        string step = request.Query("step") ?? "";
        if (step.Length is 0 or > StepLengthMax || step.Any(char.IsControl))
        {
            return ApiReply.BadRequest($"a step is 1 to {StepLengthMax} characters in a line");
        }
        return drills.Walk($"{step} ({request.Query("by") ?? request.Caller.Name})") ? Show(request, observatory) : ApiReply.NotFound("no drill runs");
    }

    private ApiRoute Play(
        string path, string operation, string summary, ImmutableArray<ApiParameter> query, Func<ApiRequest, DrillService, Observatory, ApiReply> handler) =>
        calls.Read(path, operation, summary, query.Add(Format), (request, observatory) => Guarded(request, observatory, handler)) with
        {
            Method = HttpMethods.Post,
            Permission = Permission.Override,
        };

    // It is everybody's answers; a token for some zones is not enough.
    private static ApiReply Guarded(ApiRequest request, Observatory observatory, Func<ApiRequest, DrillService, Observatory, ApiReply> handler) =>
        observatory.Drills is not { } drills ? ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, "nothing is checked here yet")
        : !request.Caller.Scope.IsAll ? ApiReply.Forbidden($"a drill is everybody's; the token '{request.Caller.Name}' is for {request.Caller.Scope}")
        : handler(request, drills, observatory);
}
