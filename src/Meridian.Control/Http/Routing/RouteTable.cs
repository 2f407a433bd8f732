using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Access;
using Meridian.Control.Http.Documents;
using Meridian.Control.Http.OpenApi;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http.Routing;

/// <summary>All that the endpoint serves.</summary>
internal static class RouteTable
{
    /// <summary>The table, in the order of its chapters.</summary>
    public static ImmutableArray<ApiRoute> Build(LocalEndpointSources sources, EndpointAccess access, LocalEndpointLimits limits)
    {
        DocumentCalls calls = new(sources);
        ObservatoryCalls observatory = new(sources);
        ImmutableArray<ApiRoute> routes =
        [
            .. new LocalEndpointHandlers(sources, limits).Routes,
            .. new DocumentRoutes(sources, calls, limits).Routes,
            .. new MemberRoutes(sources, calls, limits).Routes,
            .. new ChangeRoutes(sources, calls, limits).Routes,
            .. new StageRoutes(sources, calls, limits).Routes,
            .. new PlannedRoutes(sources, calls, limits).Routes,
            .. new HistoryRoutes(sources, calls).Routes,
            .. new ObservingRoutes(sources, observatory, limits).Routes,
            .. new DrillRoutes(observatory).Routes,
            .. new EventRoutes(sources, limits, TimeProvider.System).Routes,
            .. new AccessRoutes(access, limits).Routes,
        ];
        // The document is written when somebody first asks for it: most servers never are.
        Lazy<string>? document = null;
        routes = [Index(routes), .. routes, OpenApi(() => document?.Value ?? "")];
        document = new Lazy<string>(() => OpenApiDocument.Write(routes));
        return routes;
    }

    /// <summary>The table without a server behind it, to be described.</summary>
    public static ImmutableArray<ApiRoute> Describe()
    {
        LocalEndpointSources sources = new()
        {
            Configuration = Unused<ConfigurationStatus>,
            Readiness = Unused<Readiness>,
            Status = Unused<StatusReport>,
            Metrics = _ => { },
            Explain = (_, _) => Unused<Task<ExplainReply>>(),
        };
        return Build(sources, null!, new LocalEndpointLimits()); // Only handlers use access, and none is called.
    }

    private static T Unused<T>() => throw new InvalidOperationException("This table describes; it does not serve.");

    private static ApiRoute OpenApi(Func<string> document) => new()
    {
        Method = HttpMethods.Get,
        Path = "/api/v1/openapi.json",
        Operation = "getOpenApi",
        Tag = "server",
        Summary = "This document",
        Permission = Permission.Public,
        Answers = [new ApiAnswer(StatusCodes.Status200OK, "OpenAPI 3.1.", new ApiContent("application/json", null))],
        Handler = _ => Task.FromResult(ApiReply.Text(document(), "application/json; charset=utf-8")),
    };

    /// <summary>Octets of the longest body that any route takes.</summary>
    public static int LongestBody(ImmutableArray<ApiRoute> routes) => routes.Max(route => route.BodyLengthMax);

    private static ApiRoute Index(ImmutableArray<ApiRoute> routes)
    {
        StringBuilder text = new("Meridian.\n\n");
        int width = routes.Max(route => route.Path.Length);
        foreach (ApiRoute route in routes)
        {
            text.Append(route.Method.PadRight(7)).Append(route.Path.PadRight(width + 2)).Append(route.Summary).Append('\n');
        }
        string index = text.ToString();
        return new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/",
            Operation = "getIndex",
            Tag = "server",
            Summary = "What there is",
            Permission = Permission.Public,
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "One line for each.", ApiContent.Text)],
            Handler = _ => Task.FromResult(ApiReply.Text(index)),
        };
    }
}
