using System.Collections.Immutable;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;
using Meridian.Control.Observing;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http;

/// <summary>What requests about who asks have in common: they need an observatory, and answer in several formats.</summary>
/// <param name="sources">Has the observatory, where somebody observes.</param>
internal sealed class ObservatoryCalls(LocalEndpointSources sources)
{
    /// <summary>The chapter of the documentation.</summary>
    public const string Tag = "observing";

    private const string Html = "text/html; charset=utf-8";
    private const string Json = "application/json; charset=utf-8";

    private static readonly ApiContent JsonContent = new("application/json", null);

    /// <summary>Something that is read.</summary>
    public ApiRoute Read(string path, string operation, string summary, ImmutableArray<ApiParameter> query, Func<ApiRequest, Observatory, ApiReply> handler) => new()
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

    /// <summary>The parameter that chooses among formats.</summary>
    public static ApiParameter Format(params ImmutableArray<string> formats) => new("format", "json unless given.") { Values = formats };

    /// <summary>All values of a parameter that may be repeated.</summary>
    public static ImmutableArray<string> All(ApiRequest request, string name) =>
        request.Context.Request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? [.. values.OfType<string>()] : [];

    /// <summary>A document in the format that was asked for.</summary>
    public static ApiReply Reply(ApiRequest request, Func<string> json, Func<string> text, Func<string>? html = null) => request.Query("format") switch
    {
        null or "json" => ApiReply.Text(json(), Json),
        "text" => ApiReply.Text(text()),
        "html" when html is not null => ApiReply.Text(html(), Html),
        { } other => ApiReply.BadRequest($"format '{other}' is none of {(html is null ? "json and text" : "json, text and html")}"),
    };
}
