namespace Meridian.Engine.Steering;

/// <summary>What a program node does.</summary>
internal enum ProgramNodeKind : byte
{
    /// <summary>Never available: a geo node with nothing for this client.</summary>
    Nothing,

    Pool,

    /// <summary>The first available child. A geo node resolved for one class of clients is this too, with its own name.</summary>
    Failover,

    /// <summary>The matched branches of a geo node, most specific first.</summary>
    Geo,

    /// <summary>Only the most specific branch; when that is unavailable nothing else may answer.</summary>
    StrictGeo,

    Weighted,

    /// <summary>Weighted by rendezvous hashing on the client network.</summary>
    Sticky,

    Multivalue,
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

    /// <summary>Multivalue: members in one answer.</summary>
    public ushort Max;

    public int FirstEdge;

    public int EdgeCount;

    /// <summary>The pool of a leaf.</summary>
    public int Pool;

    /// <summary>Makes this node's draw independent of every other node's; from its place in the configuration.</summary>
    public ulong Salt;

    /// <summary>Where the node stands in the configuration, for explain; an index into the program's labels.</summary>
    public int Label;
}

/// <summary>From a program node to one of its children.</summary>
/// <param name="Node">The child.</param>
/// <param name="Weight">For weighted nodes.</param>
/// <param name="Label">What the child is called in the configuration; an index into the program's labels.</param>
/// <param name="Identity">For rendezvous hashing: depends on the child alone, so that a change elsewhere moves nobody.</param>
internal readonly record struct ProgramEdge(int Node, uint Weight, int Label, ulong Identity);
