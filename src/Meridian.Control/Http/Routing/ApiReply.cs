using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Meridian.Client.Wire;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http.Routing;

/// <summary>What a route answers: a whole document, or a stream of events.</summary>
internal sealed record ApiReply
{
    public const string PlainText = "text/plain; charset=utf-8";
    private const string Json = "application/json; charset=utf-8";

    public required int Status { get; init; }

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    /// <summary>Header fields besides the content's.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The revision that it made, for the audit log; null when it made none.</summary>
    public long? Revision { get; init; }

    /// <summary>What it was done to, where the path does not say all.</summary>
    public string? Target { get; init; }

    /// <summary>Why, in the author's words, for the audit log.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it shows secrets: such a reading is audited.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Why it was refused, for the audit log; null when it was not.</summary>
    public Problem? Problem { get; init; }

    /// <summary>Goes on writing after the head was sent; null for a whole document.</summary>
    public Func<HttpContext, CancellationToken, Task>? Stream { get; init; }

    public bool IsSuccess => Status is >= 200 and < 300;

    public static ApiReply Of<T>(int status, T document, JsonTypeInfo<T> type) =>
        new() { Status = status, ContentType = Json, Body = JsonSerializer.SerializeToUtf8Bytes(document, type) };

    public static ApiReply Ok<T>(T document, JsonTypeInfo<T> type) => Of(StatusCodes.Status200OK, document, type);

    public static ApiReply RawJson(byte[] body) => new() { Status = StatusCodes.Status200OK, ContentType = Json, Body = body };

    public static ApiReply Text(string text, string contentType = PlainText) =>
        new() { Status = StatusCodes.Status200OK, ContentType = contentType, Body = Encoding.UTF8.GetBytes(text) };

    public static ApiReply NoContent { get; } = new() { Status = StatusCodes.Status204NoContent };

    /// <summary>A refusal.</summary>
    public static ApiReply Refuse(int status, string type, string detail, params ImmutableArray<ProblemItem> errors) =>
        Refuse(new Problem { Type = type, Title = TitleOf(type), Status = status, Detail = detail, Errors = errors });

    /// <summary>A refusal.</summary>
    public static ApiReply Refuse(Problem problem) => new()
    {
        Status = problem.Status,
        ContentType = Problem.MediaType,
        Body = JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Default.Problem),
        Problem = problem,
    };

    public static ApiReply BadRequest(string detail, params ImmutableArray<ProblemItem> errors) =>
        Refuse(StatusCodes.Status400BadRequest, ProblemTypes.BadRequest, detail, errors);

    public static ApiReply NotFound(string detail) => Refuse(StatusCodes.Status404NotFound, ProblemTypes.NotFound, detail);

    public static ApiReply Forbidden(string detail) => Refuse(StatusCodes.Status403Forbidden, ProblemTypes.Forbidden, detail);

    /// <summary>The kind of problem in words.</summary>
    public static string TitleOf(string type) => type switch
    {
        ProblemTypes.BadRequest => "The request is not understood",
        ProblemTypes.Unauthenticated => "A valid token is needed",
        ProblemTypes.Forbidden => "This token may not do that",
        ProblemTypes.NotFound => "There is no such thing",
        ProblemTypes.MethodNotAllowed => "That cannot be done here",
        ProblemTypes.Conflict => "It was changed in the meantime",
        ProblemTypes.TooLarge => "It is larger than the limit",
        ProblemTypes.Invalid => "The configuration would not be valid",
        ProblemTypes.Guarded => "The guard refuses",
        ProblemTypes.NotOwner => "It belongs to somebody else",
        ProblemTypes.Pending => "It waits for approval",
        ProblemTypes.TooMany => "Too many requests",
        ProblemTypes.Unavailable => "Not possible at present",
        _ => "An internal fault",
    };

    public ApiReply With(string header, string value) => this with { Headers = Headers.Add(KeyValuePair.Create(header, value)) };

    /// <summary>When to try again; whole seconds, rounded up (RFC 9110 §10.2.3).</summary>
    public ApiReply RetryAfter(TimeSpan wait) =>
        With("Retry-After", Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));

    /// <summary>The version of the document that it shows, as an entity tag.</summary>
    public ApiReply Tagged(long version) => With("ETag", string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));

    /// <summary>Sends it.</summary>
    public async Task SendAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.StatusCode = Status;
        foreach ((string name, string value) in Headers)
        {
            response.Headers[name] = value;
        }
        if (ContentType is not null)
        {
            response.ContentType = ContentType;
        }
        if (Stream is not null)
        {
            await Stream(context, context.RequestAborted);
            return;
        }
        // Whole documents with their length: a scraper can tell a complete answer from one that was cut off.
        if (Status != StatusCodes.Status204NoContent)
        {
            response.ContentLength = Body.Length;
        }
        if (!HttpMethods.IsHead(context.Request.Method) && Body.Length > 0)
        {
            await response.Body.WriteAsync(Body, context.RequestAborted);
        }
    }
}
