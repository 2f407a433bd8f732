using System.Runtime.InteropServices;
using Meridian.Engine.Snapshot;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Assigning;

/// <summary>
/// Works out who is assigned where, from what is observed, the weights and the health of a data plane. Away from the queries;
/// what comes of it is swapped in whole.
/// </summary>
public static class AssignmentPlanner
{
    /// <summary>Whether anything in the configuration assigns resolvers.</summary>
    public static bool IsNeeded(DataPlane dataPlane) => dataPlane.State is { Assignments.Length: > 0 };

    /// <summary>Plans.</summary>
    /// <param name="dataPlane">What answers, with the assignment of before.</param>
    /// <param name="demands">What is observed; several of one network add up.</param>
    public static AssignmentPlan Plan(DataPlane dataPlane, IEnumerable<ObservedDemand> demands)
    {
        if (dataPlane.State is not { Assignments.Length: > 0 } state)
        {
            return new AssignmentPlan([], []);
        }
        SteeringProgram program = state.Snapshot.Steering;
        Dictionary<ulong, double>[] volumes = VolumesOf(program, state.Health, demands);
        bool isObserving = Array.Exists(volumes, volume => volume.Count > 0);
        double[][] available = AvailabilityOf(program, state.Health);
        List<NodeAssignment> assignments = [];
        List<AssignedNodeReport> reports = [];
        for (int table = 0; table < volumes.Length; table++)
        {
            // A node that nobody comes to now, behind one that is preferred, keeps what it had for when somebody does.
            NodeAssignment before = state.Assignments[table].Assignment;
            NodePlan plan = new(program.Tables.Assigned[table], before, available[table]);
            (NodeAssignment assignment, AssignedNodeReport report) = plan.Make(volumes[table]);
            assignments.Add(isObserving && volumes[table].Count == 0 ? before : assignment);
            reports.Add(report);
        }
        return new AssignmentPlan([.. assignments], [.. reports]);
    }

    /// <summary>What comes to each node, by network: of each policy and place, the nodes that its tree comes to as health is now.</summary>
    private static Dictionary<ulong, double>[] VolumesOf(SteeringProgram program, HealthTable health, IEnumerable<ObservedDemand> demands)
    {
        Dictionary<string, CompiledPolicy> policies = program.Policies.ToDictionary(policy => policy.Model.Name, StringComparer.Ordinal);
        Dictionary<int, int[]> reached = [];
        Dictionary<ulong, double>[] volumes = [.. program.Tables.Assigned.Select(_ => new Dictionary<ulong, double>())];
        foreach (ObservedDemand demand in demands)
        {
            // A name of before may have been decided by a policy that is gone.
            if (!policies.TryGetValue(demand.Policy, out CompiledPolicy? policy) || demand.Lookups <= 0)
            {
                continue;
            }
            int root = policy.RootOfClass[policy.Map?.Find(demand.Client, out _) ?? 0];
            if (!reached.TryGetValue(root, out int[]? tables))
            {
                reached.Add(root, tables = TablesBelow(program, health, root));
            }
            foreach (int table in tables)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(volumes[table], NetworkKey.Of(demand.Client), out _) += demand.Lookups;
            }
        }
        return volumes;
    }

    private static int[] TablesBelow(SteeringProgram program, HealthTable health, int root)
    {
        HashSet<int> found = [];
        HashSet<int> seen = [root];
        Stack<int> open = new([root]);
        while (open.TryPop(out int index))
        {
            ProgramNode node = program.Nodes[index];
            if (node.Kind is ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky)
            {
                found.Add(node.Table);
            }
            for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
            {
                int child = program.Edges[edge].Node;
                if (seen.Add(child))
                {
                    open.Push(child);
                }
                // Of an order the first that can answer gets everybody.
                if (IsOrder(node.Kind) && PartOf(program, health, child) > 0)
                {
                    break;
                }
            }
        }
        return [.. found.Order()];
    }

    private static bool IsOrder(ProgramNodeKind kind) => kind is ProgramNodeKind.Failover or ProgramNodeKind.Geo or ProgramNodeKind.Network
        or ProgramNodeKind.Proximity or ProgramNodeKind.Latency or ProgramNodeKind.StrictGeo or ProgramNodeKind.StrictNetwork;

    /// <summary>
    /// The part of each child of each node that can answer: of a pool the part of its members, of a tree 1 while any pool in it
    /// is available. A node that is specialised for several places has the most of all of them.
    /// </summary>
    private static double[][] AvailabilityOf(SteeringProgram program, HealthTable health)
    {
        double[][] parts = [.. program.Tables.Assigned.Select(node => new double[node.Weights.Length])];
        foreach (ProgramNode node in program.Nodes)
        {
            if (node.Kind is not (ProgramNodeKind.Assigned or ProgramNodeKind.AssignedSticky))
            {
                continue;
            }
            for (int i = 0; i < node.EdgeCount; i++)
            {
                ProgramEdge edge = program.Edges[node.FirstEdge + i];
                ref double part = ref parts[node.Table][edge.Child];
                part = Math.Max(part, PartOf(program, health, edge.Node));
            }
        }
        return parts;
    }

    private static double PartOf(SteeringProgram program, HealthTable health, int child)
    {
        ref readonly ProgramNode node = ref program.Nodes[child];
        if (node.Kind == ProgramNodeKind.Pool)
        {
            PoolState pool = health.Pools[node.Pool];
            return pool.IsAvailable ? (double)pool.AvailableCount / Math.Max(1, program.Pools[node.Pool].MemberCount) : 0;
        }
        foreach (int below in Below(program, child))
        {
            if (program.Nodes[below].Kind == ProgramNodeKind.Pool && health.Pools[program.Nodes[below].Pool].IsAvailable)
            {
                return 1;
            }
        }
        return 0;
    }

    private static IEnumerable<int> Below(SteeringProgram program, int root)
    {
        HashSet<int> seen = [root];
        Stack<int> open = new([root]);
        while (open.TryPop(out int index))
        {
            yield return index;
            ProgramNode node = program.Nodes[index];
            for (int edge = node.FirstEdge; edge < node.FirstEdge + node.EdgeCount; edge++)
            {
                if (seen.Add(program.Edges[edge].Node))
                {
                    open.Push(program.Edges[edge].Node);
                }
            }
        }
    }
}
