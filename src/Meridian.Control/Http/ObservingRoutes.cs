using System.Collections.Immutable;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Drilling;
using Meridian.Control.Http.Routing;
using Meridian.Control.Observing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>Who asks, and what follows from it.</summary>
internal sealed class ObservingRoutes(LocalEndpointSources sources)
{
    private const string Tag = "observing";
    private const int MinutesMax = 48 * 60;
    private const int DefaultMinutes = 60;
    private const int TopMax = 10_000;
    private const int DefaultTop = 20;
    private const string Html = "text/html; charset=utf-8";
    private const string Json = "application/json; charset=utf-8";

    private static readonly ApiParameter By = new("by", "Who plays it, and why.") { IsRequired = true };
    private static readonly ApiContent JsonContent = new("application/json", null);
    private static readonly ApiParameter Minutes = new("minutes", $"How far back, 1 to {MinutesMax}; 60 unless given.", "integer");
    private static readonly ApiParameter Top = new("top", $"Entries of each list, 1 to {TopMax}; 20 unless given.", "integer");

    public IEnumerable<ApiRoute> Routes =>
    [
        Read("/api/v1/population", "getPopulation", "Who asks: resolvers, client networks and names, by observed queries", [Minutes, Top, Format("json", "text")], Population),
        Read(
            "/api/v1/propagation", "getPropagation", "How far changes of answers have come in the caches of who asks",
            [Top, Format("json", "text")], Propagation),
        Read(
            "/api/v1/what-if", "whatIf", "What the observed population would do after an event",
            [
                new ApiParameter("down", "A site whose checked members are all down. May be repeated."),
                new ApiParameter("drain", "A member (POOL/TARGET), a pool or a site that is drained. May be repeated."),
                new ApiParameter("weight", "A weight as POLICY/CHILD=WEIGHT. May be repeated."),
                new ApiParameter("ttl", "A TTL as POLICY=SECONDS. May be repeated."),
                new ApiParameter("demand", "What all sites together carry now, in the unit of their capacities.", "integer"),
                Minutes, Format("json", "text", "html"),
            ],
            AskWhatIf),
        Read("/api/v1/drill", "getDrill", "The drill that runs or waits, or the last one", [Format("json", "text")], Drill),
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
            BeginDrill),
        Play("/api/v1/drill/stop", "stopDrill", "End the drill that runs or waits", [By], StopDrill),
    ];

    private static ApiReply Drill(ApiRequest request, Observatory observatory) => observatory.Drills?.Report is { } report
        ? Reply(request, () => DrillOutput.ToJson(report), () => DrillOutput.ToText(report))
        : ApiReply.NotFound("there was no drill since the start");

    private static ApiReply BeginDrill(ApiRequest request, Observatory observatory)
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
        if (Refusal(request, observatory) is { } scope)
        {
            return scope;
        }
        DrillPlan plan = new(
            request.Query("site") ?? "", percent / 100, TimeSpan.FromSeconds(seconds), All(request, "stop-if"), request.Query("by") ?? "",
            at == default ? null : at);
        string? problem = observatory.Drills!.Begin(plan); // Looked at right above.
        return problem is null
            ? Drill(request, observatory) with { Target = plan.Site, Reason = plan.Author }
            : ApiReply.BadRequest(problem) with { Target = plan.Site };
    }

    private static ApiReply StopDrill(ApiRequest request, Observatory observatory) =>
        Refusal(request, observatory) is { } refusal ? refusal
        : observatory.Drills!.Stop(request.Query("by") ?? request.Caller.Name) ? Drill(request, observatory) // Looked at right above.
        : ApiReply.NotFound("no drill runs or waits");

    // It is everybody's answers; a token for some zones is not enough.
    private static ApiReply? Refusal(ApiRequest request, Observatory observatory) =>
        observatory.Drills is null ? ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, "nothing is checked here yet")
        : !request.Caller.Scope.IsAll ? ApiReply.Forbidden($"a drill is everybody's; the token '{request.Caller.Name}' is for {request.Caller.Scope}")
        : null;

    private static ApiReply Propagation(ApiRequest request, Observatory observatory)
    {
        if (!request.TryNumber("top", 1, TopMax, DefaultTop, out long top, out ApiReply? refusal))
        {
            return refusal;
        }
        PropagationReport report = observatory.Propagation.Read();
        return Reply(request, () => PropagationOutput.ToJson(report, (int)top), () => PropagationOutput.ToText(report, (int)top));
    }

    private static ApiReply AskWhatIf(ApiRequest request, Observatory observatory)
    {
        if (!request.TryNumber("minutes", 1, MinutesMax, DefaultMinutes, out long minutes, out ApiReply? refusal)
            || !request.TryNumber("demand", 1, long.MaxValue, 0, out long demand, out refusal))
        {
            return refusal;
        }
        if (WhatIfRequest.TryRead(All(request, "down"), All(request, "drain"), All(request, "weight"), All(request, "ttl"), out string problem) is not { } asked)
        {
            return ApiReply.BadRequest(problem);
        }
        asked = asked with { Window = TimeSpan.FromMinutes(minutes), Demand = demand > 0 ? demand : null };
        return observatory.WhatIf.Ask(asked, out string? obstacle) is { } result
            ? Reply(request, () => WhatIfOutput.ToJson(result), () => WhatIfOutput.ToText(result), () => WhatIfHtml.Render(result))
            : ApiReply.BadRequest(obstacle ?? "it cannot be worked out");
    }

    private static ImmutableArray<string> All(ApiRequest request, string name) =>
        request.Context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? [.. values.OfType<string>()] : [];

    private ApiReply Population(ApiRequest request, Observatory observatory)
    {
        if (!request.TryNumber("minutes", 1, MinutesMax, DefaultMinutes, out long minutes, out ApiReply? refusal)
            || !request.TryNumber("top", 1, TopMax, DefaultTop, out long top, out refusal))
        {
            return refusal;
        }
        ObservedPopulation population = observatory.Population.Read(TimeSpan.FromMinutes(minutes));
        return Reply(request, () => PopulationOutput.ToJson(population, (int)top, observatory.ReadDemands()), () => PopulationOutput.ToText(population, (int)top, observatory.ReadDemands()));
    }

    private static ApiParameter Format(params ImmutableArray<string> formats) => new("format", "json unless given.") { Values = formats };

    private static ApiReply Reply(ApiRequest request, Func<string> json, Func<string> text, Func<string>? html = null) => request.Query("format") switch
    {
        null or "json" => ApiReply.Text(json(), Json),
        "text" => ApiReply.Text(text()),
        "html" when html is not null => ApiReply.Text(html(), Html),
        { } other => ApiReply.BadRequest($"format '{other}' is none of {(html is null ? "json and text" : "json, text and html")}"),
    };

    private ApiRoute Play(string path, string operation, string summary, ImmutableArray<ApiParameter> query, Func<ApiRequest, Observatory, ApiReply> handler) =>
        Read(path, operation, summary, query.Add(Format("json", "text")), handler) with { Method = HttpMethods.Post, Permission = Permission.Override };

    private ApiRoute Read(string path, string operation, string summary, ImmutableArray<ApiParameter> query, Func<ApiRequest, Observatory, ApiReply> handler) => new()
    {
        Method = HttpMethods.Get,
        Path = path,
        Operation = operation,
        Tag = Tag,
        Summary = summary,
        Permission = Permission.Read,
        Query = query,
        Answers = [new ApiAnswer(StatusCodes.Status200OK, "The document.", JsonContent)],
        Handler = request => Task.FromResult(sources.Observatory is { } observatory
            ? handler(request, observatory)
            : ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, "nobody observes here")),
    };
}
