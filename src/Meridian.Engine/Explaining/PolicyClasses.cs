using System.Collections.Immutable;
using System.Globalization;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Explaining;

/// <summary>
/// The classes of clients that a policy tells apart, each with what is left of the tree for it. Two classes with equal
/// trees, of whatever snapshot, are answered alike whatever the health.
/// </summary>
public sealed class PolicyClasses
{
    private readonly SteeringProgram _program;
    private readonly Dictionary<int, string> _trees = [];

    private PolicyClasses(DataPlaneSnapshot snapshot, CompiledPolicy policy)
    {
        _program = snapshot.Steering;
        Map = policy.Map;
        IsByPlace = policy.Partition is not { } partition || partition.CellCount == snapshot.Places.Places.Length;
        Classes = [.. policy.RootOfClass.Select(root => new PolicyClass(TreeOf(root), TargetsOf(root)) { Shares = SharesOf(root) })];
    }

    /// <summary>Which class a client is in; null when all are in the first.</summary>
    public GeoMap? Map { get; }

    /// <summary>Whether all clients of a place of the database are in one class: no network cuts through a place.</summary>
    public bool IsByPlace { get; }

    public ImmutableArray<PolicyClass> Classes { get; }

    /// <summary>The classes of a policy that the snapshot has.</summary>
    public static PolicyClasses Of(DataPlaneSnapshot snapshot, string policy) => new(
        snapshot, Array.Find(snapshot.Steering.Policies, compiled => compiled.Model.Name == policy)
            ?? throw new ArgumentException($"There is no policy '{policy}'.", nameof(policy)));

    private string TreeOf(int index)
    {
        if (!_trees.TryGetValue(index, out string? tree))
        {
            tree = Describe(_program.Nodes[index]);
            _trees.Add(index, tree);
        }
        return tree;
    }

    private string Describe(ProgramNode node)
    {
        IEnumerable<string> children = Enumerable.Range(node.FirstEdge, node.EdgeCount)
            .Select(edge => _program.Edges[edge])
            .Select(edge => IsWeighted(node.Kind)
                ? string.Create(CultureInfo.InvariantCulture, $"{TreeOf(edge.Node)} {edge.Weight}")
                : TreeOf(edge.Node));
        return node.Kind switch
        {
            ProgramNodeKind.Nothing => "nothing",
            ProgramNodeKind.Pool => _program.Pools[node.Pool].Model.Name,
            _ when IsOrdered(node.Kind) => InOrder([.. PartsOf(node).Where(part => part != "nothing").Distinct(StringComparer.Ordinal)]),
            ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork => $"only ({string.Join(", ", children)})",
            _ => $"{TreeSpecialiser.KindOf(_program.Sources[node.Source])} ({string.Join(", ", children)}){NumbersOf(node)}",
        };
    }

    private static bool IsWeighted(ProgramNodeKind kind) =>
        kind is ProgramNodeKind.Weighted or ProgramNodeKind.Sticky or ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky;

    private static bool IsOrdered(ProgramNodeKind kind) => kind is ProgramNodeKind.Failover or ProgramNodeKind.Geo
        or ProgramNodeKind.Network or ProgramNodeKind.Proximity or ProgramNodeKind.Latency;

    // Where a list of branches comes from makes no difference to a client; lists within lists are one list, and a
    // repetition is never reached.
    private IEnumerable<string> PartsOf(ProgramNode node) => Enumerable.Range(node.FirstEdge, node.EdgeCount)
        .Select(edge => _program.Edges[edge].Node)
        .SelectMany(child => IsOrdered(_program.Nodes[child].Kind) ? PartsOf(_program.Nodes[child]) : [TreeOf(child)]);

    private static string InOrder(string[] parts) => parts.Length switch
    {
        0 => "nothing",
        1 => parts[0],
        _ => $"first of ({string.Join(", ", parts)})",
    };

    /// <summary>What a node does besides its children.</summary>
    private string NumbersOf(ProgramNode node)
    {
        switch (_program.Sources[node.Source])
        {
            case ScheduleNode schedule:
                return $" by {schedule.TimeZone} {string.Join(", ", schedule.Windows.Select(CompiledSchedule.Describe))}";
            case RampNode ramp:
                return string.Create(CultureInfo.InvariantCulture, $" {string.Join('/', ramp.Steps)}% every {ramp.Every} from {ramp.Start:u}{(ramp.Guard is null ? "" : $" guarded by {ramp.Guard}")}");
            case ShedNode shed:
                return string.Create(CultureInfo.InvariantCulture, $" {shed.Metric} of {shed.Subject} {shed.Low}–{shed.High}");
            case SpillNode spill:
                return $" {spill.Metric} {string.Join('/', spill.Of.Select(child => child.Capacity))}";
            case CheapestNode cheapest:
                string bounds = string.Join('/', Enumerable.Range(node.FirstEdge, node.EdgeCount).Select(edge => _program.Edges[edge].Weight));
                return string.Create(CultureInfo.InvariantCulture, $" {string.Join('/', cheapest.Of.Select(child => $"{child.Cost}:{child.Commit}"))} within {bounds}{(cheapest.Budget is { } budget ? string.Create(CultureInfo.InvariantCulture, $" up to {budget}") : "")}");
            case WeightedNode weighted:
                return $"{(weighted.ScaleByHealth ? " scaled by health" : "")}{(weighted.Assign == WeightedAssign.ByResolver ? " assigned by resolver" : "")}";
            case GatedNode gated:
                return $" while {gated.Monitor} is not down";
            case MultivalueNode multivalue:
                return string.Create(CultureInfo.InvariantCulture, $" up to {multivalue.Max}{(multivalue.SpreadSites ? " spread" : "")}");
            default:
                return "";
        }
    }

    /// <summary>What each pool answers with everything up: nodes that go by load or time are taken as their first choice.</summary>
    private ImmutableArray<PoolShare> SharesOf(int root)
    {
        Dictionary<int, double> shares = [];
        Stack<(int Node, double Share)> open = new([(root, 1.0)]);
        while (open.TryPop(out (int Index, double Share) at))
        {
            ProgramNode node = _program.Nodes[at.Index];
            if (node.Kind == ProgramNodeKind.Pool)
            {
                shares[node.Pool] = shares.GetValueOrDefault(node.Pool) + at.Share;
                continue;
            }
            IEnumerable<(int Node, double Weight)> edges = Enumerable.Range(node.FirstEdge, node.EdgeCount)
                .Select(edge => (_program.Edges[edge].Node, IsWeighted(node.Kind) ? (double)_program.Edges[edge].Weight : 1));
            (int Node, double Weight)[] chosen = [.. IsDivided(node.Kind) ? edges : edges.Take(1)];
            double sum = chosen.Sum(edge => edge.Weight);
            foreach ((int child, double weight) in chosen)
            {
                // All weights zero is equal.
                open.Push((child, at.Share * (sum > 0 ? weight / sum : 1.0 / chosen.Length)));
            }
        }
        return [.. shares.Select(pair => new PoolShare(_program.Pools[pair.Key].Model.Name, pair.Value))];
    }

    private static bool IsDivided(ProgramNodeKind kind) => IsWeighted(kind) || kind is ProgramNodeKind.Multivalue or ProgramNodeKind.HashName;

    private ImmutableArray<string> TargetsOf(int root)
    {
        HashSet<int> pools = [];
        Stack<int> open = new([root]);
        while (open.TryPop(out int index))
        {
            ProgramNode node = _program.Nodes[index];
            if (node.Kind == ProgramNodeKind.Pool)
            {
                pools.Add(node.Pool);
            }
            for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
            {
                open.Push(_program.Edges[edge].Node);
            }
        }
        return [.. pools.Select(pool => _program.Pools[pool].Model.Name).Order(StringComparer.Ordinal)];
    }
}

/// <summary>One class of clients.</summary>
/// <param name="Tree">What is left of the policy for it, with pools by name.</param>
/// <param name="Pools">Every pool that can answer it, in order of name.</param>
public sealed record PolicyClass(string Tree, ImmutableArray<string> Pools)
{
    /// <summary>The part of its answers that each pool gives with everything up.</summary>
    public ImmutableArray<PoolShare> Shares { get; init; } = [];
}

/// <summary>A part of the answers.</summary>
/// <param name="Pool">Who gives it.</param>
/// <param name="Share">0 to 1.</param>
public readonly record struct PoolShare(string Pool, double Share);
