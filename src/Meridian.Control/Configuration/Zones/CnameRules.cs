using Meridian.Control.Configuration.Reading;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>A CNAME stands alone (RFC 1034 §3.6.2).</summary>
internal static class CnameRules
{
    private const string Alternative = "use ALIAS instead, or {steer: …} on A and AAAA";

    public static void Check(ReadContext context, ZoneDraft zone)
    {
        foreach (RRsetDraft cname in zone.RRsets.Where(rrset => rrset.Type == RecordType.CNAME))
        {
            if (cname.Rdata.Count > 1)
            {
                Report(
                    context,
                    cname.Rdata[1].Position,
                    cname,
                    $"{cname.Owner} has {cname.Rdata.Count} CNAME records: a name has one other name at most (RFC 2181 "
                        + "§10.1)");
            }
            if (cname.Owner == zone.Apex)
            {
                Report(
                    context,
                    cname.Position,
                    cname,
                    "a CNAME cannot stand at the zone's apex, beside its SOA and NS records (RFC 1034 §3.6.2): "
                        + $"{Alternative}");
                continue;
            }
            // RFC 4034 §2.5 allows the records of DNSSEC beside a CNAME; they are not in a model.
            List<RRsetDraft> others = [.. zone.OfOwner(cname.Owner).Where(other => other.Type != RecordType.CNAME)];
            if (others.Count > 0)
            {
                string types = string.Join(
                    ", ", others.Select(other => $"{other.Type.ToMnemonic()} at {other.Position}"));
                Report(
                    context,
                    cname.Position,
                    cname,
                    $"{cname.Owner} has a CNAME beside other records ({types}), which RFC 1034 §3.6.2 forbids: "
                        + $"{Alternative}");
            }
        }
    }

    private static void Report(ReadContext context, SourcePosition position, RRsetDraft cname, string message) =>
        context.Diagnostics.Error(position, cname.Path, message);
}
