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

    /// <summary>Index of the steered data in the zone, or <see cref="None"/>; a steered RRset has no template.</summary>
    public int SteeredIndex;

    /// <summary>Index of its rotation counter in each worker, or <see cref="None"/>.</summary>
    public int RotationSlot;

    /// <summary>Where the lower-case target name of a CNAME or DNAME begins in the zone's octets.</summary>
    public int TargetOffset;

    /// <summary>For an NS RRset: the first of its glue entries.</summary>
    public int GlueStart;

    public int GlueCount;
}

/// <summary>An address RRset that goes along with an NS record.</summary>
/// <param name="NsRecord">Which record of the NS RRset it belongs to.</param>
/// <param name="RRset">The address RRset.</param>
/// <param name="IsRequired">In-domain glue: without it the referral is of no use, so it truncates (RFC 9471 §3).</param>
internal readonly record struct GlueEntry(int NsRecord, int RRset, bool IsRequired);
