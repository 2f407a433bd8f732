using System.Collections.Immutable;
using Meridian.Control.Access;

namespace Meridian.Control.Http.Routing;

/// <summary>
/// One method of one path. The table of these is what is served, what is guarded, and what the OpenAPI document is written
/// from, so that the three cannot differ.
/// </summary>
internal sealed record ApiRoute
{
    /// <summary>The HTTP method. A route for GET takes HEAD too.</summary>
    public required string Method { get; init; }

    /// <summary>The path with its parameters: <c>/api/v1/pools/{name}</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the operation, unique; it stands in the audit log, and is the method's name in generated clients.</summary>
    public required string Operation { get; init; }

    /// <summary>The chapter of the documentation.</summary>
    public required string Tag { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>More, where that is needed.</summary>
    public string? Description { get; init; }

    public required Permission Permission { get; init; }

    /// <summary>What the parameters of the path are.</summary>
    public ImmutableDictionary<string, string> PathParameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What may stand after the question mark; anything else is refused.</summary>
    public ImmutableArray<ApiParameter> Query { get; init; } = [];

    /// <summary>Header fields that change what it does.</summary>
    public ImmutableArray<ApiParameter> Headers { get; init; } = [];

    /// <summary>What it takes; null takes no body.</summary>
    public ApiContent? Request { get; init; }

    /// <summary>Octets of a body that it takes.</summary>
    public int BodyLengthMax { get; init; }

    /// <summary>What it answers when all is well.</summary>
    public required ImmutableArray<ApiAnswer> Answers { get; init; }

    public required Func<ApiRequest, Task<ApiReply>> Handler { get; init; }

    /// <summary>Whether it changes anything that lasts: such requests are audited.</summary>
    public bool IsChange => Method is not "GET" && Permission is Permission.Override or Permission.Write or Permission.Administer && !IsReadOnly;

    /// <summary>Whether it changes nothing although its method is not GET.</summary>
    public bool IsReadOnly { get; init; }
}

/// <summary>A parameter of the query string, or a header field.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Meaning">What it does.</param>
/// <param name="Type">The type in JSON Schema: <c>string</c>, <c>integer</c>, <c>boolean</c>.</param>
internal sealed record ApiParameter(string Name, string Meaning, string Type = "string")
{
    public bool IsRequired { get; init; }

    /// <summary>The values that there are; empty when there are too many to list.</summary>
    public ImmutableArray<string> Values { get; init; } = [];
}

/// <summary>A body.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Schema">The name of its schema in the document's components; null for what is not JSON.</param>
internal sealed record ApiContent(string MediaType, string? Schema)
{
    public static ApiContent Json(string schema) => new("application/json", schema);

    public static ApiContent Json<T>() => Json(typeof(T).Name);

    public static ApiContent Text { get; } = new("text/plain", null);
}

/// <summary>An answer that a route can give.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Meaning">When it is given.</param>
/// <param name="Content">The body; null for none.</param>
internal sealed record ApiAnswer(int Status, string Meaning, ApiContent? Content = null);
