using System.Collections.Immutable;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.DynamicUpdate;

/// <summary>What one name owns, as an update sees it.</summary>
/// <param name="Owner">The name.</param>
/// <param name="RRsets">At most one of each type.</param>
internal sealed record OwnerRecords(DomainName Owner, ImmutableArray<OwnerRRset> RRsets)
{
    public OwnerRRset? Find(RecordType type) => RRsets.FirstOrDefault(rrset => rrset.Type == type);

    /// <summary>Whether both have the same records with the same TTLs, in whatever order.</summary>
    public bool HasSameRecordsAs(OwnerRecords other) =>
        RRsets.Length == other.RRsets.Length && RRsets.All(rrset => other.Find(rrset.Type) is { } found && rrset.HasSameRecordsAs(found));
}

/// <summary>The records of one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="TtlSeconds">In effect: that of the owner or the zone where the records state none.</param>
/// <param name="Rdata">Uncompressed; empty when <paramref name="IsFixed"/>.</param>
/// <param name="IsFixed">A policy decides the data: updates know that there is some, and may not change it.</param>
internal sealed record OwnerRRset(RecordType Type, uint TtlSeconds, ImmutableArray<ReadOnlyMemory<byte>> Rdata, bool IsFixed)
{
    public bool HasSameRecordsAs(OwnerRRset other) => TtlSeconds == other.TtlSeconds && IsFixed == other.IsFixed && HasSameDataAs(other.Rdata);

    /// <summary>RFC 2136 §1.1.1: RRsets are equal when their data is, in any order and with any TTL.</summary>
    public bool HasSameDataAs(ImmutableArray<ReadOnlyMemory<byte>> data) =>
        Rdata.All(rdata => Contains(data, rdata)) && data.All(rdata => Contains(Rdata, rdata));

    public bool Contains(ReadOnlyMemory<byte> rdata) => Contains(Rdata, rdata);

    public OwnerRRset Without(ReadOnlyMemory<byte> rdata) => this with { Rdata = Rdata.RemoveAll(other => CanonicalRdata.AreEqual(Type, other.Span, rdata.Span)) };

    private bool Contains(ImmutableArray<ReadOnlyMemory<byte>> data, ReadOnlyMemory<byte> rdata) =>
        data.Any(other => CanonicalRdata.AreEqual(Type, other.Span, rdata.Span));
}
