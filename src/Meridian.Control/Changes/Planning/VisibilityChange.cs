using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Changes.Documents;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planning;

/// <summary>
/// Who sees which zone before a change and after it. Records tell nothing of it: a zone that loses its <c>views</c> says what it
/// said, to the whole world.
/// </summary>
/// <param name="before">What is served.</param>
/// <param name="after">What would be.</param>
internal sealed class VisibilityChange(MeridianModel before, MeridianModel after)
{
    // 1 to 100. The message names what it is about; the documents of the plan have all.
    private const int ListedMax = 5;

    private readonly ImmutableArray<(string View, IPNetwork Network)> _moved = MovedNetworks(before, after);

    /// <summary>Zones that are there before and after, for other clients.</summary>
    public IEnumerable<GuardFinding> Findings()
    {
        if (before.Views.IsEmpty && after.Views.IsEmpty)
        {
            yield break;
        }
        foreach (ZoneModel zone in before.Zones.Values)
        {
            if (after.Zones.GetValueOrDefault(zone.Key) is { } next && zone.Views != next.Views)
            {
                yield return new GuardFinding(GuardRule.Visibility, RecordsName.OfZone(zone.Key), $"{Viewers(next)} would see it; now {Viewers(zone)} see it", []);
            }
        }
        foreach ((string view, ImmutableArray<string> zones) in ViewsInUse())
        {
            ImmutableArray<(string View, IPNetwork Network)> moved = [.. _moved.Where(moved => Moves(moved, view))];
            if (!moved.IsEmpty)
            {
                string networks = List([.. moved.Select(found => found.Network.ToString()).Distinct()]);
                yield return new GuardFinding(GuardRule.Visibility, null, $"clients of {networks} would come into the view {view}, or leave it; it sees {List(zones)}", []);
            }
        }
    }

    /// <summary>
    /// Whether a zone gets other clients, or loses some to another zone: one of its own name, or one below that hides names of it.
    /// </summary>
    /// <param name="zone">A zone of before.</param>
    public bool MovesClientsOf(ZoneModel zone)
    {
        if (zone.IsPrivate && !_moved.IsEmpty && zone.Views.Any(view => _moved.Any(moved => Moves(moved, view))))
        {
            return true;
        }
        // It was there before, so whoever comes or goes is at its name or below it.
        return before.Zones.Keys.Union(after.Zones.Keys).Where(key => key.Apex.IsSubdomainOf(zone.Apex)).Any(key =>
        {
            ZoneModel? old = before.Zones.GetValueOrDefault(key);
            ZoneModel? now = after.Zones.GetValueOrDefault(key);
            return key == zone.Key ? now is null || now.Views != zone.Views : Takes(zone, old, now);
        });
    }

    /// <summary>Whether another zone takes the place of this one for some client, or does so no longer.</summary>
    private bool Takes(ZoneModel zone, ZoneModel? old, ZoneModel? now)
    {
        bool stays = old is not null && now is not null && old.Views == now.Views;
        return new[] { old, now }.OfType<ZoneModel>().Any(other =>
            // Of two of one name everybody's gives way.
            (other.Apex != zone.Apex || (other.IsPrivate && !zone.IsPrivate))
            && (!zone.IsPrivate || !other.IsPrivate || other.Views.Any(zone.Views.Contains))
            && (!stays || other.Views.Any(view => _moved.Any(moved => Moves(moved, view)))));
    }

    /// <summary>Views that a zone names before, with such zones: what is new has no clients yet that it could lose.</summary>
    private IEnumerable<(string View, ImmutableArray<string> Zones)> ViewsInUse() =>
        before.Zones.Values
            .SelectMany(zone => zone.Views.Select(view => (View: view, Zone: RecordsName.OfZone(zone.Key))))
            .GroupBy(pair => pair.View, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.Select(pair => pair.Zone).ToImmutableArray()));

    /// <summary>Whether a network that one view gets or loses changes who is in another: the longest around a client decides.</summary>
    private bool Moves((string View, IPNetwork Network) moved, string view) =>
        moved.View == view || NetworksOf(before, view).Concat(NetworksOf(after, view)).Any(network =>
            network.PrefixLength <= moved.Network.PrefixLength && network.Contains(moved.Network.BaseAddress));

    private static ModelList<IPNetwork> NetworksOf(MeridianModel model, string view) => model.Views.GetValueOrDefault(view)?.Networks ?? [];

    private static ImmutableArray<(string View, IPNetwork Network)> MovedNetworks(MeridianModel before, MeridianModel after)
    {
        if (ReferenceEquals(before.Views, after.Views))
        {
            return [];
        }
        HashSet<(string View, IPNetwork Network)> moved = [.. Networks(before)];
        moved.SymmetricExceptWith(Networks(after));
        return [.. moved.OrderBy(pair => pair.View, StringComparer.Ordinal).ThenBy(pair => pair.Network.ToString(), StringComparer.Ordinal)];
    }

    private static IEnumerable<(string View, IPNetwork Network)> Networks(MeridianModel model) =>
        model.Views.Values.SelectMany(view => view.Networks.Select(network => (view.Name, network)));

    private static string Viewers(ZoneModel zone) => zone.IsPrivate ? $"the clients of {string.Join(", ", zone.Views)} alone" : "everybody";

    private static string List(ImmutableArray<string> words) =>
        string.Join(", ", words.Take(ListedMax)) + (words.Length > ListedMax ? $" and {words.Length - ListedMax} more" : "");
}
