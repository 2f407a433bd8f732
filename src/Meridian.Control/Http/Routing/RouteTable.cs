using System.Collections.Immutable;
using System.Text;
using Meridian.Control.Access;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Http.Routing;

/// <summary>All that the endpoint serves.</summary>
internal static class RouteTable
{
    /// <summary>The table, in the order of its chapters.</summary>
    public static ImmutableArray<ApiRoute> Build(LocalEndpointSources sources, EndpointAccess access, LocalEndpointLimits limits)
    {
        ImmutableArray<ApiRoute> routes =
        [
            .. new LocalEndpointHandlers(sources, limits).Routes,
            .. new AccessRoutes(access, limits).Routes,
        ];
        return [Index(routes), .. routes];
    }

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
