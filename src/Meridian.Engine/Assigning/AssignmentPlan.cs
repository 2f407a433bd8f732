using System.Collections.Immutable;

namespace Meridian.Engine.Assigning;

/// <summary>Who is to be assigned where, and what comes of it.</summary>
/// <param name="Assignments">For <see cref="Snapshot.DataPlane.UpdateAssignments"/>.</param>
/// <param name="Nodes">What each node comes to.</param>
public sealed record AssignmentPlan(ImmutableArray<NodeAssignment> Assignments, ImmutableArray<AssignedNodeReport> Nodes);

/// <summary>What the assignment of one weighted node comes to.</summary>
public sealed record AssignedNodeReport
{
    /// <summary>The policy that the node is written in.</summary>
    public required string Policy { get; init; }

    /// <summary>Networks that are assigned.</summary>
    public required int Networks { get; init; }

    /// <summary>The part of the observed traffic that they carry, 0 to 1; for the rest it is drawn.</summary>
    public required double Assigned { get; init; }

    /// <summary>Networks that are drawn for because no child has room for all that comes from one of them.</summary>
    public required int TooLarge { get; init; }

    /// <summary>The part of the traffic that has another child than before, 0 to 1; those that are assigned for the first time do not count.</summary>
    public required double Moved { get; init; }

    /// <summary>The observed traffic, in lookups per second.</summary>
    public required double Lookups { get; init; }

    public required ImmutableArray<AssignedChildReport> Children { get; init; }
}

/// <summary>One child of an assigning node.</summary>
/// <param name="Name">What it is called in the configuration.</param>
/// <param name="Meant">The part of the traffic that its weight says, of what is available now; 0 to 1.</param>
/// <param name="Expected">The part that comes to it by the estimated volumes, drawn parts included; 0 to 1.</param>
public readonly record struct AssignedChildReport(string Name, double Meant, double Expected);
