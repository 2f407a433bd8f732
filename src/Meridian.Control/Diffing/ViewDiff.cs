using System.Collections.Immutable;
using Meridian.Control.Changes.Planning;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Diffing;

/// <summary>
/// Which networks see other zones after a change than before: because they come into a view or leave it, or because a zone
/// becomes private, public, or another view's. Exact: it goes through every prefix that either configuration tells apart.
/// </summary>
public sealed class ViewDiff
{
    // 1 to 1,000. A network with holes is many prefixes; the view's name says more than all of them would.
    private const int NetworksListed = 8;

    // 1 to 100. All of them are counted.
    private const int ExamplesListed = 3;

    private readonly MeridianModel _before;
    private readonly MeridianModel _after;
    private readonly Dictionary<string, SeenZones> _seenBefore = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SeenZones> _seenAfter = new(StringComparer.Ordinal);

    private ViewDiff(MeridianModel before, MeridianModel after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>Compares; what is the same for all clients, such as a new zone that everybody sees, is not about views.</summary>
    /// <param name="before">The configuration that is.</param>
    /// <param name="after">The configuration that would be.</param>
    public static ImmutableArray<ViewChange> Compare(DataPlaneSnapshot before, DataPlaneSnapshot after) =>
        before.HasViews || after.HasViews ? new ViewDiff(before.Model, after.Model).CompareBy(before, after) : [];

    private ImmutableArray<ViewChange> CompareBy(DataPlaneSnapshot before, DataPlaneSnapshot after)
    {
        SortedDictionary<(int Before, int After), (int Count, List<string> Listed)> networks = [];
        new JointPartition().Visit([before.Views.Map, after.Views.Map], (network, length, classes) =>
        {
            (int Count, List<string> Listed) found = networks.GetValueOrDefault((classes[0], classes[1]), (0, []));
            if (found.Listed.Count < NetworksListed)
            {
                found.Listed.Add($"{network}/{length}");
            }
            networks[(classes[0], classes[1])] = (found.Count + 1, found.Listed);
        });
        ImmutableArray<ViewChange>.Builder changes = ImmutableArray.CreateBuilder<ViewChange>();
        foreach (((int was, int becomes), (int count, List<string> listed)) in networks)
        {
            string? old = before.Views.Names[was];
            string? now = after.Views.Names[becomes];
            ImmutableArray<SeenZoneChange> zones = ZonesOf(SeenBy(_seenBefore, _before, old), SeenBy(_seenAfter, _after, now));
            if (!zones.IsEmpty)
            {
                bool isEverybodyElse = old is null && now is null;
                changes.Add(new ViewChange(old, now, count, isEverybodyElse ? [] : [.. listed], zones));
            }
        }
        return changes.ToImmutable();
    }

    private ImmutableArray<SeenZoneChange> ZonesOf(SeenZones before, SeenZones after)
    {
        ImmutableArray<SeenZoneChange>.Builder changes = ImmutableArray.CreateBuilder<SeenZoneChange>();
        foreach (DomainName apex in before.Names.Union(after.Names).Order())
        {
            ZoneModel? old = before.Find(apex);
            ZoneModel? now = after.Find(apex);
            if (old?.Key == now?.Key || !(IsPrivateAtAll(old) || IsPrivateAtAll(now)))
            {
                continue;
            }
            // A zone that is not seen leaves its names to the one around it.
            old = before.FindAround(apex);
            now = after.FindAround(apex);
            string[] differing =
            [
                .. RRsetPairs.Of(old, now, withDependent: false)
                    .Where(pair => ClosestName(before, after, (pair.Before ?? pair.After!).Owner) == apex && !HaveSameData(pair.Before, pair.After)) // One of the two is there.
                    .Select(pair => pair.Before ?? pair.After!) // As above.
                    .Select(rrset => $"{rrset.Owner} {rrset.Type.ToMnemonic()}"),
            ];
            changes.Add(new SeenZoneChange(
                apex.ToString(), old?.Key.ToString(), now?.Key.ToString(), differing.Length, [.. differing.Take(ExamplesListed)]));
        }
        return changes.ToImmutable();
    }

    /// <summary>Under which name a record set is told of: that of the closest zone, before or after.</summary>
    private static DomainName? ClosestName(SeenZones before, SeenZones after, DomainName owner)
    {
        DomainName? at = owner;
        while (at is not null && before.Find(at) is null && after.Find(at) is null)
        {
            at = at.Parent;
        }
        return at;
    }

    private bool IsPrivateAtAll(ZoneModel? zone) => zone is not null
        && (_before.Zones.GetValueOrDefault(zone.Key) is { IsPrivate: true } || _after.Zones.GetValueOrDefault(zone.Key) is { IsPrivate: true });

    private static bool HaveSameData(RRsetModel? left, RRsetModel? right) =>
        left is not null && right is not null && left.Steering?.Policy == right.Steering?.Policy && left.Outside == right.Outside
        && left.Rdata.Length == right.Rdata.Length && left.Rdata.Zip(right.Rdata).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));

    private static SeenZones SeenBy(Dictionary<string, SeenZones> known, MeridianModel model, string? view)
    {
        // No view has the empty name.
        if (!known.TryGetValue(view ?? "", out SeenZones? seen))
        {
            known.Add(view ?? "", seen = new SeenZones(model, view));
        }
        return seen;
    }
}
