using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Configuration.Reading.Values;
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
    private static readonly ImmutableArray<ApiParameter> Drill =
    [
        new ApiParameter("site", "The site that fails.") { IsRequired = true },
        new ApiParameter("percent", "Of the clients, by observed queries; above 0, up to 100.") { IsRequired = true },
        new ApiParameter("seconds", "How long.", "integer") { IsRequired = true },
        new ApiParameter("stop-if", "A monitor that ends it when a member that it checks goes down. May be repeated."),
    ];

    private static readonly ApiParameter Format = ObservatoryCalls.Format("json", "text");

    public IEnumerable<ApiRoute> Routes =>
    [
        calls.Read("/api/v1/drill", "getDrill", "The drill that runs or waits, or the last one", [Format], Show),
        Play(
            "/api/v1/drill", "beginDrill", "Play the failure of a site for a share of the clients",
            [
                .. Drill,
                new ApiParameter("at", "When it begins (RFC 3339); at once unless given."),
                By,
            ],
            Begin),
        Play("/api/v1/drill/stop", "stopDrill", "End the drill that runs or waits", [By], Stop),
        calls.Read("/api/v1/drill/days", "listGameDays", "Drills that come by the calendar, and what became of them", [Format], ShowDays),
        Play(
            "/api/v1/drill/days", "scheduleGameDay", "Have a drill come again, on days of the week",
            [
                new ApiParameter("name", "What it is called: lower-case letters, digits and hyphens.") { IsRequired = true },
                new ApiParameter("days", "Days of the week, such as tue or mon-fri.") { IsRequired = true },
                new ApiParameter("hour", "The time of day, such as 10:00.") { IsRequired = true },
                new ApiParameter("time-zone", "Whose clock that is, an IANA time zone; UTC unless given."),
                .. Drill,
                By,
            ],
            Schedule),
        Play(
            "/api/v1/drill/days/cancel", "cancelGameDay", "Have a drill come no more",
            [new ApiParameter("name", "Which.") { IsRequired = true }, By], Cancel),
        Play(
            "/api/v1/drill/walk", "walkDrill", "Note in the report of the drill that runs that a step of a runbook was walked through",
            [new ApiParameter("step", $"Which, and what came of it; up to {StepLengthMax} characters.") { IsRequired = true }, By], Walk),
    ];

    private static ApiReply Show(ApiRequest request, Observatory observatory) => observatory.Drills?.Report is { } report
        ? ObservatoryCalls.Reply(request, () => DrillOutput.ToJson(report), () => DrillOutput.ToText(report))
        : ApiReply.NotFound("no drill is known");

    private static ApiReply Begin(ApiRequest request, DrillService drills, Observatory observatory)
    {
        if (!TryRead(request, out DrillPlan? plan, out ApiReply? refusal))
        {
            return refusal;
        }
        DateTimeOffset at = default;
        if (request.Query("at") is { } text && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            return ApiReply.BadRequest($"at '{text}' is no time: write it as 2026-12-01T09:00Z");
        }
        string? problem = drills.Begin(plan with { At = at == default ? null : at });
        return problem is null
            ? Show(request, observatory) with { Target = plan.Site, Reason = plan.Author }
            : ApiReply.BadRequest(problem) with { Target = plan.Site };
    }

    /// <summary>What is to be played, at once unless somebody says when.</summary>
    private static bool TryRead(ApiRequest request, [NotNullWhen(true)] out DrillPlan? plan, [NotNullWhen(false)] out ApiReply? refusal)
    {
        plan = null;
        if (!request.TryNumber("seconds", 1, 1_000_000, 0, out long seconds, out refusal))
        {
            return false;
        }
        if (!double.TryParse(request.Query("percent"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent))
        {
            refusal = ApiReply.BadRequest($"percent '{request.Query("percent")}' is no number");
            return false;
        }
        plan = new DrillPlan(
            request.Query("site") ?? "", percent / 100, TimeSpan.FromSeconds(seconds), ObservatoryCalls.All(request, "stop-if"), request.Query("by") ?? "", null);
        return true;
    }

    private static ApiReply ShowDays(ApiRequest request, Observatory observatory) => observatory.GameDays is { } days
        ? ObservatoryCalls.Reply(request, () => GameDayOutput.ToJson(days.Book), () => GameDayOutput.ToText(days.Book, days.IsLasting))
        : ApiReply.NotFound("nothing comes by the calendar here");

    private static ApiReply Schedule(ApiRequest request, DrillService drills, Observatory observatory)
    {
        if (!TryRead(request, out DrillPlan? plan, out ApiReply? refusal))
        {
            return refusal;
        }
        if (!DaysText.TryParse(request.Query("days") ?? "", out int days))
        {
            return ApiReply.BadRequest($"days '{request.Query("days")}' are no days of the week: write them as tue, mon-fri or sat,sun");
        }
        if (!TimeOnly.TryParseExact(request.Query("hour"), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly hour))
        {
            return ApiReply.BadRequest($"hour '{request.Query("hour")}' is no time of day: write it as 10:00");
        }
        GameDay day = new()
        {
            Name = request.Query("name") ?? "",
            Plan = plan,
            Days = days,
            Minute = (hour.Hour * 60) + hour.Minute,
            TimeZone = request.Query("time-zone") ?? "UTC",
            DoneUntil = default,
        };
        return observatory.GameDays is { } planned && planned.Add(day) is var problem
            ? problem is null ? ShowDays(request, observatory) with { Target = day.Name, Reason = plan.Author } : ApiReply.BadRequest(problem) with { Target = day.Name }
            : ApiReply.NotFound("nothing comes by the calendar here");
    }

    private static ApiReply Cancel(ApiRequest request, DrillService drills, Observatory observatory)
    {
        string name = request.Query("name") ?? "";
        bool isKnown = false;
        if (observatory.GameDays?.Cancel(name, out isKnown) is { } problem)
        {
            return ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, problem);
        }
        return isKnown ? ShowDays(request, observatory) with { Target = name, Reason = request.Query("by") } : ApiReply.NotFound($"there is no game day '{name}'");
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
