using System.Globalization;
using System.Net;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Tests.Steering;

/// <summary>A client as the reference sees it.</summary>
internal sealed record ReferenceClient(Place Place, IPAddress Address, long UnixSeconds);

/// <summary>Order by distance and latency, as plainly as can be.</summary>
internal static class ReferenceRanking
{
    public static IEnumerable<SteeringNode> Ranked(MeridianModel model, SteeringNode node, ReferenceClient client) => node switch
    {
        ProximityNode proximity => proximity.Of
            .OrderBy(child => Kilometres(model, child.Site, client) is { } km ? Biased(km, child.Bias) : double.MaxValue)
            .Select(child => child.Node),
        LatencyNode latency => latency.Of.OrderBy(child => Milliseconds(model, child.Site, client) ?? double.MaxValue).Select(child => child.Node),
        _ => throw new InvalidOperationException(),
    };

    public static List<int> Order(MeridianModel model, SpillNode spill, ReferenceClient client) =>
        [.. Enumerable.Range(0, spill.Of.Length).OrderBy(i => Milliseconds(model, spill.Of[i].Site, client) ?? double.MaxValue)];

    public static double?[] Milliseconds(MeridianModel model, CheapestNode node, ReferenceClient client) =>
        [.. node.Of.Select(child => child.Site is null ? null : Milliseconds(model, child.Site, client))];

    /// <summary>What a node does for a client beyond its children, as a text that is equal where that is equal.</summary>
    public static string Content(MeridianModel model, SteeringNode node, ReferenceClient client)
    {
        switch (node)
        {
            case SpillNode spill:
                return $"spill {spill.Metric} {string.Join(',', spill.Of)} {string.Join(',', Order(model, spill, client))}";
            case CheapestNode cheapest:
                double?[] milliseconds = Milliseconds(model, cheapest, client);
                List<int> order = [.. Enumerable.Range(0, milliseconds.Length)
                    .OrderBy(i => cheapest.Of[i].Site is null ? 1 : 0).ThenBy(i => milliseconds[i] ?? double.MaxValue)];
                IEnumerable<string> within = order.Select(best => string.Join(
                    '.', Enumerable.Range(0, milliseconds.Length).Where(i => ReferenceChoices.IsWithin(cheapest, milliseconds, order, best, i))));
                return $"cheapest {cheapest.Metric} {cheapest.Budget} {string.Join(',', cheapest.Of.Select(child => $"{child.Cost}:{child.Commit}:{child.Subject}"))} {string.Join(',', order)} {string.Join(',', within)}";
            case ScheduleNode schedule:
                return $"schedule {schedule.TimeZone} {string.Join(',', schedule.Windows.Select(window => $"{window.Days}/{window.FromSecond}/{window.ToSecond}/{window.FirstDate}/{window.LastDate}"))}";
            case RampNode ramp:
                return $"ramp {string.Join(',', ramp.Steps)} {ramp.Every} {ramp.Start.ToString("O", CultureInfo.InvariantCulture)} {ramp.Guard}";
            case ShedNode shed:
                return $"shed {shed.Subject} {shed.Metric} {shed.Low} {shed.High}";
            default:
                throw new InvalidOperationException();
        }
    }

    private static double Biased(double km, int bias) => km * (1 - (bias / 100.0));

    private static double? Milliseconds(MeridianModel model, string site, ReferenceClient client)
    {
        IEnumerable<LatencyMeasurement> rows = model.Latency.Where(row => row.Site == site);
        LatencyMeasurement? best = rows.Where(row => row.Network is { } network && network.Contains(client.Address))
            .MaxBy(row => row.Network.GetValueOrDefault().PrefixLength);
        best ??= rows.Where(row => row.Place?.Kind == PlaceKind.Country && row.Place?.Code == client.Place.Country).FirstOrDefault();
        best ??= rows.Where(row => row.Place?.Kind == PlaceKind.Continent && row.Place?.Code == client.Place.Continent).FirstOrDefault();
        return best?.Milliseconds ?? Kilometres(model, site, client) / 50;
    }

    /// <summary>By the spherical law of cosines, so that it shares no formula with the product.</summary>
    private static double? Kilometres(MeridianModel model, string site, ReferenceClient client)
    {
        if (model.Sites[site].Location is not { } to || !client.Place.TryGetLocation(out Coordinates from, out _))
        {
            return null;
        }
        double a = double.DegreesToRadians(from.Latitude);
        double b = double.DegreesToRadians(to.Latitude);
        double longitude = double.DegreesToRadians(to.Longitude - from.Longitude);
        return 6371.0088 * Math.Acos(Math.Clamp((Math.Sin(a) * Math.Sin(b)) + (Math.Cos(a) * Math.Cos(b) * Math.Cos(longitude)), -1, 1));
    }
}
