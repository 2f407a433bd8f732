using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>What must hold among the records of one zone.</summary>
internal static class ZoneRules
{
    public static void Check(ReadContext context, ZoneDraft zone)
    {
        foreach (RRsetDraft rrset in zone.RRsets)
        {
            CheckRecords(context, zone, rrset);
        }
        CnameRules.Check(context, zone);
        DnameRules.Check(context, zone);
        DelegationRules.Check(context, zone);
    }

    /// <summary>The same for a draft of some owners alone, none of which decides about other names.</summary>
    public static void CheckOwners(ReadContext context, ZoneDraft zone, ZoneSurroundings surroundings)
    {
        foreach (RRsetDraft rrset in zone.RRsets)
        {
            CheckRecords(context, zone, rrset);
        }
        CnameRules.Check(context, zone);
        DnameRules.CheckOwners(context, zone);
        DelegationRules.CheckOwners(context, zone, surroundings);
    }

    private static void CheckRecords(ReadContext context, ZoneDraft zone, RRsetDraft rrset)
    {
        if (rrset.Rdata.Count == 1)
        {
            CheckTargets(context, zone, rrset, rrset.Rdata[0]);
            return;
        }
        if (rrset.Rdata.Count > ushort.MaxValue)
        {
            // RFC 1035 §4.1.1: a message counts the records of a section in sixteen bits.
            context.Diagnostics.Error(
                rrset.Position,
                rrset.Path,
                $"{rrset.Owner} has {rrset.Rdata.Count} {rrset.Type.ToMnemonic()} records: no answer holds more than {ushort.MaxValue}");
            return;
        }
        Dictionary<string, SourcePosition> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < rrset.Rdata.Count; i++)
        {
            RdataDraft record = rrset.Rdata[i];
            string key = Convert.ToHexString(CanonicalRdata.Of(rrset.Type, record.Rdata));
            if (!seen.TryAdd(key, record.Position))
            {
                // RFC 2181 §5: records of one set that are equal are one record. Servers suppress them in master files.
                string message = $"this {rrset.Type.ToMnemonic()} record of {rrset.Owner} is here twice; it was first "
                    + $"given at {seen[key]}";
                if (rrset.IsFromFile)
                {
                    context.Diagnostics.Warning(record.Position, rrset.Path, message);
                    rrset.Rdata.RemoveAt(i--);
                }
                else
                {
                    context.Diagnostics.Error(record.Position, rrset.Path, message);
                }
                continue;
            }
            CheckTargets(context, zone, rrset, record);
        }
    }

    private static void CheckTargets(ReadContext context, ZoneDraft zone, RRsetDraft rrset, RdataDraft record)
    {
        if (rrset.Type is RecordType.A or RecordType.AAAA)
        {
            return;
        }
        foreach (DomainName target in RdataNames.Of(rrset.Type, record.Rdata))
        {
            NameWarnings.CheckDoubledOrigin(context, target, zone.Apex, record.Position, rrset.Path);
            // RFC 2181 §10.3: clients do not follow a CNAME from here.
            if (rrset.Type is (RecordType.NS or RecordType.MX or RecordType.SRV) && zone.Has(target, RecordType.CNAME))
            {
                context.Diagnostics.Warning(
                    record.Position,
                    rrset.Path,
                    $"{target} is a CNAME: an {rrset.Type.ToMnemonic()} record must lead to a name with addresses (RFC "
                        + "2181 §10.3)");
            }
        }
    }
}
