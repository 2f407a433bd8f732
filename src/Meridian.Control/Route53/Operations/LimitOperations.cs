using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Policies;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Operations;

/// <summary>Limits and how much of them is used, and what else clients ask about the service itself.</summary>
internal sealed class LimitOperations(Route53Services services)
{
    private static readonly string[] AccountTypes =
    [
        "MAX_HEALTH_CHECKS_BY_OWNER", "MAX_HOSTED_ZONES_BY_OWNER", "MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER", "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER",
        "MAX_TRAFFIC_POLICIES_BY_OWNER",
    ];

    private static readonly string[] ZoneTypes = ["MAX_RRSETS_BY_ZONE", "MAX_VPCS_ASSOCIATED_BY_ZONE"];
    private static readonly string[] SetTypes = ["MAX_ZONES_BY_REUSABLE_DELEGATION_SET"];

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Read("accountlimit/{Type}", "GetAccountLimit", AccountAsync),
        Route53Route.Read("hostedzonelimit/{Id}/{Type}", "GetHostedZoneLimit", ZoneAsync),
        Route53Route.Read("reusabledelegationsetlimit/{Id}/{Type}", "GetReusableDelegationSetLimit", SetAsync),
        Route53Route.Read("hostedzone/{Id}/dnssec", "GetDNSSEC", DnssecAsync),
        Route53Route.Read("checkeripranges", "GetCheckerIpRanges", CheckersAsync),
    ];

    private async Task<Route53Reply> AccountAsync(Route53Request request)
    {
        string type = TypeOf(request, AccountTypes);
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        // Traffic policies and their instances are documents like others, and bounded by the store alone.
        (long limit, long count) = type switch
        {
            "MAX_HEALTH_CHECKS_BY_OWNER" => (services.Limits.HealthCheckCount, HealthCheck.All(state).LongCount()),
            "MAX_HOSTED_ZONES_BY_OWNER" => (services.Limits.HostedZoneCount, state.Zones.Count),
            "MAX_REUSABLE_DELEGATION_SETS_BY_OWNER" => (services.Limits.DelegationSetCount, DelegationSets.All(state).LongCount()),
            "MAX_TRAFFIC_POLICIES_BY_OWNER" => ((long)ChangeLogLimits.MaxChanges, state.Of(TrafficPolicy.Kind).LongCount()),
            _ => (ChangeLogLimits.MaxChanges, state.Of(PolicyInstance.Kind).LongCount()),
        };
        return Route53Reply.Ok("GetAccountLimitResponse", xml => Write(xml, type, limit, count));
    }

    private async Task<Route53Reply> ZoneAsync(Route53Request request)
    {
        string type = TypeOf(request, ZoneTypes);
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(request.Id());
        request.CheckScope(zone);
        return Route53Reply.Ok("GetHostedZoneLimitResponse", xml =>
            Write(
                xml,
                type,
                type == ZoneTypes[0] ? services.Limits.RecordSetCount : services.Limits.VpcCount,
                type == ZoneTypes[0] ? zone.RecordSetCount : zone.Views.Length));
    }

    private async Task<Route53Reply> SetAsync(Route53Request request)
    {
        string type = TypeOf(request, SetTypes);
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        string id = DelegationSets.Require(state, request.Id()).Id;
        return Route53Reply.Ok("GetReusableDelegationSetLimitResponse", xml =>
            Write(xml, type, services.Limits.HostedZoneCount, state.Zones.Values.LongCount(zone => zone.Metadata.DelegationSetId == id)));
    }

    private async Task<Route53Reply> DnssecAsync(Route53Request request)
    {
        HostedZone zone = (await services.Directory.CurrentAsync(request.Aborted)).RequireZone(request.Id());
        request.CheckScope(zone);
        return Route53Reply.Ok("GetDNSSECResponse", xml =>
        {
            xml.Element("Status", () => xml.Text("ServeSignature", "NOT_SIGNING"));
            xml.Element("KeySigningKeys", () => { });
        });
    }

    // Where checks come from is this server and its vantage points; firewalls let their own addresses in, not ranges of AWS.
    private static Task<Route53Reply> CheckersAsync(Route53Request request) =>
        Route53Reply.From(Route53Reply.Ok("GetCheckerIpRangesResponse", xml => xml.Texts("CheckerIpRanges", "member", ["127.0.0.1/32", "::1/128"])));

    private static void Write(XmlReply xml, string type, long limit, long count)
    {
        xml.Element("Limit", () =>
        {
            xml.Text("Type", type);
            xml.Number("Value", limit);
        });
        xml.Number("Count", count);
    }

    private static string TypeOf(Route53Request request, string[] types) => types.Contains(request.Path("Type"))
        ? request.Path("Type")
        : throw Route53Error.Constraint(request.Path("Type"), "type", $"Member must satisfy enum value set: [{string.Join(", ", types)}]").ToException();
}
