using System.Globalization;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>Walks a policy's tree for the clients of one cell and leaves out every question about where they are.</summary>
internal sealed class TreeSpecialiser(
    MeridianModel model, ClientRanking ranking, IReadOnlyDictionary<string, int> poolIndex, ProgramBuilder program, NodeTablesBuilder tables)
{
    /// <summary>The program node that is left of a policy for a cell.</summary>
    public int Specialise(PolicyModel policy, ClientCell cell) => Walk(policy.Root, new Frame(policy, cell, policy.Name, 0));

    private int Walk(SteeringNode node, Frame at)
    {
        if (at.Depth > SteeringLimits.Depth)
        {
            throw new InvalidOperationException($"Policy {at.Path} is nested deeper than {SteeringLimits.Depth} nodes.");
        }
        switch (node)
        {
            case PoolNode pool:
                return program.AddPool(poolIndex[pool.Pool], pool.Pool);
            case PolicyNode reference:
                return Walk(model.Policies[reference.Policy].Root, at.Into(model.Policies[reference.Policy]));
            case FailoverNode failover:
                return Add(ProgramNodeKind.Failover, failover, at, InOrder(failover.Of, at));
            case WeightedNode weighted:
                return AddWeighted(weighted, at);
            case HashNode hash:
                bool byClient = hash.Key == HashKey.Client;
                return AddKeeping(byClient, byClient ? ProgramNodeKind.Sticky : ProgramNodeKind.HashName, hash, at, InOrder(hash.Of, at));
            case MultivalueNode multivalue:
                return program.AddNode(new(ProgramNodeKind.Multivalue, at.Policy.Name, PathOf(multivalue, at), multivalue)
                {
                    Children = InOrder(multivalue.Of, at),
                    Max = multivalue.Max,
                    SpreadSites = multivalue.SpreadSites,
                });
            case GeoNode geo:
                return Matched(
                    geo, BranchMatch.Of(geo, at.Cell).Select(i => (geo.Places[i].Place.ToString(), geo.Places[i].Node)), geo.Default,
                    geo.Strict || at.Policy.Strict ? ProgramNodeKind.StrictGeo : ProgramNodeKind.Geo, at);
            case NetworkNode network:
                return Matched(
                    network, BranchMatch.Of(network, at.Cell).Select(i => (network.Networks[i].Key, network.Networks[i].Node)), network.Default,
                    network.Strict || at.Policy.Strict ? ProgramNodeKind.StrictNetwork : ProgramNodeKind.Network, at);
            case ProximityNode proximity:
                return Add(ProgramNodeKind.Proximity, proximity, at,
                    [.. ranking.ByProximity(proximity, at.Cell).Select(rank => EdgeTo(proximity.Of[rank.Child].Node, at, rank.Child))]);
            case LatencyNode latency:
                return Add(ProgramNodeKind.Latency, latency, at,
                    [.. ranking.ByLatency(latency, at.Cell).Select(rank => EdgeTo(latency.Of[rank.Child].Node, at, rank.Child))]);
            case GatedNode gated:
                return Add(ProgramNodeKind.Gated, gated, at, [EdgeTo(gated.Of, at, 0)], GateOf(gated));
            case CommittedNode committed:
                return Add(ProgramNodeKind.Committed, committed, at, [EdgeTo(committed.Of, at, 0)]);
            default:
                return WalkTabled(node, at);
        }
    }

    /// <summary>Which pool stands for the monitor, and whether it counts as up before its first verdict.</summary>
    private int GateOf(GatedNode gated) => tables.Add(new CompiledGate(
        poolIndex[RecordSets.StandingMonitors.PoolOf(gated.Monitor)], !model.Monitors[gated.Monitor].IsInverted));


    /// <summary>The kinds that need numbers besides their children.</summary>
    private int WalkTabled(SteeringNode node, Frame at)
    {
        switch (node)
        {
            case SpillNode spill:
                return Add(ProgramNodeKind.Spill, spill, at,
                    [.. ranking.ByLatency(spill, at.Cell).Select(rank => EdgeTo(new PoolNode(spill.Of[rank.Child].Pool), at, rank.Child))],
                    tables.Add(spill, pool => poolIndex[pool]));
            case CheapestNode cheapest:
                return Add(ProgramNodeKind.Cheapest, cheapest, at, Priced(cheapest, at), tables.Add(cheapest));
            case ScheduleNode schedule:
                return Add(ProgramNodeKind.Schedule, schedule, at, InOrder(schedule.Children, at), tables.Add(schedule));
            case RampNode ramp:
                return AddKeeping(ramp.Sticky, ProgramNodeKind.Ramp, ramp, at, InOrder(ramp.Children, at), tables.Add(ramp, SlotsOf));
            case ShedNode shed:
                string? site = shed.Of is PoolNode pool ? model.Pools[pool.Pool].Site : null;
                return AddKeeping(shed.Sticky, ProgramNodeKind.Shed, shed, at, InOrder(shed.Children, at), tables.Add(shed, site));
            default:
                throw new InvalidOperationException($"Policy {at.Path} has a node of an unknown kind, {node.GetType().Name}.");
        }
    }

    private int Matched(
        SteeringNode node, IEnumerable<(string Key, SteeringNode Node)> branches, SteeringNode? fallback, ProgramNodeKind kind, Frame at)
    {
        bool strict = kind is ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork;
        List<ProgramBuilder.EdgeSpec> edges = [];
        foreach ((string key, SteeringNode child) in branches)
        {
            edges.Add(new(Walk(child, at.Below(key)), key));
            if (strict)
            {
                // Data residency: what the most specific match says is all there is.
                return Add(kind, node, at, edges);
            }
        }
        if (fallback is not null)
        {
            // A client in none of a strict node's branches is bound to its default, or to nothing.
            edges.Add(new(Walk(fallback, at.Below("default")), "default"));
        }
        return Add(kind, node, at, edges);
    }

    private List<ProgramBuilder.EdgeSpec> Priced(CheapestNode node, Frame at)
    {
        RankedChild[] ranked = ranking.ByLatency(node, at.Cell);
        List<ProgramBuilder.EdgeSpec> edges = [];
        for (int i = 0; i < ranked.Length; i++)
        {
            edges.Add(EdgeTo(node.Of[ranked[i].Child].Node, at, ranked[i].Child) with { Weight = Reach(ranked, i, node.WithinMilliseconds) });
        }
        return edges;
    }

    /// <summary>How many children from one on are within the bound when it is the best; see <see cref="ProgramEdge.Weight"/>.</summary>
    internal static uint Reach(RankedChild[] ranked, int best, double within)
    {
        if (ranked[best].Source == RankSource.Anywhere)
        {
            return ProgramEdge.AlwaysWithin;
        }
        uint count = 1;
        // Nothing is known of a child without a score: only another such one can be compared with it.
        while (best + count < ranked.Length
            && ranked[best + count].Source != RankSource.Anywhere
            && (ranked[best].Score is not { } score || ranked[best + count].Score <= score + within))
        {
            count++;
        }
        return count;
    }

    private int AddWeighted(WeightedNode weighted, Frame at)
    {
        List<ProgramBuilder.EdgeSpec> children = [.. weighted.Of.Select((child, i) => EdgeTo(child.Node, at, i) with { Weight = (uint)child.Weight })];
        if (weighted.Assign == WeightedAssign.ByResolver)
        {
            int table = tables.Add(weighted, at.Policy.Name, children.Select(child => child.Name));
            return AddKeeping(true, weighted.Sticky ? ProgramNodeKind.AssignedSticky : ProgramNodeKind.Assigned, weighted, at, children, table);
        }
        return AddKeeping(weighted.Sticky, weighted.Sticky ? ProgramNodeKind.Sticky : ProgramNodeKind.Weighted, weighted, at, children);
    }

    private int[] SlotsOf(string monitor)
    {
        List<int> slots = [];
        int slot = 0;
        foreach (PoolModel pool in model.Pools.Values)
        {
            slots.AddRange(pool.Monitor == monitor ? Enumerable.Range(slot, pool.Members.Length) : []);
            slot += pool.Members.Length;
        }
        return [.. slots];
    }

    private int Add(ProgramNodeKind kind, SteeringNode node, Frame at, IReadOnlyList<ProgramBuilder.EdgeSpec> children, int table = 0) =>
        program.AddNode(new(kind, at.Policy.Name, PathOf(node, at), node) { Children = children, Table = table });

    private int AddKeeping(
        bool keeps, ProgramNodeKind kind, SteeringNode node, Frame at, IReadOnlyList<ProgramBuilder.EdgeSpec> children, int table = 0) =>
        program.AddNode(new(kind, at.Policy.Name, PathOf(node, at), node) { Children = children, Table = table, LooksAtNetwork = keeps });

    private List<ProgramBuilder.EdgeSpec> InOrder(IEnumerable<SteeringNode> children, Frame at) =>
        [.. children.Select((child, i) => EdgeTo(child, at, i))];

    private ProgramBuilder.EdgeSpec EdgeTo(SteeringNode child, Frame at, int index)
    {
        string? name = NameOf(child);
        string key = name ?? index.ToString(CultureInfo.InvariantCulture);
        return new(Walk(child, at.Below(key)), name ?? string.Create(CultureInfo.InvariantCulture, $"#{index + 1}"), index);
    }

    private static string PathOf(SteeringNode node, Frame at) => $"{at.Path}/{KindOf(node)}";

    /// <summary>The key of a node's kind, as an operator writes it.</summary>
    internal static string KindOf(SteeringNode node) => node.GetType().Name[..^"Node".Length].ToLowerInvariant();

    private static string? NameOf(SteeringNode node) => node switch
    {
        PoolNode pool => pool.Pool,
        PolicyNode policy => policy.Policy,
        GatedNode gated => NameOf(gated.Of),
        CommittedNode committed => NameOf(committed.Of),
        _ => null,
    };

    /// <summary>Where the walk is: strictness belongs to the policy that states it.</summary>
    private readonly record struct Frame(PolicyModel Policy, ClientCell Cell, string Path, int Depth)
    {
        public Frame Below(string key) => this with { Path = $"{Path}/{key}", Depth = Depth + 1 };

        public Frame Into(PolicyModel policy) => new(policy, Cell, policy.Name, Depth + 1);
    }
}
