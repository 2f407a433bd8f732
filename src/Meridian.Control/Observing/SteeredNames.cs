using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>Which policy decides which question in one configuration: another one may have others, or show another zone to who asks.</summary>
internal sealed class SteeredNames
{
    private readonly Dictionary<(ZoneKey Zone, DomainName Owner, RecordType Type), string> _policies = [];
    private readonly DataPlaneSnapshot _snapshot;

    /// <summary>Reads a configuration's.</summary>
    public SteeredNames(DataPlaneSnapshot snapshot)
    {
        _snapshot = snapshot;
        foreach (ZoneModel zone in snapshot.Model.Zones.Values)
        {
            foreach (RRsetModel rrset in zone.RRsets.Kept)
            {
                if (rrset.Steering is { } steering)
                {
                    _policies[(zone.Key, rrset.Owner, rrset.Type)] = steering.Policy;
                    // A name that is steered for one type leads to the same places for the others: an alias, a service binding.
                    _policies.TryAdd((zone.Key, rrset.Owner, RecordType.None), steering.Policy);
                }
            }
        }
    }

    /// <summary>The policy of a question; null for one that none decides.</summary>
    public string? PolicyOf(ObservedName name, in Asker asker) => Find(name, in asker, asker.Type) ?? Find(name, in asker, RecordType.CNAME);

    /// <summary>The policy that a name's answers come from, whichever type was asked for; null where none does.</summary>
    public string? AnyPolicyOf(ObservedName name, in Asker asker) => PolicyOf(name, in asker) ?? Find(name, in asker, RecordType.None);

    // The name was seen in a zone of the configuration of then; here another one may hold it.
    private string? Find(ObservedName name, in Asker asker, RecordType type) =>
        _snapshot.FindZoneOf(name.Owner, asker.Resolver) is { } zone ? _policies.GetValueOrDefault((zone, name.Owner, type)) : null;
}
