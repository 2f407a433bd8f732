using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Explaining;
using Meridian.Engine.Model;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>Which of the observed queries two snapshots answer differently, whatever health says: by what the configurations mean.</summary>
/// <param name="before">What is served.</param>
/// <param name="after">What would be.</param>
internal sealed class AlteredQueries(DataPlaneSnapshot before, DataPlaneSnapshot after)
{
    private readonly Dictionary<(DomainName, RecordType), (RRsetModel? Before, RRsetModel? After)> _rrsets = [];
    private readonly Dictionary<string, PolicyClasses> _classesBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyClasses> _classesAfter = new(StringComparer.Ordinal);
    private readonly HashSet<DomainName> _zonesRead = [];

    /// <summary>Whether a query would be answered otherwise.</summary>
    public bool IsAltered(ObservedRow row)
    {
        if (row.Name is not { } name || Unchanged(name.Zone))
        {
            return false;
        }
        (RRsetModel? old, RRsetModel? now) = Find(name, row.Asker.Type);
        if (old is null && now is null)
        {
            return false;
        }
        if (old?.Steering is not { } steeredBefore || now?.Steering is not { } steeredAfter)
        {
            return !HaveSameData(old, now);
        }
        return AreSteeredApart(steeredBefore.Policy, steeredAfter.Policy, row);
    }

    /// <summary>Whether nothing at all can be different in a zone: most zones, most of the time.</summary>
    private bool Unchanged(DomainName zone) =>
        ReferenceEquals(before.Model.Zones.GetValueOrDefault(zone), after.Model.Zones.GetValueOrDefault(zone))
        && ReferenceEquals(before.Model.Policies, after.Model.Policies) && ReferenceEquals(before.Model.Pools, after.Model.Pools)
        && ReferenceEquals(before.Places, after.Places) && before.Model.Geo == after.Model.Geo
        && before.Model.Latency == after.Model.Latency && ReferenceEquals(before.Model.Sites, after.Model.Sites);

    private bool AreSteeredApart(string policyBefore, string policyAfter, ObservedRow row)
    {
        PolicyClass old = ClassOf(_classesBefore, before, policyBefore, row);
        PolicyClass now = ClassOf(_classesAfter, after, policyAfter, row);
        return old.Tree != now.Tree
            || now.Shares.Any(share => !AreAlike(before.Model.Pools.GetValueOrDefault(share.Pool), after.Model.Pools.GetValueOrDefault(share.Pool)));
    }

    /// <summary>By value: each load makes its own lists of members.</summary>
    private static bool AreAlike(PoolModel? left, PoolModel? right) =>
        left is not null && right is not null && left with { Members = right.Members } == right && left.Members.SequenceEqual(right.Members);

    private static PolicyClass ClassOf(Dictionary<string, PolicyClasses> known, DataPlaneSnapshot snapshot, string policy, ObservedRow row)
    {
        if (!known.TryGetValue(policy, out PolicyClasses? classes))
        {
            classes = PolicyClasses.Of(snapshot, policy);
            known.Add(policy, classes);
        }
        return classes.Classes[classes.Map?.Find(row.Asker.Network, out _) ?? 0];
    }

    private (RRsetModel? Before, RRsetModel? After) Find(ObservedName name, RecordType type)
    {
        if (_zonesRead.Add(name.Zone))
        {
            foreach (RRsetModel rrset in before.Model.Zones.GetValueOrDefault(name.Zone)?.RRsets ?? [])
            {
                _rrsets[(rrset.Owner, rrset.Type)] = (rrset, null);
            }
            foreach (RRsetModel rrset in after.Model.Zones.GetValueOrDefault(name.Zone)?.RRsets ?? [])
            {
                _rrsets[(rrset.Owner, rrset.Type)] = (_rrsets.GetValueOrDefault((rrset.Owner, rrset.Type)).Before, rrset);
            }
        }
        (RRsetModel?, RRsetModel?) found = _rrsets.GetValueOrDefault((name.Owner, type));
        // An alias answers for every type.
        return found is (null, null) ? _rrsets.GetValueOrDefault((name.Owner, RecordType.CNAME)) : found;
    }

    private static bool HaveSameData(RRsetModel? left, RRsetModel? right) =>
        left is not null && right is not null && left.Steering?.Policy == right.Steering?.Policy
        && left.Rdata.Length == right.Rdata.Length
        && left.Rdata.Zip(right.Rdata).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));
}
