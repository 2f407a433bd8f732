using Meridian.Dns.Records;

namespace Meridian.Engine.Zones;

/// <summary>
/// One RRset of a zone, as a template in wire format: each record is owner pointer, type, class, TTL, RDLENGTH, RDATA.
/// Names in RDATA that may be compressed end in a pointer that is filled in when it is written.
/// </summary>
internal struct RRsetEntry
{
    /// <summary>No rotation counter, no steering, no target.</summary>
    public const int None = -1;

    public RecordType Type;

    public ushort RecordCount;

    /// <summary>Compression pointers inside the template that have to be filled in (<see cref="RdataPointer"/>).</summary>
    public ushort PatchCount;

    /// <summary>Octets of the target's name, for CNAME and DNAME; 0 otherwise.</summary>
    public byte TargetLength;

    public uint TtlSeconds;

    /// <summary>Where the template begins in the zone's octets.</summary>
    public int WireOffset;

    public int WireLength;

    /// <summary>The first of its entries in the zone's patches: offsets within the template.</summary>
    public int PatchStart;

    /// <summary>Index of the steered data or alias in the zone, or <see cref="None"/>; a steered RRset has no template.</summary>
    public int SteeredIndex;

    /// <summary>Index of its rotation counter in each worker, or <see cref="None"/>.</summary>
    public int RotationSlot;

    /// <summary>Where the lower-case target name of a CNAME or DNAME begins in the zone's octets.</summary>
    public int TargetOffset;

    /// <summary>The first of the RRsets that go along in the additional section.</summary>
    public int AdditionalStart;

    public int AdditionalCount;
}

/// <summary>An RRset that goes along with a record in the additional section.</summary>
/// <param name="NameOffset">Where its owner's name stands, in the template of the RRset that names it.</param>
/// <param name="RRset">The RRset of addresses (or of a service's parameters).</param>
/// <param name="IsRequired">In-domain glue: without it the referral is of no use, so it truncates (RFC 9471 §3).</param>
internal readonly record struct AdditionalEntry(int NameOffset, int RRset, bool IsRequired);
