using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>A DNAME is the only one of its name, and nothing is below it (RFC 6672 §2.4).</summary>
internal static class DnameRules
{
    public static void Check(ReadContext context, ZoneDraft zone)
    {
        List<RRsetDraft> dnames = [.. zone.RRsets.Where(rrset => rrset.Type == RecordType.DNAME)];
        foreach (RRsetDraft dname in dnames)
        {
            if (dname.Rdata.Count > 1)
            {
                context.Diagnostics.Error(
                    dname.Rdata[1].Position,
                    dname.Path,
                    $"{dname.Owner} has {dname.Rdata.Count} DNAME records: a name is redirected to one other at most (RFC 6672 §2.4)");
            }
            if (dname.Owner != zone.Apex && zone.Find(dname.Owner, RecordType.NS) is { } cut)
            {
                context.Diagnostics.Error(
                    dname.Position,
                    dname.Path,
                    $"{dname.Owner} cannot be redirected by a DNAME: it is delegated at {cut.Position} (RFC 6672 §2.3)");
            }
        }
        if (dnames.Count > 0)
        {
            CheckOwners(context, zone);
        }
    }

    /// <summary>Warns of records below a DNAME.</summary>
    public static void CheckOwners(ReadContext context, ZoneDraft zone)
    {
        foreach (RRsetDraft rrset in zone.RRsets)
        {
            for (DomainName? at = rrset.Owner; at is not null && at != zone.Apex; at = at.Parent)
            {
                if (at.Parent is { } above && zone.Has(above, RecordType.DNAME))
                {
                    context.Diagnostics.Warning(
                        rrset.Position,
                        rrset.Path,
                        $"{rrset.Owner} {rrset.Type.ToMnemonic()} is never answered: {above} is redirected by the DNAME at {zone.PositionOf(above, RecordType.DNAME)} (RFC 6672 §2.4)");
                    break;
                }
            }
        }
    }
}
