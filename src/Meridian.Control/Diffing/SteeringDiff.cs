using System.Collections.Immutable;
using Meridian.Dns.Records;
using Meridian.Engine.Explaining;
using Meridian.Engine.Geo;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Diffing;

/// <summary>
/// What changes for clients between two configurations: exact, because it goes through every prefix in which neither
/// configuration tells clients apart, instead of trying samples.
/// </summary>
public sealed class SteeringDiff
{
    private readonly DataPlaneSnapshot _before;
    private readonly DataPlaneSnapshot _after;
    private readonly JointPartition _joint = new();
    private readonly PlaceCells? _cells;
    private readonly CountryPartition _countries;
    private readonly Dictionary<string, AddressCount> _allocated = new(StringComparer.Ordinal);

    // Many names share few policies: each is taken apart once, and each pair compared once.
    private readonly Dictionary<string, PolicyClasses> _classesBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PolicyClasses> _classesAfter = new(StringComparer.Ordinal);
    private readonly Dictionary<(string?, uint?, string?, uint?), ImmutableArray<ClientChange>> _compared = [];

    private SteeringDiff(DataPlaneSnapshot before, DataPlaneSnapshot after)
    {
        _before = before;
        _after = after;
        _countries = CountryPartition.Of(after.Places);
        _cells = ReferenceEquals(before.Places, after.Places) ? PlaceCells.Of(after.Places) : null;
        _countries.Map.Visit((network, length, index) =>
        {
            if (_countries.Codes[index] is { } country)
            {
                _allocated[country] = _allocated.GetValueOrDefault(country) + AddressCount.Of(network, length);
            }
        });
    }

    /// <summary>Compares.</summary>
    /// <param name="before">The configuration that is.</param>
    /// <param name="after">The configuration that would be.</param>
    public static ImmutableArray<NameChange> Compare(DataPlaneSnapshot before, DataPlaneSnapshot after) => new SteeringDiff(before, after).Compare();

    /// <summary>The greatest part of each family's addresses that gets another decision for some name.</summary>
    public static MovedShare ShareMoved(DataPlaneSnapshot before, DataPlaneSnapshot after)
    {
        ImmutableArray<NameChange> changes = Compare(before, after);
        return new MovedShare(
            changes.Select(name => name.Changes.Sum(change => change.ShareOfIPv4)).DefaultIfEmpty(0).Max(),
            changes.Select(name => name.Changes.Sum(change => change.ShareOfIPv6)).DefaultIfEmpty(0).Max());
    }

    private ImmutableArray<NameChange> Compare()
    {
        // With the zone: one inside another may have records of the same name, for other clients.
        Dictionary<(string Name, ZoneKey Zone), (SteeredName? Before, SteeredName? After)> names = [];
        foreach (SteeredName name in SteeredNames(_before.Model))
        {
            names[(name.Name, name.Zone)] = (name, null);
        }
        foreach (SteeredName name in SteeredNames(_after.Model))
        {
            names[(name.Name, name.Zone)] = (names.GetValueOrDefault((name.Name, name.Zone)).Before, name);
        }
        HashSet<string> shared = [.. names.Keys.GroupBy(key => key.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)];
        ImmutableArray<NameChange>.Builder changes = ImmutableArray.CreateBuilder<NameChange>();
        foreach (((string name, ZoneKey zone), (SteeredName? before, SteeredName? after)) in
            names.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Zone))
        {
            (string?, uint?, string?, uint?) key = (before?.Policy, before?.TtlSeconds, after?.Policy, after?.TtlSeconds);
            if (!_compared.TryGetValue(key, out ImmutableArray<ClientChange> found))
            {
                found = Compare(before, after);
                _compared.Add(key, found);
            }
            if (!found.IsEmpty)
            {
                changes.Add(new NameChange(shared.Contains(name) ? $"{name} ({zone})" : name, before?.Policy, after?.Policy, found)
                {
                    Zone = zone,
                    Views = [.. (_after.Model.Zones.GetValueOrDefault(zone) ?? _before.Model.Zones[zone]).Views],
                });
            }
        }
        return changes.ToImmutable();
    }

    private static IEnumerable<SteeredName> SteeredNames(MeridianModel model) =>
        from zone in model.Zones.Values
        from rrset in zone.RRsets.Kept
        where rrset.Steering is not null
        let policy = model.Policies[rrset.Steering!.Policy] // Filtered right above.
        select new SteeredName(
            NameOf(zone, rrset), zone.Key, policy.Name, rrset.TtlSeconds ?? policy.TtlSeconds ?? zone.DefaultTtlSeconds);

    /// <summary>Whether a change is about a record set of a zone.</summary>
    internal static bool IsAbout(NameChange change, ZoneModel zone, RRsetModel rrset) =>
        change.Zone == zone.Key && (change.Name == NameOf(zone, rrset) || change.Name == $"{NameOf(zone, rrset)} ({zone.Key})");

    // Zones of one name have names in common; those of the zone without a label are written as they always were, where they are the only ones.
    private static string NameOf(ZoneModel zone, RRsetModel rrset) => zone.Label.Length == 0
        ? $"{rrset.Owner} {rrset.Type.ToMnemonic()}"
        : $"{rrset.Owner} {rrset.Type.ToMnemonic()} ({zone.Key})";

    private ImmutableArray<ClientChange> Compare(SteeredName? before, SteeredName? after)
    {
        PolicyClasses? was = ClassesOf(_classesBefore, _before, before);
        PolicyClasses? becomes = ClassesOf(_classesAfter, _after, after);
        ImmutableArray<DecisionSide> old = DecisionSide.Of(_before, before, was);
        ImmutableArray<DecisionSide> next = DecisionSide.Of(_after, after, becomes);
        Dictionary<(int Before, int After), ChangeCollector?> found = [];
        if (_cells is { } cells && was is null or { IsByPlace: true } && becomes is null or { IsByPlace: true })
        {
            foreach (PlaceCell cell in cells.Cells)
            {
                CollectorOf(found, old, next, was?.Map?.Find(cell.Client, out _) ?? 0, becomes?.Map?.Find(cell.Client, out _) ?? 0)?.Add(cell);
            }
        }
        else
        {
            _joint.Visit([was?.Map, becomes?.Map, _countries.Map], (network, length, classes) =>
                CollectorOf(found, old, next, classes[0], classes[1])?.Add(network, length, _countries.Codes[classes[2]]));
        }
        return
        [
            .. found.Where(pair => pair.Value is not null)
                .Select(pair => pair.Value!.Finish( // Filtered right above.
                    old[pair.Key.Before].Describe(next[pair.Key.After]), next[pair.Key.After].Describe(old[pair.Key.Before]), _allocated))
                .OrderByDescending(change => change.ShareOfIPv4).ThenByDescending(change => change.ShareOfIPv6),
        ];
    }

    /// <summary>Who adds up the clients of two classes; null when nothing changes for them.</summary>
    private static ChangeCollector? CollectorOf(
        Dictionary<(int Before, int After), ChangeCollector?> found, ImmutableArray<DecisionSide> old, ImmutableArray<DecisionSide> next, int before, int after)
    {
        if (!found.TryGetValue((before, after), out ChangeCollector? change))
        {
            change = old[before].IsSameAs(next[after]) ? null : new ChangeCollector(old[before].KindTo(next[after]), old[before].MovedTo(next[after]));
            found.Add((before, after), change);
        }
        return change;
    }

    private static PolicyClasses? ClassesOf(Dictionary<string, PolicyClasses> known, DataPlaneSnapshot snapshot, SteeredName? name)
    {
        if (name is null)
        {
            return null;
        }
        if (!known.TryGetValue(name.Policy, out PolicyClasses? classes))
        {
            classes = PolicyClasses.Of(snapshot, name.Policy);
            known.Add(name.Policy, classes);
        }
        return classes;
    }
}
