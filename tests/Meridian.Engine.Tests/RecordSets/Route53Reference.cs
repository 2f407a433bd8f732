using System.Net;
using Meridian.Dns.Names;
using Meridian.Engine.Health;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.RecordSets;

/// <summary>
/// Route 53's rules as its documentation tells them, slow and obvious: a set is chosen by routing among the healthy ones that
/// concern the client, among all that do when none is healthy, and an alias is followed to the sets of its target.
/// </summary>
/// <param name="groups">The sets of each name; an empty list is a name with static records.</param>
/// <param name="values">The static records of names without sets.</param>
/// <param name="checks">What each check says.</param>
/// <param name="collections">The networks of locations.</param>
internal sealed class Route53Reference(
    IReadOnlyDictionary<DomainName, List<RecordSetModel>> groups,
    IReadOnlyDictionary<DomainName, string> values,
    IReadOnlyDictionary<string, HealthState> checks,
    CollectionModel collections)
{
    private const double EarthRadiusKm = 6371.0088;

    /// <summary>A client as the rules see it.</summary>
    public sealed record Client(IPAddress Address, string? Country, string? Continent, Coordinates? Location);

    /// <summary>Every answer that a query can get; for multivalue groups all records that can be in it.</summary>
    public HashSet<string> Answers(DomainName name, Client client) => Choose(name, client, assumeHealthy: false);

    private HashSet<string> Choose(DomainName name, Client client, bool assumeHealthy)
    {
        if (!groups.TryGetValue(name, out List<RecordSetModel>? sets))
        {
            return [values[name]];
        }
        List<RecordSetModel> concerned = sets.FindAll(set => Concerns(set, client) && Leads(set, client));
        List<RecordSetModel> healthy = concerned.FindAll(set => IsHealthy(set, client));
        bool all = assumeHealthy || healthy.Count == 0;
        List<RecordSetModel> candidates = all ? concerned : healthy;
        if (candidates.Count == 0)
        {
            return ["NODATA"];
        }
        return [.. ByRouting(candidates, client).SelectMany(set => AnswersOf(set, client, all))];
    }

    private HashSet<string> AnswersOf(RecordSetModel set, Client client, bool assumeHealthy) => set.Alias is { } alias
        ? Choose(alias.Target, client, assumeHealthy && alias.EvaluatesHealth)
        : [string.Join(' ', set.Rdata.Select(rdata => new IPAddress(rdata.Octets.Span).ToString()).Order(StringComparer.Ordinal))];

    private bool IsHealthy(RecordSetModel set, Client client) =>
        (set.Health is null || checks[set.Health] != HealthState.Down)
        && (set.Alias is not { EvaluatesHealth: true } alias || IsGroupHealthy(alias.Target, client));

    private bool IsGroupHealthy(DomainName name, Client client) =>
        !groups.TryGetValue(name, out List<RecordSetModel>? sets) || sets.Exists(set => Concerns(set, client) && IsHealthy(set, client));

    /// <summary>An alias whose target has nothing at all for the client is no candidate, unless it is committed to its target.</summary>
    private bool Leads(RecordSetModel set, Client client) =>
        set.Alias is not { EvaluatesHealth: true } alias
        || !groups.TryGetValue(alias.Target, out List<RecordSetModel>? sets)
        || sets.Exists(below => Concerns(below, client) && Leads(below, client));

    private bool Concerns(RecordSetModel set, Client client) => set.Routing switch
    {
        PlaceRouting { Place: { } place } => place.Code == (place.Kind == PlaceKind.Country ? client.Country : client.Continent),
        CollectionRouting { Location: { } location } => PrefixOf(location, client) >= 0,
        _ => true,
    };

    private List<RecordSetModel> ByRouting(List<RecordSetModel> candidates, Client client)
    {
        switch (candidates[0].Routing)
        {
            case WeightedRouting:
                List<RecordSetModel> weighted = candidates.FindAll(set => ((WeightedRouting)set.Routing).Weight > 0);
                return weighted.Count > 0 ? weighted : candidates;
            case FailoverRouting:
                return [candidates.Find(set => ((FailoverRouting)set.Routing).IsPrimary) ?? candidates[0]];
            case PlaceRouting:
                return [candidates.MaxBy(set => ((PlaceRouting)set.Routing).Place is { } place ? (int)place.Kind + 1 : 0)!]; // There is one.
            case CollectionRouting:
                return [candidates.MaxBy(set => ((CollectionRouting)set.Routing).Location is { } location ? PrefixOf(location, client) : -1)!]; // There is one.
            case LatencyRouting:
                return [candidates.MinBy(set => Distance(((LatencyRouting)set.Routing).Location, client, 0))!]; // There is one.
            case ProximityRouting:
                return [candidates.MinBy(set => Distance(((ProximityRouting)set.Routing).Location, client, ((ProximityRouting)set.Routing).Bias))!]; // There is one.
            default:
                return candidates;
        }
    }

    private int PrefixOf(string location, Client client) => collections.Locations[location]
        .Where(network => network.Contains(client.Address)).Select(network => network.PrefixLength).DefaultIfEmpty(-1).Max();

    /// <summary>Haversine; the bias shortens by a percentage, or lengthens by it where it is negative.</summary>
    private static double Distance(Coordinates? to, Client client, int bias)
    {
        if (client.Location is not { } from || to is not { } site)
        {
            return double.PositiveInfinity;
        }
        double latitude = Radians(site.Latitude - from.Latitude) / 2;
        double longitude = Radians(site.Longitude - from.Longitude) / 2;
        double chord = (Math.Sin(latitude) * Math.Sin(latitude))
            + (Math.Cos(Radians(from.Latitude)) * Math.Cos(Radians(site.Latitude)) * Math.Sin(longitude) * Math.Sin(longitude));
        double km = 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(chord));
        return km * (100 - bias) / 100;
    }

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
