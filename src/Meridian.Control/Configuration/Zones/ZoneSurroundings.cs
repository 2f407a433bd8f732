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
    /// <summary>Every RRset of a type that stays.</summary>
    public IEnumerable<RRsetModel> OfType(RecordType type) => zone.RRsets.OfType(type).Where(rrset => !changed.Contains(rrset.Owner));

    /// <summary>An RRset that stays; null when there is none.</summary>
    public RRsetModel? Find(DomainName owner, RecordType type) => changed.Contains(owner) ? null : zone.RRsets.Find(owner, type);

    /// <summary>Where the records of an owner are written: in a document of their own.</summary>
    public SourcePosition PositionOf(DomainName owner) =>
        new(new DocumentKey(DocumentKinds.Records, RecordsName.Of(zone.Key, owner)).ToString(), 1, 1);

    /// <summary>The zone with other records for the owners that were read anew.</summary>
    /// <param name="draft">What was read of them; what is not in it is gone.</param>
    public ZoneModel With(ZoneDraft draft)
    {
        RRsetList before = zone.RRsets;
        RRsetListBuilder all = new();
        int copied = 0;
        foreach (DomainName owner in changed.Order())
        {
            int first = before.FirstOf(owner);
            all.Add(before, copied, first);
            copied = first + before.OfOwner(owner).Count();
            foreach (RRsetDraft rrset in draft.OfOwner(owner).OrderBy(rrset => rrset.Type))
            {
                all.Add(ZoneAssembler.ToModel(rrset));
            }
        }
        all.Add(before, copied, before.Length);
        return zone with { RRsets = all.ToList() };
    }
}
