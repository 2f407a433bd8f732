namespace Meridian.Engine.Zones;

/// <summary>What is special about an owner name.</summary>
[Flags]
internal enum ZoneNodeFlags : byte
{
    None = 0,

    /// <summary>A zone cut: NS here that is not the apex's (RFC 9499 §7).</summary>
    Delegation = 1,

    HasCname = 2,

    /// <summary>The names below it are answered from its DNAME (RFC 6672 §3.2).</summary>
    HasDname = 4,
}

/// <summary>
/// One existing name of a zone: an owner, or an empty non-terminal when it has no RRsets (RFC 4592 §2.2.2).
/// </summary>
internal struct ZoneNode
{
    /// <summary>Upper bits of the name's hash, compared before the name.</summary>
    public uint HashTag;

    /// <summary>Where the lower-case wire name begins in the zone's octets.</summary>
    public int NameOffset;

    /// <summary>The first of this node's entries in the zone's RRsets; they are in order of type.</summary>
    public int FirstRRset;

    /// <summary>
    /// The node that answers in this name's place, or −1: the zone cut at or above it, or the DNAME above it, whichever is
    /// nearer to the apex. <see cref="ZoneNodeFlags.Delegation"/> there tells the two apart.
    /// </summary>
    public int OccludedBy;

    /// <summary>The child whose label is <c>*</c>, or −1: what this node offers as closest encloser (RFC 4592 §3.3.1).</summary>
    public int WildcardChild;

    public ushort RRsetCount;

    public byte NameLength;

    public ZoneNodeFlags Flags;
}
