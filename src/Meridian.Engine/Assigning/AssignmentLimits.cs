namespace Meridian.Engine.Assigning;

/// <summary>Bounds of the assignment of resolvers, and when it changes.</summary>
public static class AssignmentLimits
{
    /// <summary>
    /// 256 to 65,536 networks that one node assigns, the largest ones: a quarter of a mebibyte. In a population with a Zipf law
    /// of exponent 1 and 100,000 resolvers they carry four fifths of the traffic; the rest averages out by itself.
    /// </summary>
    public const int NetworksPerNode = 8192;

    /// <summary>
    /// 0.001 to 0.1 of the traffic of a node by which a child may be off before anybody is moved. Little is moved for it, while
    /// draws move everybody with each TTL; what is tolerated here is off for as long.
    /// </summary>
    public const double MoveAbove = 0.005;

    /// <summary>0 to <see cref="MoveAbove"/>: how near to its share a child is brought when something is moved, so that it does not move again soon.</summary>
    public const double MoveUntil = 0.001;

    /// <summary>0.005 to 0.1 of the traffic by which an assignment may miss the weights before its largest networks are rather drawn for.</summary>
    public const double FitWithin = 0.02;

    /// <summary>8 to 1,024 networks that are left to the draw because they are too large for any assignment; each is tried in turn.</summary>
    public const int TooLargeMax = 64;

    /// <summary>0.05 to 1 of its share by which a network's volume may change before its row is written anew.</summary>
    public const double ShareKept = 0.25;
}
