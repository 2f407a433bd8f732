using System.Collections.Immutable;
using Meridian.Control.Route53.Signing;

namespace Meridian.Control.Route53.Operations;

/// <summary>All operations that there are.</summary>
internal sealed class Route53RouteTable
{
    private readonly ILookup<(string Method, int Length, string First), Route53Route> _routes;

    private Route53RouteTable(IEnumerable<Route53Route> routes)
    {
        _routes = routes.ToLookup(route => (route.Method, route.Segments.Length, route.Segments[0]));
    }

    /// <summary>The table; one class for each kind of resource.</summary>
    public static Route53RouteTable Create(Route53Services services) => new(
    [
        .. new HostedZoneOperations(services).Routes,
        .. new VpcOperations(services).Routes,
        .. new RecordSetOperations(services).Routes,
        .. new TagOperations(services).Routes,
        .. new HealthCheckOperations(services).Routes,
        .. new HealthStatusOperations(services).Routes,
        .. new DelegationSetOperations(services).Routes,
        .. new LimitOperations(services).Routes,
        .. new CidrOperations(services).Routes,
        .. new AnswerOperations(services).Routes,
        .. new GeoLocationOperations(services).Routes,
        .. new TrafficPolicyOperations(services).Routes,
        .. new PolicyInstanceOperations(services).Routes,
        .. new PolicyInstanceLists(services).Routes,
        .. UnavailableOperations.Routes,
    ]);

    /// <summary>
    /// Finds an operation by the path as it was sent: an escaped slash is part of a parameter, and stays one. A slash at the
    /// end is what some clients send for some operations.
    /// </summary>
    public Route53Route? Find(string method, string rawPath, out ImmutableDictionary<string, string> parameters)
    {
        parameters = ImmutableDictionary<string, string>.Empty;
        if (!rawPath.StartsWith(Route53Route.Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        string[] segments = rawPath[Route53Route.Prefix.Length..].TrimEnd('/').Split('/');
        foreach (Route53Route route in _routes[(method, segments.Length, segments[0])])
        {
            if (Matches(route, segments, out parameters))
            {
                return route;
            }
        }
        return null;
    }

    private static bool Matches(Route53Route route, string[] segments, out ImmutableDictionary<string, string> parameters)
    {
        ImmutableDictionary<string, string>.Builder found = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        parameters = found.ToImmutable();
        for (int i = 0; i < segments.Length; i++)
        {
            string expected = route.Segments[i];
            if (Route53Route.IsParameter(expected) && segments[i].Length > 0)
            {
                found[expected.Trim('{', '}')] = PercentText.DecodeUtf8(segments[i]);
            }
            else if (expected != segments[i])
            {
                return false;
            }
        }
        parameters = found.ToImmutable();
        return true;
    }
}
