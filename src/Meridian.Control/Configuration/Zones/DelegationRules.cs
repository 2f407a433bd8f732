using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Name servers of the zone and of the zones that it delegates.</summary>
internal static class DelegationRules
{
    public static void Check(ReadContext context, ZoneDraft zone)
    {
        if (zone.Find(zone.Apex, RecordType.NS) is null && zone.IsComplete)
        {
            context.Diagnostics.Error(
                zone.Position,
                zone.Path,
                "the zone has no name servers: add NS records at its apex, such as \"@\": {NS: [ns1, ns2]} (RFC 1034 "
                    + "§4.2.1)");
        }
        HashSet<DomainName> glue = [];
        foreach (RRsetDraft nameServers in zone.RRsets.Where(rrset => rrset.Type == RecordType.NS))
        {
            foreach (RdataDraft record in nameServers.Rdata)
            {
                foreach (DomainName target in RdataNames.Of(RecordType.NS, record.Rdata))
                {
                    glue.Add(target);
                    CheckAddress(context, zone, nameServers, record, target);
                }
            }
        }
        if (!zone.RRsets.Any(rrset => rrset.Type == RecordType.NS && rrset.Owner != zone.Apex))
        {
            return;
        }
        foreach (RRsetDraft rrset in zone.RRsets)
        {
            CheckOccluded(context, zone, rrset, glue);
        }
    }

    /// <summary>Warns of owners below a zone cut; the draft has no cuts itself.</summary>
    public static void CheckOwners(ReadContext context, ZoneDraft zone, ZoneSurroundings surroundings)
    {
        RRsetDraft[] occluded = [.. zone.RRsets.Where(rrset => CutAbove(zone, rrset.Owner) is not null)];
        if (occluded.Length == 0)
        {
            return;
        }
        // Only the name servers of the whole zone tell what is glue.
        HashSet<DomainName> glue =
        [
            .. surroundings.OfType(RecordType.NS)
                .SelectMany(rrset => rrset.Rdata).SelectMany(rdata => RdataNames.Of(RecordType.NS, rdata.ToArray())),
        ];
        foreach (RRsetDraft rrset in occluded)
        {
            CheckOccluded(context, zone, rrset, glue);
        }
    }

    private static void CheckAddress(
        ReadContext context, ZoneDraft zone, RRsetDraft nameServers, RdataDraft record, DomainName target)
    {
        if (!zone.IsComplete || !target.IsSubdomainOf(zone.Apex) || HasAddress(zone, target))
        {
            return;
        }
        // Below another cut the addresses are that zone's business; below this one nobody can ask for them without glue.
        DomainName? cut = CutAbove(zone, target);
        if (cut is null || cut == nameServers.Owner)
        {
            context.Diagnostics.Warning(
                record.Position,
                nameServers.Path,
                $"the name server {target} has no address in this zone: resolvers cannot reach it; add A or AAAA "
                    + "records");
        }
    }

    private static void CheckOccluded(ReadContext context, ZoneDraft zone, RRsetDraft rrset, HashSet<DomainName> glue)
    {
        if (CutAbove(zone, rrset.Owner) is not { } cut)
        {
            return;
        }
        bool isPartOfCut = rrset.Owner == cut && rrset.Type is (RecordType.NS or RecordType.DS);
        bool isGlue = rrset.Type is (RecordType.A or RecordType.AAAA) && glue.Contains(rrset.Owner);
        if (!isPartOfCut && !isGlue)
        {
            SourcePosition delegated = zone.PositionOf(cut, RecordType.NS);
            context.Diagnostics.Warning(
                rrset.Position,
                rrset.Path,
                $"{rrset.Owner} {rrset.Type.ToMnemonic()} is never answered: {cut} is delegated at {delegated}");
        }
    }

    /// <summary>The highest delegation at or above a name, or null.</summary>
    private static DomainName? CutAbove(ZoneDraft zone, DomainName name)
    {
        DomainName? cut = null;
        for (DomainName? at = name; at is not null && at != zone.Apex; at = at.Parent)
        {
            cut = zone.Has(at, RecordType.NS) ? at : cut;
        }
        return cut;
    }

    private static bool HasAddress(ZoneDraft zone, DomainName name) =>
        zone.Has(name, RecordType.A) || zone.Has(name, RecordType.AAAA) || zone.Has(name, RecordType.CNAME);
}
