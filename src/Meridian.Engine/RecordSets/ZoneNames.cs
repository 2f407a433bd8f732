using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.RecordSets;

/// <summary>The RRsets of a zone by name and type.</summary>
internal sealed class ZoneNames(ZoneModel zone)
{
    private readonly RRsetList _rrsets = zone.RRsets.InOrder();

    public RRsetModel? Find(DomainName owner, RecordType type) => _rrsets.Find(owner, type);

    /// <summary>Whether a name belongs to somebody else: at or below a zone cut (RFC 1034 §4.2).</summary>
    public bool IsBelowCut(DomainName name)
    {
        for (DomainName? at = name; at is not null && at != zone.Apex; at = at.Parent)
        {
            if (_rrsets.Find(at, RecordType.NS) is not null)
            {
                return true;
            }
        }
        return false;
    }
}
