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
    private readonly ZoneRecords _recordsBefore = new(before.Model);
    private readonly ZoneRecords _recordsAfter = new(after.Model);
    private readonly Dictionary<string, PolicyClasses> _classesBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyClasses> _classesAfter = new(StringComparer.Ordinal);
    private readonly bool _hasViews = before.HasViews || after.HasViews;

    /// <summary>Whether a query would be answered otherwise.</summary>
    public bool IsAltered(ObservedRow row)
    {
        if (row.Name is not { } name)
        {
            return false;
        }
        // Who sees which zone may be what changes.
        ZoneKey? seen = _hasViews ? after.FindZoneOf(name.Owner, row.Asker.Resolver) : name.Zone;
        if (seen == name.Zone && Unchanged(name.Zone))
        {
            return false;
        }
        (RRsetModel? old, RRsetModel? now) = Find(name, seen, row.Asker.Type);
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
    private bool Unchanged(ZoneKey zone) =>
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

    private (RRsetModel? Before, RRsetModel? After) Find(ObservedName name, ZoneKey? seen, RecordType type)
    {
        (RRsetModel?, RRsetModel?) found = (_recordsBefore.Find(name.Zone, name.Owner, type), _recordsAfter.Find(seen, name.Owner, type));
        // An alias answers for every type.
        return found is (null, null)
            ? (_recordsBefore.Find(name.Zone, name.Owner, RecordType.CNAME), _recordsAfter.Find(seen, name.Owner, RecordType.CNAME))
            : found;
    }

    private static bool HaveSameData(RRsetModel? left, RRsetModel? right) =>
        left is not null && right is not null && left.Steering?.Policy == right.Steering?.Policy
        && left.Rdata.Length == right.Rdata.Length
        && left.Rdata.Zip(right.Rdata).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));

    /// <summary>The records of a model's zones by name and type.</summary>
    private sealed class ZoneRecords(MeridianModel model)
    {
        public RRsetModel? Find(ZoneKey? zone, DomainName owner, RecordType type) =>
            zone is { } key ? model.Zones.GetValueOrDefault(key)?.RRsets.Find(owner, type) : null;
    }
}
