using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Turns a draft that passed all rules into the model.</summary>
internal static class ZoneAssembler
{
    /// <summary>The zone, or null when it has no start of authority (which has been reported).</summary>
    public static ZoneModel? Assemble(ZoneDraft draft)
    {
        if (draft.Soa is not { } soa)
        {
            return null;
        }
        return new ZoneModel
        {
            Apex = draft.Apex,
            Label = draft.Key.Label,
            Views = draft.Views,
            Soa = soa,
            DefaultTtlSeconds = draft.DefaultTtlSeconds,
            Guard = draft.Guard,
            NeedsApproval = draft.NeedsApproval,
            Owners = draft.OwnedBy,
            Route53Id = draft.Route53Id,
            // In canonical order, so that the order in which records were written does not make another configuration.
            RRsets = InOrder(draft),
        };
    }

    private static RRsetList InOrder(ZoneDraft draft)
    {
        SortEntry[] entries = new SortEntry[draft.RRsets.Count];
        CoreShares.ForEach(entries.Length, i =>
        {
            RRsetDraft rrset = draft.RRsets[i];
            entries[i] = new SortEntry(WireNames.CanonicalPrefix(rrset.Owner.Wire, draft.Apex.Wire.Length), rrset);
        });
        ParallelSort.Sort(entries, Environment.ProcessorCount);
        return new ZonePacker([.. entries.Select(entry => entry.RRset)], draft.Plain).Pack();
    }

    /// <summary>An RRset that passed all rules.</summary>
    public static RRsetModel ToModel(RRsetDraft draft) => new()
    {
        Owner = draft.Owner,
        Type = draft.Type,
        TtlSeconds = draft.TtlSeconds,
        Rdata = OctetsOf(draft.Rdata),
        Rotate = draft.Rotate,
        Steering = draft.Steering,
        Outside = draft.Outside,
        Sets = draft.Sets,
        Alias = draft.Alias,
    };

    private static ImmutableArray<ReadOnlyMemory<byte>> OctetsOf(List<RdataDraft> records)
    {
        ReadOnlyMemory<byte>[] octets = new ReadOnlyMemory<byte>[records.Count];
        for (int i = 0; i < octets.Length; i++)
        {
            octets[i] = records[i].Rdata;
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(octets);
    }

    /// <summary>An RRset with the beginning of its place in the order, which settles most comparisons.</summary>
    private readonly record struct SortEntry(UInt128 Prefix, RRsetDraft RRset) : IComparable<SortEntry>
    {
        public int CompareTo(SortEntry other)
        {
            int order = Prefix.CompareTo(other.Prefix);
            order = order != 0 ? order : RRset.Owner.CompareTo(other.RRset.Owner);
            return order != 0 ? order : RRset.Type.CompareTo(other.RRset.Type);
        }
    }
}
