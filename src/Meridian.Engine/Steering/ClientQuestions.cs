using System.Globalization;
using System.Net;
using System.Text;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>Everything that a policy, with all policies that it refers to, asks about where a client is.</summary>
internal sealed class ClientQuestions
{
    private readonly List<SteeringNode> _nodes = [];

    private ClientQuestions()
    {
    }

    public bool IsEmpty => _nodes.Count == 0;

    /// <summary>The networks that must be told apart, beyond the places of the database.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; private set; } = [];

    /// <summary>Equal for equal <see cref="Networks"/>.</summary>
    public string NetworksKey { get; private set; } = "";

    public static ClientQuestions Collect(MeridianModel model, PolicyModel policy)
    {
        ClientQuestions questions = new();
        questions.Visit(model, policy.Root, 0);
        bool usesLatency = questions._nodes.Exists(node => node is LatencyNode or CheapestNode or SpillNode);
        IEnumerable<IPNetwork> named = questions._nodes.OfType<NetworkNode>()
            .SelectMany(node => node.Networks).Select(branch => branch.Prefix).OfType<IPNetwork>();
        IEnumerable<IPNetwork> measured = usesLatency ? model.Latency.Select(row => row.Network).OfType<IPNetwork>() : [];
        questions.Networks = [.. named.Concat(measured).Distinct()];
        questions.NetworksKey = string.Join(' ', questions.Networks.Select(network => network.ToString()).Order(StringComparer.Ordinal));
        return questions;
    }

    /// <summary>The answers for the clients of a cell: equal texts are equal trees.</summary>
    public string Answer(ClientCell cell, ClientRanking ranking)
    {
        StringBuilder answers = new();
        foreach (SteeringNode node in _nodes)
        {
            Append(answers, node switch
            {
                GeoNode geo => BranchMatch.Of(geo, cell),
                NetworkNode network => BranchMatch.Of(network, cell),
                ProximityNode proximity => ranking.ByProximity(proximity, cell).Select(rank => rank.Child),
                LatencyNode latency => ranking.ByLatency(latency, cell).Select(rank => rank.Child),
                SpillNode spill => ranking.ByLatency(spill, cell).Select(rank => rank.Child),
                CheapestNode cheapest => Priced(cheapest, ranking.ByLatency(cheapest, cell)),
                _ => [],
            });
        }
        return answers.ToString();
    }

    private static IEnumerable<int> Priced(CheapestNode node, RankedChild[] ranked) => ranked.SelectMany(
        (rank, i) => new[] { rank.Child, (int)TreeSpecialiser.Reach(ranked, i, node.WithinMilliseconds) });

    private static void Append(StringBuilder answers, IEnumerable<int> numbers) =>
        answers.AppendJoin(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))).Append(';');

    private void Visit(MeridianModel model, SteeringNode node, int depth)
    {
        if (depth > SteeringLimits.Depth)
        {
            return;
        }
        if (node is GeoNode or NetworkNode or ProximityNode or LatencyNode or SpillNode or CheapestNode)
        {
            _nodes.Add(node);
        }
        if (node is PolicyNode reference)
        {
            Visit(model, model.Policies[reference.Policy].Root, depth + 1);
        }
        foreach (SteeringNode child in node.Children)
        {
            Visit(model, child, depth + 1);
        }
    }
}
