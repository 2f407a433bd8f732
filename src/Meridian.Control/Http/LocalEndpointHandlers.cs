using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>What each path of the local endpoint answers.</summary>
internal sealed class LocalEndpointHandlers(LocalEndpointSources sources, LocalEndpointLimits limits)
{
    private const string PlainText = "text/plain; charset=utf-8";

    // The version parameter is part of the exposition format; scrapers choose their parser by it.
    private const string PrometheusText = "text/plain; version=0.0.4; charset=utf-8";

    private const string Index = """
        Meridian, local endpoint.

        /healthz          the process lives; says whether the newest configuration was refused
        /readyz           200 when queries are answered from a published snapshot and verdicts are known, 503 before
        /metrics          Prometheus text
        /api/v1/status    members, health, revision and counters as JSON
        /api/v1/breaker   POST /freeze?by= or /thaw?by= with 'Meridian-Command: 1'
        /api/v1/push      POST /MONITOR/MEMBER?status=up|down&message= with 'Authorization: Bearer TOKEN'
        /api/v1/explain   ?name=&type=&client=ADDR[/LEN]&resolver=&port=&id=&time=&at=&query=HEX&transport=udp|tcp&format=json|text|svg|html
        /api/v1/geo       POST /accept with 'Meridian-Command: 1'

        """;

    public static Task IndexAsync(HttpContext context) => WriteTextAsync(context, PlainText, Index);

    /// <summary>Always 200: a supervisor that restarts a server because of a bad file would make a mistake an outage.</summary>
    public Task HealthAsync(HttpContext context)
    {
        ConfigurationStatus configuration = sources.Configuration();
        ProcessHealth status = configuration.State == ConfigurationState.Ok ? ProcessHealth.Ok : ProcessHealth.Degraded;
        return WriteJsonAsync(context, StatusCodes.Status200OK, new HealthReport(status, configuration), LocalEndpointJson.Default.HealthReport);
    }

    public Task ReadyAsync(HttpContext context)
    {
        Readiness readiness = sources.Readiness();
        int status = readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WriteJsonAsync(context, status, readiness, LocalEndpointJson.Default.Readiness);
    }

    public Task StatusAsync(HttpContext context) =>
        WriteJsonAsync(context, StatusCodes.Status200OK, sources.Status(), LocalEndpointJson.Default.StatusReport);

    public Task MetricsAsync(HttpContext context)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        text.NewLine = "\n";
        sources.Metrics(text);
        return WriteTextAsync(context, PrometheusText, text.ToString());
    }

    public Task FreezeAsync(HttpContext context) => CommandBreakerAsync(context, isFreeze: true);

    public Task ThawAsync(HttpContext context) => CommandBreakerAsync(context, isFreeze: false);

    /// <summary>Lets the location database that waits for a person be used.</summary>
    public Task AcceptPlacesAsync(HttpContext context)
    {
        if (context.Request.Headers[BreakerCommand.Header].Count == 0)
        {
            return WriteErrorsAsync(context, StatusCodes.Status400BadRequest,
                [$"the header field '{BreakerCommand.Header}: 1' is missing: it shows that a command is meant"]);
        }
        if (!sources.AcceptPlaces())
        {
            return WriteErrorsAsync(context, StatusCodes.Status409Conflict, ["no location database waits"]);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public Task PushAsync(HttpContext context)
    {
        if (!PushRequest.TryRead(context, out PushRequest? report, out string problem))
        {
            return WriteErrorsAsync(context, StatusCodes.Status400BadRequest, [problem]);
        }
        if (!sources.Push(report))
        {
            return WriteErrorsAsync(context, StatusCodes.Status403Forbidden, ["the token is wrong, or there is no such monitor or member"]);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Task CommandBreakerAsync(HttpContext context, bool isFreeze)
    {
        if (!BreakerCommand.TryRead(context, isFreeze, out BreakerCommand? command, out string problem))
        {
            return WriteErrorsAsync(context, StatusCodes.Status400BadRequest, [problem]);
        }
        sources.Breaker(command);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public async Task ExplainAsync(HttpContext context)
    {
        string format = context.Request.Query["format"].ToString();
        ExplainRequest? request = ExplainRequest.FromQuery(context.Request.Query, out ImmutableArray<string> problems);
        if (format is not ("" or "json" or "text" or "svg" or "html"))
        {
            problems = problems.Add($"format '{format}' is none of json, text, svg and html");
        }
        if (request is null || !problems.IsEmpty)
        {
            await WriteErrorsAsync(context, StatusCodes.Status400BadRequest, problems);
            return;
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(limits.ExplainTimeout);
        try
        {
            ExplainReply reply = sources.Explain(request, deadline.Token);
            await (reply switch
            {
                { Problem: { } problem } => WriteErrorsAsync(context, StatusCodes.Status400BadRequest, [problem]),
                _ when format == "text" => WriteTextAsync(context, PlainText, reply.Text),
                _ when format == "svg" => WriteTextAsync(context, "image/svg+xml; charset=utf-8", reply.Svg),
                _ when format == "html" => WriteTextAsync(context, "text/html; charset=utf-8", reply.Html),
                _ => WriteTextAsync(context, "application/json; charset=utf-8", reply.Json),
            });
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await WriteErrorsAsync(context, StatusCodes.Status503ServiceUnavailable, [$"explaining took longer than {limits.ExplainTimeout.TotalSeconds} s"]);
        }
    }

    public static Task WriteErrorsAsync(HttpContext context, int status, ImmutableArray<string> errors) =>
        WriteJsonAsync(context, status, new ErrorReport(errors), LocalEndpointJson.Default.ErrorReport);

    private static Task WriteJsonAsync<T>(HttpContext context, int status, T document, JsonTypeInfo<T> type)
    {
        context.Response.StatusCode = status;
        return WriteAsync(context, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(document, type));
    }

    private static Task WriteTextAsync(HttpContext context, string contentType, string text) =>
        WriteAsync(context, contentType, Encoding.UTF8.GetBytes(text));

    // Whole documents with their length: a scraper can tell a complete answer from one that was cut off.
    private static Task WriteAsync(HttpContext context, string contentType, byte[] body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
