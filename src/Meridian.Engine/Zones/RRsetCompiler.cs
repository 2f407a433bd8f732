using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;

namespace Meridian.Engine.Zones;

/// <summary>Encodes the RRsets of one zone, a whole zone's or a few.</summary>
internal sealed class RRsetCompiler(ZoneModel zone, SteeringTargets targets, int expected = 0)
{
    // A name and one record; what is more makes the writer grow.
    private const int OctetsPerRRset = 40;

    private readonly RRsetPageBuilder _single = new();

    /// <summary>Templates and names.</summary>
    public OctetWriter Octets { get; } = new((int)Math.Min((long)expected * OctetsPerRRset, Array.MaxLength));

    public List<ushort> Patches { get; } = [];

    public ImmutableArray<SteeredRRset>.Builder Steered { get; } = ImmutableArray.CreateBuilder<SteeredRRset>();

    /// <summary>Rotation counters taken so far.</summary>
    public int RotationSlots { get; private set; }

    /// <summary>Encodes an RRset.</summary>
    public RRsetEntry Encode(RRsetModel rrset) =>
        rrset.Steering is { } steering ? EncodeSteered(rrset, steering)
        : rrset.Outside is { } alias ? EncodeAlias(rrset, alias)
        : Encode(RowOf(rrset));

    /// <summary>Encodes the start of authority.</summary>
    /// <param name="serial">The serial to publish.</param>
    /// <param name="isNegative">With the TTL of negative answers.</param>
    public RRsetEntry EncodeSoa(uint serial, bool isNegative)
    {
        SoaModel soa = zone.Soa;
        // RFC 2308 §3: the TTL of the SOA in a negative answer is the lesser of MINIMUM and its own.
        uint ttlSeconds = isNegative ? Math.Min(soa.NegativeTtlSeconds, soa.TtlSeconds) : soa.TtlSeconds;
        CompressionContext context = new(zone.Apex, zone.Apex, IsReordered: false);
        RRsetModel records = new() { Owner = zone.Apex, Type = RecordType.SOA, Rdata = [SoaRdata(soa, serial)] };
        return RRsetEncoder.Encode(RowOf(records), ttlSeconds, in context, Octets, Patches);
    }

    private RRsetRow RowOf(RRsetModel rrset)
    {
        _single.Add(rrset);
        return _single.ToPage().RowAt(0);
    }

    /// <summary>Whether the records of an RRset are written in changing order.</summary>
    public static bool Rotates(RRsetModel rrset) => rrset.Rotate && rrset.Rdata.Length > 1;

    /// <summary>Encodes a static RRset.</summary>
    public RRsetEntry Encode(RRsetRow rrset)
    {
        bool rotates = rrset.Rotate && rrset.RecordCount > 1;
        // Only names in the records can point at the owner's, and most types have none.
        bool isWildcard = rrset.OwnerWire is [1, (byte)'*', _, ..];
        CompressionContext context = new(zone.Apex, isWildcard || rrset.Type is RecordType.A or RecordType.AAAA ? null : rrset.Owner, rotates);
        RRsetEntry entry = RRsetEncoder.Encode(rrset, rrset.TtlSeconds ?? zone.DefaultTtlSeconds, in context, Octets, Patches);
        if (rotates)
        {
            entry.RotationSlot = RotationSlots++;
        }
        if (rrset.Type is RecordType.CNAME or RecordType.DNAME)
        {
            foreach (ReadOnlySpan<byte> rdata in rrset.Records)
            {
                // The whole RDATA is one name; the loader has checked it, and that there is but one.
                if (DomainName.TryFromWire(rdata, out DomainName? target) == DomainNameError.None)
                {
                    entry.TargetOffset = Octets.Append(target!.Wire);
                    entry.TargetLength = (byte)target.Wire.Length;
                }
            }
        }
        return entry;
    }

    private RRsetEntry EncodeSteered(RRsetModel rrset, SteeredDataModel steering)
    {
        uint ttl = rrset.TtlSeconds ?? targets.TtlOf(steering.Policy) ?? zone.DefaultTtlSeconds;
        RRsetEntry entry = RRsetEncoder.NewEntry(rrset.Type, ttl);
        entry.SteeredIndex = Steered.Count;
        Steered.Add(new SteeredRRset(
            targets.IndexOf(steering.Policy), rrset.Type, ttl, steering.Priority, ServiceParameters.Encode(steering)));
        return entry;
    }

    private RRsetEntry EncodeAlias(RRsetModel rrset, OutsideAliasModel alias)
    {
        uint ttl = rrset.TtlSeconds ?? zone.DefaultTtlSeconds;
        RRsetEntry entry = RRsetEncoder.NewEntry(rrset.Type, ttl);
        entry.SteeredIndex = Steered.Count;
        Steered.Add(new SteeredRRset(RRsetEntry.None, rrset.Type, ttl, 0, []) { Alias = new OutsideName(alias.Target, alias.ClientSubnet) });
        return entry;
    }

    private static byte[] SoaRdata(SoaModel soa, uint serial)
    {
        OctetWriter rdata = new();
        rdata.Append(soa.Primary.Wire);
        rdata.Append(soa.Contact.Wire);
        rdata.AppendUInt32(serial);
        rdata.AppendUInt32(soa.RefreshSeconds);
        rdata.AppendUInt32(soa.RetrySeconds);
        rdata.AppendUInt32(soa.ExpireSeconds);
        rdata.AppendUInt32(soa.NegativeTtlSeconds);
        return rdata.ToArray();
    }
}
