using Meridian.Control.Access;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>
/// A batch against a working copy of its zone: changes are made in their order, everything that is wrong is collected, and
/// what the copy holds in the end is either all written or not at all.
/// </summary>
internal sealed class BatchEvaluation
{
    private readonly DirectoryState _state;
    private readonly HostedZone _zone;
    private readonly ZoneScope _scope;
    private readonly Dictionary<DomainName, Work> _owners = [];
    private readonly List<string> _problems = [];

    /// <summary>Nothing is changed yet.</summary>
    /// <param name="state">All hosted zones.</param>
    /// <param name="zone">The batch's.</param>
    /// <param name="scope">The zones that whoever sent the batch may read.</param>
    public BatchEvaluation(DirectoryState state, HostedZone zone, ZoneScope scope)
    {
        _state = state;
        _zone = zone;
        _scope = scope;
    }

    /// <summary>Everything that is wrong, in the order of the batch.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The start of authority to write; null to leave it as it is.</summary>
    public RecordSet? Soa { get; private set; }

    /// <summary>The owners that were touched, with what they hold in the end.</summary>
    public IEnumerable<(DomainName Owner, OwnerRecordSets Before, IReadOnlyList<RecordSet> After)> Owners =>
        _owners.Select(pair => (pair.Key, pair.Value.Before, (IReadOnlyList<RecordSet>)pair.Value.Sets));

    /// <summary>Makes one change after another.</summary>
    public void Apply(IEnumerable<RecordSetChange> changes)
    {
        RecordSetChange[] all = [.. changes];
        foreach (RecordSetChange change in all)
        {
            Apply(change);
        }
        if (_problems.Count > 0)
        {
            return;
        }
        foreach (RecordSet set in all.Where(change => change.Action != "DELETE").Select(change => change.Set))
        {
            if (_owners.TryGetValue(set.Owner, out Work? work) && work.Sets.Contains(set))
            {
                _problems.AddRange(RecordSetRules.Check(_zone, set, work.Sets));
                CheckAlias(set);
            }
        }
    }

    private void Apply(RecordSetChange change)
    {
        RecordSet set = change.Set;
        if (!set.Owner.IsSubdomainOf(_zone.Apex))
        {
            _problems.Add($"RRSet with DNS name {NameOf(set)} is not permitted in zone {_zone.Name}");
            return;
        }
        if (set.Type == RecordType.SOA)
        {
            ApplySoa(change);
            return;
        }
        Work work = WorkOf(set.Owner);
        if (work.Before.ForeignTypes.Contains(set.Type))
        {
            _problems.Add(
                $"RRSet with DNS name {NameOf(set)}, type {TypeOf(set)} is decided by a policy of this server; the native API changes it, this one does not");
            return;
        }
        if (work.Sets.Find(other => other.Type == set.Type && other.TrafficPolicyInstanceId is not null) is { } made)
        {
            _problems.Add(
                $"RRSet with DNS name {NameOf(set)}, type {TypeOf(set)} cannot be changed as it belongs to the traffic policy instance {made.TrafficPolicyInstanceId}");
            return;
        }
        int at = work.Sets.FindIndex(other => other.IsSameAs(set));
        switch (change.Action)
        {
            case "DELETE":
                Delete(work, at, set);
                break;
            case "CREATE" when at >= 0:
                _problems.Add($"Tried to create resource record set {Describe(set)} but it already exists");
                break;
            case { } when RecordSetRules.Conflict(set, work.Sets.Where((_, index) => index != at)) is { } conflict:
                _problems.Add(conflict);
                break;
            case { } when at >= 0:
                // Written wholly, never merged.
                work.Sets[at] = set;
                break;
            default:
                work.Sets.Add(set);
                break;
        }
    }

    private void Delete(Work work, int at, RecordSet set)
    {
        if (at < 0)
        {
            _problems.Add($"Tried to delete resource record set {Describe(set)} but it was not found");
        }
        else if (!RecordSetRules.HasSameContent(work.Sets[at], set))
        {
            _problems.Add($"Tried to delete resource record set {Describe(set)} but the values provided do not match the current values");
        }
        else if (set.Type == RecordType.NS && set.Owner == _zone.Apex)
        {
            _problems.Add("A HostedZone must contain at least one NS record for the zone itself.");
        }
        else
        {
            work.Sets.RemoveAt(at);
        }
    }

    private void ApplySoa(RecordSetChange change)
    {
        if (change.Set.Owner != _zone.Apex)
        {
            _problems.Add($"RRSet of type SOA with DNS name {NameOf(change.Set)} is not permitted in zone {_zone.Name}");
        }
        else if (change.Action == "UPSERT" && change.Set.Values.Length == 1)
        {
            Soa = change.Set;
        }
        else
        {
            _problems.Add(change.Action == "CREATE"
                ? $"Tried to create resource record set {Describe(change.Set)} but it already exists"
                : "A HostedZone must contain exactly one SOA record.");
        }
    }

    /// <summary>A target in one of our zones must be there, in this batch's end or in the other zone as it is.</summary>
    private void CheckAlias(RecordSet set)
    {
        if (set.Alias is not { } alias || !_state.TryFindZone(alias.HostedZoneId, out HostedZone? zone))
        {
            return;
        }
        // Whether a name is in a private zone is not for keys of other zones to find out, nor what it leads to.
        bool isHidden = zone.IsPrivate && !_scope.Contains(zone.DocumentName);
        List<string> problems = [];
        bool isInside = alias.Name.IsSubdomainOf(zone.Apex);
        string what = $"Tried to create an alias that targets {Route53Name.Format(alias.Name)}, type {TypeOf(set)} in zone {zone.Id}, ";
        if (!isInside)
        {
            problems.Add(what + "but the alias target name does not lie within the target zone");
        }
        if (!isInside || isHidden || !Exists(zone, alias.Name, set.Type))
        {
            problems.Add(what + "but that target was not found");
        }
        if (!isHidden && zone.IsPrivate && zone.Id != _zone.Id && !(_zone.IsPrivate && _zone.Views.All(zone.Views.Contains)))
        {
            problems.Add(what + "but not all clients of this zone see that one");
        }
        _problems.AddRange(problems);
    }

    private bool Exists(HostedZone zone, DomainName name, RecordType type)
    {
        if (zone.Id == _zone.Id)
        {
            Work work = WorkOf(name);
            return work.Sets.Exists(other => other.Type == type) || work.Before.ForeignTypes.Contains(type);
        }
        OwnerRecordSets there = zone.SetsOf(name, _state);
        return there.Sets.Any(other => other.Type == type) || there.ForeignTypes.Contains(type);
    }

    private Work WorkOf(DomainName owner)
    {
        if (!_owners.TryGetValue(owner, out Work? work))
        {
            OwnerRecordSets before = _zone.SetsOf(owner, _state);
            _owners.Add(owner, work = new Work(before, [.. before.Sets]));
        }
        return work;
    }

    private static string NameOf(RecordSet set) => Route53Name.Format(set.Owner);

    private static string TypeOf(RecordSet set) => set.Type.ToMnemonic();

    private static string Describe(RecordSet set)
    {
        string identifier = set.SetIdentifier is { } given ? $", set identifier='{given}'" : "";
        return $"[name='{NameOf(set)}', type='{TypeOf(set)}'{identifier}]";
    }

    /// <summary>One owner of the working copy.</summary>
    private sealed record Work(OwnerRecordSets Before, List<RecordSet> Sets);
}
