using System.Globalization;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Explaining;

/// <summary>Why the children of a node that goes by distance or latency stand in their order.</summary>
internal static class RankWords
{
    /// <summary>One step for each child in its rank; none for other nodes.</summary>
    public static IEnumerable<DecisionStep> Describe(SteeringProgram program, SteeringNode node, ClientCell cell)
    {
        switch (node)
        {
            case ProximityNode proximity:
                return Steps(program.Ranking.ByProximity(proximity, cell), i => proximity.Of[i].Site, i => proximity.Of[i].Node, cell,
                    rank => proximity.Of[rank.Child].Bias is var bias and not 0
                        ? string.Create(CultureInfo.InvariantCulture, $"{rank.Raw:0} km, with bias {bias} {rank.Score:0} km")
                        : string.Create(CultureInfo.InvariantCulture, $"{rank.Raw:0} km"));
            case LatencyNode latency:
                return Steps(program.Ranking.ByLatency(latency, cell), i => latency.Of[i].Site, i => latency.Of[i].Node, cell, Latency);
            case SpillNode spill:
                return Steps(
                    program.Ranking.ByLatency(spill, cell), i => spill.Of[i].Site, i => new PoolNode(spill.Of[i].Pool), cell, Latency);
            case CheapestNode cheapest:
                return Steps(program.Ranking.ByLatency(cheapest, cell), i => cheapest.Of[i].Site, i => cheapest.Of[i].Node, cell, Latency);
            default:
                return [];
        }
    }

    private static IEnumerable<DecisionStep> Steps(
        RankedChild[] ranked, Func<int, string?> site, Func<int, SteeringNode> child, ClientCell cell, Func<RankedChild, string> words) =>
        ranked.Select((rank, i) => new DecisionStep(
            DecisionStepKind.Rank,
            NameOf(child(rank.Child), rank.Child),
            string.Create(CultureInfo.InvariantCulture, $"rank {i + 1}"),
            rank.Source == RankSource.Anywhere
                ? "stands nowhere in particular: within every bound"
                : $"site {site(rank.Child)}: {(rank.Score is null ? "distance not known" : words(rank))}{WhereFrom(rank, cell)}",
            []));

    private static string Latency(RankedChild rank) => rank.Source switch
    {
        RankSource.Network => string.Create(CultureInfo.InvariantCulture, $"{rank.Score:0.#} ms, measured for a network of the client"),
        RankSource.Place => string.Create(CultureInfo.InvariantCulture, $"{rank.Score:0.#} ms, measured for the client's place"),
        _ => string.Create(CultureInfo.InvariantCulture, $"nothing measured; {rank.Raw:0} km, estimated as {rank.Score:0.#} ms"),
    };

    private static string WhereFrom(RankedChild rank, ClientCell cell)
    {
        if (rank.Source != RankSource.Distance || !cell.Place.TryGetLocation(out Coordinates client, out bool isCentroid))
        {
            return "";
        }
        string at = string.Create(CultureInfo.InvariantCulture, $"{client.Latitude:0.##},{client.Longitude:0.##}");
        return isCentroid ? $" from {at}, the middle of {cell.Place.Country}" : $" from {at}";
    }

    private static string NameOf(SteeringNode node, int index) => node switch
    {
        PoolNode pool => pool.Pool,
        PolicyNode policy => policy.Policy,
        _ => string.Create(CultureInfo.InvariantCulture, $"#{index + 1}"),
    };
}
