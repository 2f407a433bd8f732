using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Engine.RecordSets;

/// <summary>The RRsets of a zone by name and type.</summary>
internal sealed class ZoneNames
{
    private readonly DomainName _apex;
    private readonly Dictionary<(DomainName Owner, RecordType Type), RRsetModel> _rrsets;

    public ZoneNames(ZoneModel zone)
    {
        _apex = zone.Apex;
        _rrsets = new Dictionary<(DomainName, RecordType), RRsetModel>(zone.RRsets.Length);
        foreach (RRsetModel rrset in zone.RRsets)
        {
            _rrsets.TryAdd((rrset.Owner, rrset.Type), rrset);
        }
    }

    public RRsetModel? Find(DomainName owner, RecordType type) => _rrsets.GetValueOrDefault((owner, type));

    /// <summary>Whether a name belongs to somebody else: at or below a zone cut (RFC 1034 §4.2).</summary>
    public bool IsBelowCut(DomainName name)
    {
        for (DomainName? at = name; at is not null && at != _apex; at = at.Parent)
        {
            if (_rrsets.ContainsKey((at, RecordType.NS)))
            {
                return true;
            }
        }
        return false;
    }
}
