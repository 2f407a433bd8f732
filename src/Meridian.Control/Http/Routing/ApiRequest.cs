using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Meridian.Control.Access;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http.Routing;

/// <summary>A request that was admitted: its parameters are those of its route, its caller has the permission.</summary>
internal sealed class ApiRequest(HttpContext context, ApiRoute route, Principal caller, ReadOnlyMemory<byte> body)
{
    /// <summary>For what the other members do not give.</summary>
    public HttpContext Context { get; } = context;

    public ApiRoute Route { get; } = route;

    public Principal Caller { get; } = caller;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Whether to check only, and change nothing.</summary>
    public bool IsDryRun => Flag("dry-run");

    /// <summary>A parameter of the path.</summary>
    // The server leaves an escaped slash as it is, so that paths can be taken apart first; zones of RFC 2317 have one.
    public string Path(string name) =>
        Context.Request.RouteValues[name]?.ToString()?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) ?? "";

    /// <summary>A parameter of the query string; null when it is not there.</summary>
    public string? Query(string name) => Context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>A parameter that is set by being there, or as <c>true</c>.</summary>
    public bool Flag(string name) => Query(name) is "" or "true" or "1";

    /// <summary>A number of the query string; the default when it is not there.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="least">The smallest that is taken.</param>
    /// <param name="most">The largest that is taken.</param>
    /// <param name="absent">What it is when it is not there.</param>
    /// <param name="value">The number.</param>
    /// <param name="refusal">What to answer when it is none.</param>
    public bool TryNumber(string name, long least, long most, long absent, out long value, [NotNullWhen(false)] out ApiReply? refusal)
    {
        (value, refusal) = (absent, null);
        if (Query(name) is not { } text)
        {
            return true;
        }
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) || value < least || value > most)
        {
            refusal = ApiReply.BadRequest($"{name} '{text}' is not a number from {least} to {most}");
            return false;
        }
        return true;
    }

    /// <summary>The body as a wire type.</summary>
    public bool TryRead<T>(JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ApiReply? refusal)
        where T : class
    {
        (value, refusal) = (null, null);
        try
        {
            value = JsonSerializer.Deserialize(Body.Span, type);
        }
        catch (JsonException e)
        {
            // The message names the place and what was expected; it does not repeat the body, which may hold a secret.
            refusal = ApiReply.BadRequest(
                "the body is not what is expected here",
                new Meridian.Client.Wire.ProblemItem { Detail = Describe(e), Pointer = JsonPointers.FromPath(e.Path) });
            return false;
        }
        refusal = value is null ? ApiReply.BadRequest("the body is 'null'") : null;
        return value is not null;
    }

    private static string Describe(JsonException e)
    {
        string place = e.LineNumber is { } line ? $" (line {line + 1}, octet {e.BytePositionInLine + 1})" : "";
        string what = e.Message.Split(" Path:", 2)[0].TrimEnd('.');
        return what + place;
    }
}
