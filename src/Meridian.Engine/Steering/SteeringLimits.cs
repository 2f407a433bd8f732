namespace Meridian.Engine.Steering;

/// <summary>Bounds of what a policy can be, so that a decision's work is bounded.</summary>
public static class SteeringLimits
{
    /// <summary>Children of one node. 128 covers Route 53's 100 weighted sets, and the tried ones fit into one 128-bit set.</summary>
    public const int ChildrenPerNode = 128;

    /// <summary>
    /// Places of a geo node, and networks of a network node. All countries and the subdivisions of a few, or what Route 53 allows in
    /// a CIDR collection several times over; each is compared with each class of clients once, while compiling.
    /// </summary>
    public const int BranchesPerNode = 4096;

    /// <summary>Nodes from the root to a leaf, referenced policies included. Far beyond any policy a person can follow.</summary>
    public const int Depth = 32;

    /// <summary>Members of one pool. Ten times what fits into a truncated-free UDP answer.</summary>
    public const int MembersPerPool = 512;

    /// <summary>Classes of clients that one policy can tell apart: a map's entries are 16 bits, and one value is taken.</summary>
    public const int ClassesPerPolicy = 65_534;

    /// <summary>Windows of one schedule: each is looked at by each query. A month of daily exceptions fits.</summary>
    public const int WindowsPerSchedule = 32;

    /// <summary>Pools that one decision can gather (multivalue nodes within each other).</summary>
    public const int PoolsPerDecision = 128;

    /// <summary>Members that a multivalue node can put into one answer.</summary>
    public const int MultivalueMax = 64;

    /// <summary>Client networks that sticky draws tell apart: a /24 is the longest IPv4 prefix that resolvers send (RFC 7871 §11.1).</summary>
    public const int StickyIPv4PrefixLength = 24;

    /// <summary>The same for IPv6, where RFC 7871 §11.1 recommends /56.</summary>
    public const int StickyIPv6PrefixLength = 56;
}
