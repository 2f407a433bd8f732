using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Observing;

/// <summary>Which policy decides which name and type in one configuration: another one may have others.</summary>
internal sealed class SteeredNames
{
    private readonly Dictionary<(DomainName Owner, RecordType Type), string> _policies = [];

    /// <summary>Reads a configuration's.</summary>
    public SteeredNames(MeridianModel model)
    {
        foreach (RRsetModel rrset in model.Zones.Values.SelectMany(zone => zone.RRsets))
        {
            if (rrset.Steering is { } steering)
            {
                _policies[(rrset.Owner, rrset.Type)] = steering.Policy;
                // A name that is steered for one type leads to the same places for the others: an alias, a service binding.
                _policies.TryAdd((rrset.Owner, RecordType.None), steering.Policy);
            }
        }
    }

    /// <summary>The policy of a question; null for one that none decides.</summary>
    public string? PolicyOf(DomainName owner, RecordType type) =>
        _policies.GetValueOrDefault((owner, type)) ?? _policies.GetValueOrDefault((owner, RecordType.CNAME));

    /// <summary>The policy that a name's answers come from, whichever type was asked for; null where none does.</summary>
    public string? AnyPolicyOf(DomainName owner, RecordType type) => PolicyOf(owner, type) ?? _policies.GetValueOrDefault((owner, RecordType.None));
}
