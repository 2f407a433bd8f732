namespace Meridian.Engine.Steering;

/// <summary>What a program node does.</summary>
internal enum ProgramNodeKind : byte
{
    /// <summary>Never available: a geo node with nothing for this client.</summary>
    Nothing,

    Pool,

    /// <summary>The first available child.</summary>
    Failover,

    /// <summary>The matched branches of a geo node, most specific first.</summary>
    Geo,

    /// <summary>Only the most specific branch; when that is unavailable nothing else may answer.</summary>
    StrictGeo,

    /// <summary>The matched branches of a network node, longest prefix first.</summary>
    Network,

    /// <summary>As <see cref="StrictGeo"/>, for a network node.</summary>
    StrictNetwork,

    /// <summary>The children of a proximity node, nearest first.</summary>
    Proximity,

    /// <summary>The children of a latency node, fastest first.</summary>
    Latency,

    Weighted,

    /// <summary>Weighted by rendezvous hashing on the client network.</summary>
    Sticky,

    /// <summary>Weighted by assigning networks by their observed volume; a draw for all others.</summary>
    Assigned,

    /// <summary>As <see cref="Assigned"/>, with rendezvous hashing on the client network for all others.</summary>
    AssignedSticky,

    /// <summary>Rendezvous hashing on the name that is asked for.</summary>
    HashName,

    Multivalue,

    /// <summary>The children fastest first; the cheapest of those within the bound.</summary>
    Cheapest,

    /// <summary>The windows in order of precedence, then the default.</summary>
    Schedule,

    /// <summary>From, then to.</summary>
    Ramp,

    /// <summary>The loaded child, then the one that takes its overflow.</summary>
    Shed,

    /// <summary>Pools with capacities, fastest first.</summary>
    Spill,

    /// <summary>Its child while a monitor does not say down.</summary>
    Gated,

    /// <summary>Its child whatever its health, and nothing else.</summary>
    Committed,
}

/// <summary>
/// One instruction of a policy program: a steering node specialised for one class of clients, so that nothing about the
/// client's place is left to decide.
/// </summary>
internal struct ProgramNode
{
    public ProgramNodeKind Kind;

    /// <summary>Multivalue: draw from each site in turn.</summary>
    public bool SpreadSites;

    /// <summary>Weighted: pools count with the share of their members that are available.</summary>
    public bool ScalesByHealth;

    /// <summary>Whether it hashes the client's network, which the scope of the answer must say.</summary>
    public bool LooksAtNetwork;

    /// <summary>Multivalue: members in one answer.</summary>
    public ushort Max;

    public int FirstEdge;

    public int EdgeCount;

    /// <summary>The pool of a leaf.</summary>
    public int Pool;

    /// <summary>For kinds with numbers of their own, their index in the program's table of that kind.</summary>
    public int Table;

    /// <summary>The node of the configuration; an index into the program's sources, for explain.</summary>
    public int Source;

    /// <summary>Makes this node's draw independent of every other node's; from its place in the configuration.</summary>
    public ulong Salt;

    /// <summary>Where the node stands in the configuration, for explain; an index into the program's labels.</summary>
    public int Label;
}

/// <summary>From a program node to one of its children.</summary>
/// <param name="Node">The child.</param>
/// <param name="Weight">
/// For weighted nodes the share. For cheapest nodes how many children from this one on are within the bound when this is
/// the best, or <see cref="AlwaysWithin"/>.
/// </param>
/// <param name="Child">The child's position in the configuration: windows, costs and capacities are numbered by it.</param>
/// <param name="Label">What the child is called in the configuration; an index into the program's labels.</param>
/// <param name="Identity">For rendezvous hashing: depends on the child alone, so that a change elsewhere moves nobody.</param>
internal readonly record struct ProgramEdge(int Node, uint Weight, int Child, int Label, ulong Identity)
{
    /// <summary>Marks a child of a cheapest node that stands nowhere in particular: within every bound, and never the best.</summary>
    public const uint AlwaysWithin = uint.MaxValue;
}
