using System.Collections.Immutable;
using System.Globalization;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Documents;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>What is told of the running server, and the few things that can be done to it.</summary>
internal sealed class LocalEndpointHandlers(LocalEndpointSources sources, LocalEndpointLimits limits)
{
    // The version parameter is part of the exposition format; scrapers choose their parser by it.
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    private const string Tag = "server";

    private static readonly ApiParameter By = new("by", "Who asks for it, and why; shown wherever the state is.") { IsRequired = true };

    public IEnumerable<ApiRoute> Routes =>
    [
        Read("/healthz", "getHealth", Permission.Public, "Whether the process lives", Health, ApiContent.Json<HealthReport>()) with
        {
            Description = "Always 200: a supervisor that restarts a server because of a bad file would make a mistake an outage.",
        },
        Read("/readyz", "getReadiness", Permission.Public, "Whether queries are answered with all that it takes", Ready, ApiContent.Json<Readiness>()) with
        {
            Answers =
            [
                new ApiAnswer(StatusCodes.Status200OK, "It is ready.", ApiContent.Json<Readiness>()),
                new ApiAnswer(StatusCodes.Status503ServiceUnavailable, "Not yet; the document says what is missing.", ApiContent.Json<Readiness>()),
            ],
        },
        Read("/metrics", "getMetrics", Permission.Read, "Metrics in the Prometheus text format", Metrics, ApiContent.Text),
        Read("/api/v1/status", "getStatus", Permission.Read, "Members, health, revision and counters", Status, ApiContent.Json<StatusReport>()),
        Read("/api/v1/explain", "explain", Permission.Read, "Why a client gets the answer that it gets", Explain, ApiContent.Json("Explanation")) with
        {
            Query =
            [
                new ApiParameter("name", "The queried name; may be left out when id or query has it."),
                new ApiParameter("type", "The queried type; A when it is left out."),
                new ApiParameter("client", "Who asks: an address, or a client subnet as ADDR/LEN."),
                new ApiParameter("resolver", "The query's source when a client subnet is given."),
                new ApiParameter("port", "The query's source port.", "integer"),
                new ApiParameter("id", "The query's message id, or the id of a decision that an answer carried."),
                new ApiParameter("time", "When the query came: seconds since 1970, or ISO 8601."),
                new ApiParameter("at", "Explain from the state that answered then, from the log: as time, with fractions of a second."),
                new ApiParameter("query", "The captured query itself, in hexadecimal."),
                new ApiParameter("transport", "How it came.") { Values = ["udp", "tcp"] },
                new ApiParameter("format", "How to tell it.") { Values = ["json", "text", "svg", "html"] },
            ],
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/geo/accept",
            Operation = "acceptPlaces",
            Tag = Tag,
            Summary = "Use the location database that waits for a person",
            Permission = Permission.Override,
            Answers = [new ApiAnswer(StatusCodes.Status204NoContent, "It is loaded now.")],
            Handler = AcceptPlaces,
        },
        Read("/api/v1/lint", "lint", Permission.Read, "What is valid and yet will not do what its author meant", Lint, ApiContent.Json("LintReport")),
        Breaker("freeze", "Take nothing out of answers, whatever the checks say"),
        Breaker("thaw", "Go on taking out what is down"),
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/pools/{pool}/failback",
            Operation = "failBack",
            Tag = "pools",
            Summary = "Let the clients of a pool back that waits for its failback",
            Permission = Permission.Override,
            PathParameters = ImmutableDictionary<string, string>.Empty.Add("pool", "The pool's name."),
            Query = [By],
            Answers = [new ApiAnswer(StatusCodes.Status204NoContent, "They come back.")],
            Handler = FailBack,
        },
        new ApiRoute
        {
            Method = HttpMethods.Post,
            Path = "/api/v1/push/{monitor}/{member}",
            Operation = "pushReport",
            Tag = Tag,
            Summary = "A member's report of itself, for a monitor of type push",
            Description = "The token is the monitor's own, sent as a Bearer token.",
            Permission = Permission.MemberReport,
            PathParameters = ImmutableDictionary<string, string>.Empty.Add("monitor", "The monitor's name.").Add("member", "The member's address or hostname."),
            Query =
            [
                new ApiParameter("status", "What it says; up when it is left out.") { Values = ["up", "down"] },
                new ApiParameter("message", "Its words."),
            ],
            Answers = [new ApiAnswer(StatusCodes.Status204NoContent, "It was taken.")],
            Handler = Push,
        },
    ];

    private Task<ApiReply> Health(ApiRequest request)
    {
        ConfigurationStatus configuration = sources.Configuration();
        ProcessHealth status = configuration.State == ConfigurationState.Ok ? ProcessHealth.Ok : ProcessHealth.Degraded;
        // Whether, for everybody; what exactly, with names and lines of files, for those who may read the configuration.
        ConfigurationStatus? shown = request.Caller.Has(Permission.Read) ? configuration : null;
        return Task.FromResult(ApiReply.Ok(new HealthReport(status, shown), LocalEndpointJson.Default.HealthReport));
    }

    private Task<ApiReply> Ready(ApiRequest request)
    {
        Readiness readiness = sources.Readiness();
        int status = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Task.FromResult(ApiReply.Of(status, readiness, LocalEndpointJson.Default.Readiness));
    }

    private Task<ApiReply> Status(ApiRequest request) => Task.FromResult(ApiReply.Ok(sources.Status(), LocalEndpointJson.Default.StatusReport));

    private Task<ApiReply> Lint(ApiRequest request) => Task.FromResult(sources.Lint() is { } report
        ? ApiReply.Text(report, "application/json; charset=utf-8")
        : ApiReply.Refuse(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, "nothing is served yet"));

    private Task<ApiReply> Metrics(ApiRequest request)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        text.NewLine = "\n";
        sources.Metrics(text);
        return Task.FromResult(ApiReply.Text(text.ToString(), PrometheusText));
    }

    private Task<ApiReply> Push(ApiRequest request)
    {
        if (!PushRequest.TryRead(request.Context, out PushRequest? report, out string problem))
        {
            return Task.FromResult(ApiReply.BadRequest(problem));
        }
        return Task.FromResult(sources.Push(report)
            ? ApiReply.NoContent
            : ApiReply.Forbidden("the token is wrong, or there is no such monitor or member"));
    }

    private Task<ApiReply> AcceptPlaces(ApiRequest request) => Task.FromResult(
        !request.Caller.Scope.IsAll ? ApiReply.Forbidden($"the location database is everybody's; the token '{request.Caller.Name}' is for {request.Caller.Scope}")
        : sources.AcceptPlaces() ? ApiReply.NoContent
        : ApiReply.NotFound("no location database waits"));

    private async Task<ApiReply> Explain(ApiRequest call)
    {
        string format = call.Query("format") ?? "";
        ExplainRequest? request = ExplainRequest.FromQuery(call.Context.Request.Query, out ImmutableArray<string> problems);
        if (format is not ("" or "json" or "text" or "svg" or "html"))
        {
            problems = problems.Add($"format '{format}' is none of json, text, svg and html");
        }
        if (request is null || !problems.IsEmpty)
        {
            ImmutableArray<ProblemItem> errors = [.. problems.Select(problem => new ProblemItem { Detail = problem })];
            return ApiReply.BadRequest("the query to explain is not understood", errors);
        }
        if (sources.Model() is { } model && model.Zones.Values.Any(zone => zone.IsPrivate && !call.Caller.Scope.Contains(zone.Apex)))
        {
            // The client, the moment and the chain of names are the caller's choice, and an explanation shows all that it meets.
            return ApiReply.Forbidden(
                $"some zones here are seen by some clients only, and the token '{call.Caller.Name}' is for {call.Caller.Scope}: ask somebody whose token is for all zones");
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted);
        deadline.CancelAfter(limits.ExplainTimeout);
        try
        {
            ExplainReply reply = await sources.Explain(request, deadline.Token);
            return reply switch
            {
                { Problem: { } problem } => ApiReply.BadRequest(problem),
                _ when format == "text" => ApiReply.Text(reply.Text),
                _ when format == "svg" => ApiReply.Text(reply.Svg, "image/svg+xml; charset=utf-8"),
                _ when format == "html" => ApiReply.Text(reply.Html, "text/html; charset=utf-8"),
                _ => ApiReply.Text(reply.Json, "application/json; charset=utf-8"),
            };
        }
        catch (OperationCanceledException) when (!call.Aborted.IsCancellationRequested)
        {
            return ApiReply.Refuse(
                StatusCodes.Status503ServiceUnavailable, ProblemTypes.Unavailable, $"explaining took longer than {limits.ExplainTimeout.TotalSeconds} s");
        }
    }

    private ApiRoute Breaker(string word, string summary) => new()
    {
        Method = HttpMethods.Post,
        Path = $"/api/v1/breaker/{word}",
        Operation = word,
        Tag = Tag,
        Summary = summary,
        Permission = Permission.Override,
        Query = [By],
        Answers = [new ApiAnswer(StatusCodes.Status204NoContent, "Done.")],
        Handler = request => Task.FromResult(Command(request, word == "freeze")),
    };

    private ApiReply Command(ApiRequest request, bool isFreeze)
    {
        if (!BreakerCommand.TryRead(request.Query("by") ?? "", isFreeze, out BreakerCommand? command, out string problem))
        {
            return ApiReply.BadRequest(problem);
        }
        // It holds for everything that is served; a token for some zones is not enough.
        if (!request.Caller.Scope.IsAll)
        {
            return ApiReply.Forbidden($"the circuit breaker is everybody's; the token '{request.Caller.Name}' is for {request.Caller.Scope}");
        }
        sources.Breaker(command);
        return ApiReply.NoContent with { Reason = command.By };
    }

    private Task<ApiReply> FailBack(ApiRequest request)
    {
        string pool = request.Path("pool");
        if (!BreakerCommand.TryRead(request.Query("by") ?? "", isFreeze: false, out BreakerCommand? asked, out string problem))
        {
            return Task.FromResult(ApiReply.BadRequest(problem));
        }
        if (!request.Caller.Scope.IsAll && sources.Model() is { } model
            && ZoneUse.OfPools(model, new HashSet<string>(StringComparer.Ordinal) { pool }).FirstOrDefault(zone => !request.Caller.Scope.Contains(zone)) is { } outside)
        {
            return Task.FromResult(ApiReply.Forbidden($"pool {pool} is also used by {outside}; '{request.Caller.Name}' is for {request.Caller.Scope} only"));
        }
        return Task.FromResult(sources.FailBack(pool, asked.By) is { } refusal
            ? ApiReply.Refuse(StatusCodes.Status409Conflict, ProblemTypes.Conflict, refusal)
            : ApiReply.NoContent with { Reason = asked.By });
    }

    private static ApiRoute Read(
        string path, string operation, Permission permission, string summary, Func<ApiRequest, Task<ApiReply>> handler, ApiContent content) => new()
        {
            Method = HttpMethods.Get,
            Path = path,
            Operation = operation,
            Tag = Tag,
            Summary = summary,
            Permission = permission,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "The document.", content)],
            Handler = handler,
        };
}
