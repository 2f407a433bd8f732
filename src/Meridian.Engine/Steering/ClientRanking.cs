using System.Collections.Frozen;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>
/// How near or how fast sites are for the clients of a cell. The compiler orders children by it, and explain asks it again
/// for the evidence, so that the two cannot disagree.
/// </summary>
internal sealed class ClientRanking
{
    /// <summary>
    /// Light in fibre goes 100 km and back in 1 ms, and cables are about twice as long as the great circle: an estimate
    /// where nothing was measured, good enough to put it in order with what was.
    /// </summary>
    public const double KmPerMillisecond = 50;

    private readonly MeridianModel _model;
    private readonly FrozenDictionary<(NetworkPrefix Network, string Site), double> _ofNetwork;
    private readonly LatencyMeasurement[] _ofPlaces;

    public ClientRanking(MeridianModel model)
    {
        _model = model;
        _ofNetwork = model.Latency.Where(row => row.Network is not null)
            .DistinctBy(row => (row.Network, row.Site))
            .ToFrozenDictionary(row => (NetworkPrefix.From(row.Network.GetValueOrDefault()), row.Site), row => row.Milliseconds);
        _ofPlaces = [.. model.Latency.Where(row => row.Place is not null)];
    }

    /// <summary>The children of a proximity node, nearest first; those without a distance last, in the order of the configuration.</summary>
    public RankedChild[] ByProximity(ProximityNode node, in ClientCell cell)
    {
        RankedChild[] ranked = new RankedChild[node.Of.Length];
        for (int i = 0; i < ranked.Length; i++)
        {
            double? distance = DistanceKm(node.Of[i].Site, cell);
            ranked[i] = new RankedChild(i, distance is { } km ? Biased(km, node.Of[i].Bias) : null, distance, RankSource.Distance);
        }
        return Order(ranked);
    }

    /// <summary>The children of a latency node, fastest first; those without any number last.</summary>
    public RankedChild[] ByLatency(LatencyNode node, in ClientCell cell) => ByLatency(node.Of.Select(child => child.Site), cell);

    /// <summary>The children of a cheapest node, fastest first; those without a place last.</summary>
    public RankedChild[] ByLatency(CheapestNode node, in ClientCell cell) => ByLatency(node.Of.Select(child => child.Site), cell);

    /// <summary>The pools of a spill node, fastest first.</summary>
    public RankedChild[] ByLatency(SpillNode node, in ClientCell cell) => ByLatency(node.Of.Select(child => child.Site), cell);

    /// <summary>
    /// Route 53's geoproximity bias: the distance becomes that percentage shorter, or longer where the bias is below 0.
    /// </summary>
    /// <remarks>
    /// The formula is that of the Route 53 Developer Guide, "How Amazon Route 53 uses bias to route traffic", which gives one
    /// for all values: biased distance = actual distance × [1 − (bias/100)]. Its worked example is for a positive bias, and no
    /// edition has had another formula for those. For negative ones editions until 2023 divided by [1 + (bias/100)] instead.
    /// What Route 53 computes has not been measured: for negative values this follows the guide and no more.
    /// </remarks>
    /// <param name="km">The great circle distance.</param>
    /// <param name="bias">−99 to 99.</param>
    public static double Biased(double km, int bias) => km * (1 - (bias / 100.0));

    private RankedChild[] ByLatency(IEnumerable<string?> sites, in ClientCell cell)
    {
        List<RankedChild> ranked = [];
        foreach (string? site in sites)
        {
            ranked.Add(site is null ? new RankedChild(ranked.Count, null, null, RankSource.Anywhere) : Latency(ranked.Count, site, cell));
        }
        return Order([.. ranked]);
    }

    private RankedChild Latency(int child, string site, in ClientCell cell)
    {
        foreach (NetworkPrefix network in cell.Networks.Span)
        {
            if (_ofNetwork.TryGetValue((network, site), out double measured))
            {
                return new RankedChild(child, measured, measured, RankSource.Network);
            }
        }
        Place place = cell.Place;
        if (_ofPlaces.Where(row => row.Site == site && PlaceMatch.Matches(row.Place.GetValueOrDefault(), place))
            .MaxBy(row => PlaceMatch.Specificity(row.Place.GetValueOrDefault(), place)) is { } found)
        {
            return new RankedChild(child, found.Milliseconds, found.Milliseconds, RankSource.Place);
        }
        double? distance = DistanceKm(site, cell);
        return new RankedChild(child, distance / KmPerMillisecond, distance, RankSource.Distance);
    }

    private double? DistanceKm(string site, in ClientCell cell) =>
        cell.Place.TryGetLocation(out Coordinates client, out _) && _model.Sites[site].Location is { } location
            ? GreatCircle.DistanceKm(client, location)
            : null;

    // OrderBy is stable: equal children stay in the order of the configuration.
    private static RankedChild[] Order(RankedChild[] ranked) =>
        [.. ranked.OrderBy(child => child.Source == RankSource.Anywhere).ThenBy(child => child.Score ?? double.PositiveInfinity)];
}

/// <summary>One child in its rank.</summary>
/// <param name="Child">Its position in the configuration.</param>
/// <param name="Score">What it is ordered by: biased kilometres or milliseconds; null when nothing is known.</param>
/// <param name="Raw">The measured milliseconds, or the kilometres before the bias or the estimate; null when nothing is known.</param>
/// <param name="Source">Where the number comes from.</param>
internal readonly record struct RankedChild(int Child, double? Score, double? Raw, RankSource Source);

/// <summary>Where a rank comes from.</summary>
internal enum RankSource : byte
{
    /// <summary>The distance, or nothing when a location is not known.</summary>
    Distance,

    /// <summary>A measurement for a network that the client is in.</summary>
    Network,

    /// <summary>A measurement for a place that the client is in.</summary>
    Place,

    /// <summary>The child stands nowhere in particular.</summary>
    Anywhere,
}
