using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Meridian.Engine.Assigning;

/// <summary>
/// The assignment of one weighted node as queries look it up: open addressing with linear probing, at most half full, so
/// that a look-up touches one cache line as a rule. Immutable.
/// </summary>
internal sealed class AssignmentTable
{
    private readonly AssignedNetwork[] _slots;
    private readonly int _shift;

    private AssignmentTable(NodeAssignment assignment)
    {
        Assignment = assignment;
        int bits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, assignment.Networks.Length))) + 1;
        _slots = new AssignedNetwork[1 << bits];
        _shift = 64 - bits;
        foreach (AssignedNetwork network in assignment.Networks)
        {
            int at = (int)(network.Network >> _shift);
            while (_slots[at].Network != 0)
            {
                at = (at + 1) & (_slots.Length - 1);
            }
            _slots[at] = network;
        }
    }

    /// <summary>What is in it.</summary>
    public NodeAssignment Assignment { get; }

    /// <summary>Finds a client's network. Ends: at least half of the slots are empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong network, out AssignedNetwork found)
    {
        AssignedNetwork[] slots = _slots;
        int at = (int)(network >> _shift);
        while (true)
        {
            found = slots[at & (slots.Length - 1)];
            if (found.Network == network)
            {
                // A network whose hash is 0, one in 2^64, is never assigned, and an empty slot is no assignment.
                return network != 0;
            }
            if (found.Network == 0)
            {
                return false;
            }
            at++;
        }
    }

    /// <summary>The tables of a program's nodes, carried over from what was assigned under the same or another configuration.</summary>
    /// <param name="nodes">The nodes that assign, in the order of the program's table.</param>
    /// <param name="assignments">What was assigned, in any order.</param>
    public static AssignmentTable[] Of(CompiledAssigned[] nodes, ImmutableArray<NodeAssignment> assignments) =>
        [.. nodes.Select((node, i) => new AssignmentTable(i < assignments.Length && IsOf(assignments[i], node) ? assignments[i] : Carry(node, assignments)))];

    // Two nodes of a policy may have the same children and other weights: then it is the order that tells them apart.
    private static bool IsOf(NodeAssignment assignment, CompiledAssigned node) =>
        assignment.Policy == node.Policy && assignment.Children.AsSpan().SequenceEqual(node.Children.AsSpan()) && node.HasAllWeights;

    /// <summary>
    /// The assignment of the same policy's node with most children in common, by their names. Who was sent to a child that is
    /// gone, or that has lost its weight, is drawn for until it is assigned anew.
    /// </summary>
    private static NodeAssignment Carry(CompiledAssigned node, ImmutableArray<NodeAssignment> assignments)
    {
        NodeAssignment? before = assignments
            .Where(known => known.Policy == node.Policy && known.Children.Any(node.Children.Contains))
            .MaxBy(known => known.Children.Count(node.Children.Contains));
        if (before is null)
        {
            return new NodeAssignment(node.Policy, node.Children, []);
        }
        if (IsOf(before, node))
        {
            return before;
        }
        int[] positions = [.. before.Children.Select(name => node.Children.IndexOf(name)).Select(child => child >= 0 && node.CanTake(child) ? child : -1)];
        return new NodeAssignment(
            node.Policy,
            node.Children,
            [
                .. before.Networks.Where(network => positions[network.Home] >= 0).Select(network => network with
                {
                    Home = (byte)positions[network.Home],
                    Present = (byte)(positions[network.Present] >= 0 ? positions[network.Present] : positions[network.Home]),
                }),
            ]);
    }
}
