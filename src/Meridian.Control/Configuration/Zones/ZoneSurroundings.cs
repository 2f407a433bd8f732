using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>The part of a zone that stays as it is while some of its owners are read anew.</summary>
/// <param name="zone">The zone before.</param>
/// <param name="changed">The owners that are read anew: what the zone has of them counts no more.</param>
internal sealed class ZoneSurroundings(ZoneModel zone, IReadOnlySet<DomainName> changed)
{
    /// <summary>Every RRset that stays.</summary>
    public IEnumerable<RRsetModel> RRsets => zone.RRsets.Where(rrset => !changed.Contains(rrset.Owner));

    /// <summary>An RRset that stays; null when there is none.</summary>
    public RRsetModel? Find(DomainName owner, RecordType type) => changed.Contains(owner) ? null : Find(zone, owner, type);

    /// <summary>An RRset of a zone; null when there is none.</summary>
    public static RRsetModel? Find(ZoneModel zone, DomainName owner, RecordType type)
    {
        foreach (RRsetModel rrset in OfOwner(zone, owner))
        {
            if (rrset.Type == type)
            {
                return rrset;
            }
        }
        return null;
    }

    /// <summary>Where the records of an owner are written: in a document of their own.</summary>
    public SourcePosition PositionOf(DomainName owner) =>
        new(new DocumentKey(DocumentKinds.Records, RecordsName.Of(zone.Key, owner)).ToString(), 1, 1);

    /// <summary>The zone with other records for the owners that were read anew.</summary>
    /// <param name="draft">What was read of them; what is not in it is gone.</param>
    public ZoneModel With(ZoneDraft draft)
    {
        ImmutableArray<RRsetModel> before = zone.RRsets;
        // Made once and as long as it will be: for a zone of a million records it is 8 MB.
        DomainName[] owners = [.. changed.Order()];
        int gone = owners.Sum(owner => OfOwner(zone, owner).Count());
        RRsetModel[] all = new RRsetModel[before.Length - gone + draft.RRsets.Count];
        int copied = 0;
        int length = 0;
        foreach (DomainName owner in owners)
        {
            int first = FirstOf(before, owner);
            before.AsSpan()[copied..first].CopyTo(all.AsSpan(length));
            length += first - copied;
            copied = first;
            while (copied < before.Length && before[copied].Owner == owner)
            {
                copied++;
            }
            foreach (RRsetDraft rrset in draft.OfOwner(owner).OrderBy(rrset => rrset.Type))
            {
                all[length++] = ZoneAssembler.ToModel(rrset);
            }
        }
        before.AsSpan()[copied..].CopyTo(all.AsSpan(length));
        return zone with { RRsets = ImmutableCollectionsMarshal.AsImmutableArray(all) };
    }

    /// <summary>The RRsets of an owner.</summary>
    public static IEnumerable<RRsetModel> OfOwner(ZoneModel zone, DomainName owner)
    {
        for (int i = FirstOf(zone.RRsets, owner); i < zone.RRsets.Length && zone.RRsets[i].Owner == owner; i++)
        {
            yield return zone.RRsets[i];
        }
    }

    /// <summary>Where the RRsets of an owner begin, or would.</summary>
    private static int FirstOf(ImmutableArray<RRsetModel> rrsets, DomainName owner)
    {
        int low = 0;
        int high = rrsets.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) / 2);
            if (rrsets[middle].Owner < owner)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
