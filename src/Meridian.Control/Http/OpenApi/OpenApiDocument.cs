using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Client.Wire;
using Meridian.Control.Access;
using Meridian.Control.Http.Routing;

namespace Meridian.Control.Http.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document, written from the table of routes that serves, the wire types that are sent, and the schemas that
/// the configuration is read by.
/// </summary>
public static class OpenApiDocument
{
    private const string Description =
        """
        Configuration, state and history of a Meridian server. Documents (zones, records, pools, policies, sites, monitors,
        settings, overrides) are the same as in YAML. A change is durable when it is answered; with `wait` it also answers
        queries. Errors are `application/problem+json` (RFC 9457) and point to the field.
        """;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ImmutableArray<(string Tag, string Meaning)> Tags =
    [
        ("server", "The running server."),
        ("zones", "Zones and their records."),
        ("pools", "Pools and their members."),
        ("policies", "Steering trees."),
        ("sites", "Places that serve traffic."),
        ("monitors", "Definitions of health checks."),
        ("settings", "Sections of the top level."),
        ("overrides", "An operator's word over health."),
        ("changes", "Many documents at once, and what waits for a second person."),
        ("history", "Revisions, and the way back."),
        ("observing", "Who asks, and what follows from it."),
        ("events", "Changes as they happen."),
        ("access", "Tokens and the audit log."),
    ];

    /// <summary>The document of this version, as it is served and as it is in docs/openapi.json.</summary>
    public static string Render() => Write(RouteTable.Describe());

    /// <summary>The document for a table of routes.</summary>
    internal static string Write(ImmutableArray<ApiRoute> routes)
    {
        JsonObject paths = [];
        foreach (ApiRoute route in routes)
        {
            if (paths[route.Path] is not JsonObject path)
            {
                paths[route.Path] = path = [];
            }
            path[route.Method.ToLowerInvariant()] = Operation(route);
        }
        JsonObject document = new()
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "Meridian",
                ["version"] = "1",
                ["description"] = Description,
                ["license"] = new JsonObject { ["name"] = "As Meridian itself", ["url"] = "https://spdx.org/licenses/" },
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "http://127.0.0.1:8053", ["description"] = "On the server's own machine." }),
            ["tags"] = new JsonArray([.. Tags.Select(tag => new JsonObject { ["name"] = tag.Tag, ["description"] = tag.Meaning })]),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "A token of `meridian tokens create`." },
                },
                ["schemas"] = OpenApiSchemas.All(),
            },
        };
        return document.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Operation(ApiRoute route)
    {
        JsonObject operation = new()
        {
            ["operationId"] = route.Operation,
            ["tags"] = new JsonArray(route.Tag),
            ["summary"] = route.Summary,
            ["description"] = Describe(route),
        };
        JsonArray parameters = [.. Parameters(route)];
        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }
        if (route.Request is { } request)
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(request) };
        }
        JsonObject responses = [];
        foreach (ApiAnswer answer in route.Answers)
        {
            responses[answer.Status.ToString(CultureInfo.InvariantCulture)] = Response(answer);
        }
        responses["default"] = Response(new ApiAnswer(0, "It was refused; the problem says why.", new ApiContent(Problem.MediaType, nameof(Problem))));
        operation["responses"] = responses;
        if (route.Permission is Permission.Public)
        {
            // An empty requirement: a token may be sent, and need not be.
            operation["security"] = new JsonArray(new JsonObject());
        }
        return operation;
    }

    private static string Describe(ApiRoute route)
    {
        string role = route.Permission switch
        {
            Permission.Public => "For everybody.",
            Permission.MemberReport => "Takes the secret of the monitor.",
            _ => $"Takes the role {route.Permission.LeastRole().ToWord()}.",
        };
        string limit = route.BodyLengthMax > 0 ? string.Create(CultureInfo.InvariantCulture, $" The body is at most {route.BodyLengthMax} octets.") : "";
        return (route.Description is null ? "" : route.Description + " ") + role + limit;
    }

    private static IEnumerable<JsonNode> Parameters(ApiRoute route)
    {
        foreach ((string name, string meaning) in route.PathParameters.OrderBy(parameter => route.Path.IndexOf($"{{{parameter.Key}}}", StringComparison.Ordinal)))
        {
            yield return Parameter("path", new ApiParameter(name, meaning) { IsRequired = true });
        }
        foreach (ApiParameter parameter in route.Query)
        {
            yield return Parameter("query", parameter);
        }
        foreach (ApiParameter parameter in route.Headers)
        {
            yield return Parameter("header", parameter);
        }
    }

    private static JsonObject Parameter(string place, ApiParameter parameter)
    {
        JsonObject schema = new() { ["type"] = parameter.Type };
        // Several may be given in one value, separated by commas: such a list is no enumeration.
        if (!parameter.Values.IsEmpty && parameter.Name != "topics")
        {
            schema["enum"] = new JsonArray([.. parameter.Values.Select(value => JsonValue.Create(value))]);
        }
        JsonObject result = new() { ["name"] = parameter.Name, ["in"] = place, ["description"] = parameter.Meaning, ["schema"] = schema };
        if (parameter.IsRequired)
        {
            result["required"] = true;
        }
        return result;
    }

    private static JsonObject Response(ApiAnswer answer)
    {
        JsonObject response = new() { ["description"] = answer.Meaning };
        if (answer.Content is { } content)
        {
            response["content"] = Content(content);
        }
        return response;
    }

    private static JsonObject Content(ApiContent content) => new()
    {
        [content.MediaType] = new JsonObject
        {
            ["schema"] = content.Schema is { } schema
                ? new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" }
                : new JsonObject { ["type"] = "string" },
        },
    };
}
