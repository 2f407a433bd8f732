using System.Globalization;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Operations;

/// <summary>Lists of traffic policy instances, whose pages are marked by zone, name and type.</summary>
internal sealed class PolicyInstanceLists(Route53Services services)
{
    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Read("trafficpolicyinstances", "ListTrafficPolicyInstances", ListAsync),
        Route53Route.Read("trafficpolicyinstances/hostedzone", "ListTrafficPolicyInstancesByHostedZone", ListByZoneAsync),
        Route53Route.Read("trafficpolicyinstances/trafficpolicy", "ListTrafficPolicyInstancesByPolicy", ListByPolicyAsync),
    ];

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        return Page(request, state, MarkerZone(request), _ => true, hasZoneMarker: true);
    }

    private async Task<Route53Reply> ListByZoneAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = state.RequireZone(Require(request, "id"));
        request.CheckScope(zone);
        return Page(request, state, zone.Id, instance => instance.ZoneId == zone.Id, hasZoneMarker: false);
    }

    private async Task<Route53Reply> ListByPolicyAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        TrafficPolicy policy = TrafficPolicy.Require(state, Require(request, "id"));
        string text = Require(request, "version");
        PolicyVersion version = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? policy.RequireVersion(number)
            : throw Route53Error.InvalidInput($"The parameter version must be a number; it is '{text}'.").ToException();
        return Page(
            request, state, MarkerZone(request), instance => instance.PolicyId == policy.Id && instance.PolicyVersion == version.Number, hasZoneMarker: true);
    }

    private Route53Reply Page(Route53Request request, DirectoryState state, string? zoneMarker, Func<PolicyInstance, bool> isWanted, bool hasZoneMarker)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string start = StartOf(request, zoneMarker);
        PolicyInstance[] found =
        [
            .. PolicyInstance.All(state)
                .Where(instance => isWanted(instance) && IsVisible(request, state, instance) && string.CompareOrdinal(instance.SortKey, start) >= 0)
                .Take(count + 1),
        ];
        PolicyInstance? next = found.Length > count ? found[count] : null;
        long served = services.ServedRevision();
        return Route53Reply.Ok($"{request.Route.Operation}Response", xml =>
        {
            xml.List(
                "TrafficPolicyInstances", "TrafficPolicyInstance", found.Take(count),
                instance => PolicyInstanceXml.WriteContent(xml, instance, PolicyInstanceXml.StateOf(state, instance, served)));
            xml.Text("HostedZoneIdMarker", hasZoneMarker ? next?.ZoneId : null);
            xml.Text("TrafficPolicyInstanceNameMarker", next is null ? null : Route53Name.Format(next.Owner));
            xml.Text("TrafficPolicyInstanceTypeMarker", next?.Type.ToMnemonic());
            xml.Boolean("IsTruncated", next is not null);
            xml.Text("MaxItems", maxItems);
        });
    }

    private static string StartOf(Route53Request request, string? zoneMarker)
    {
        string? name = request.Query("trafficpolicyinstancename");
        string? type = request.Query("trafficpolicyinstancetype");
        if ((name is not null && zoneMarker is null) || (type is not null && name is null))
        {
            throw Route53Error.InvalidInput("The markers of a page go together: the hosted zone's id, the name, and the type.").ToException();
        }
        if (name is null)
        {
            return zoneMarker ?? "";
        }
        return Route53Name.TryParse(name, out DomainName owner, out string problem)
            ? PolicyInstance.SortKeyOf(zoneMarker ?? "", Route53Name.SortKey(Route53Name.Format(owner)), type ?? "")
            : throw Route53Error.InvalidInput(problem).ToException();
    }

    /// <summary>Keys of some zones see the instances of these.</summary>
    private static bool IsVisible(Route53Request request, DirectoryState state, PolicyInstance instance) =>
        request.Caller.Scope.IsAll || (state.TryFindZone(instance.ZoneId, out HostedZone? zone) && request.Caller.Scope.Contains(zone.DocumentName));

    private static string? MarkerZone(Route53Request request) => request.Query("hostedzoneid") is { } id ? ResourceIds.Bare(id) : null;

    private static string Require(Route53Request request, string name) =>
        request.Query(name) ?? throw Route53Error.InvalidInput($"The parameter {name} is missing.").ToException();
}
