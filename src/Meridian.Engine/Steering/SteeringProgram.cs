using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>All policies and pools of a snapshot, flattened. Immutable.</summary>
internal sealed class SteeringProgram
{
    public required ProgramNode[] Nodes { get; init; }

    public required ProgramEdge[] Edges { get; init; }

    public required ImmutableArray<string> Labels { get; init; }

    /// <summary>The nodes of the configuration that program nodes were made of, for explain.</summary>
    public required ImmutableArray<SteeringNode> Sources { get; init; }

    /// <summary>Why ranked children stand in their order, for explain.</summary>
    public required ClientRanking Ranking { get; init; }

    public required NodeTables Tables { get; init; }

    public required CompiledPool[] Pools { get; init; }

    /// <summary>Which pool each slot of the health table belongs to.</summary>
    public required int[] PoolOfMember { get; init; }

    /// <summary>The weight in each slot.</summary>
    public required int[] Weights { get; init; }

    /// <summary>The address in each slot; all zero for hostnames.</summary>
    public required ClientAddress[] Addresses { get; init; }

    /// <summary>In order of name, as zones number them.</summary>
    public required CompiledPolicy[] Policies { get; init; }
}

/// <summary>One policy, specialised for every class of clients that it tells apart.</summary>
internal sealed class CompiledPolicy
{
    public required PolicyModel Model { get; init; }

    /// <summary>Which class a client is in; null when all clients are in one.</summary>
    public GeoMap? Map { get; init; }

    /// <summary>The cells that <see cref="RootOfCell"/> counts; null when the policy does not look at where the client is.</summary>
    public ClientPartition? Partition { get; init; }

    /// <summary>The root node for each class; one element without a map.</summary>
    public required int[] RootOfClass { get; init; }

    /// <summary>
    /// The root node for each cell, with the names that its own branches have in the configuration: means the same as its
    /// class's. For explain; one element when the policy does not look at where the client is.
    /// </summary>
    public required int[] RootOfCell { get; init; }

    /// <summary>The pool of <see cref="WhenAllDown.Pool"/>, or −1.</summary>
    public required int FallbackPool { get; init; }

    /// <summary>For each class, whether a sticky node looks at the client's network.</summary>
    public required bool[] IsStickyClass { get; init; }
}

/// <summary>One pool: which slots of the health table are its members.</summary>
internal sealed class CompiledPool
{
    public required PoolModel Model { get; init; }

    public required int FirstMember { get; init; }

    /// <summary>The site of each member by number, or −1; for spreading.</summary>
    public required int[] Sites { get; init; }

    /// <summary>What it answers when that is not its members' addresses.</summary>
    public CompiledValues? Values { get; init; }

    public int MemberCount => Model.Members.Length;
}
