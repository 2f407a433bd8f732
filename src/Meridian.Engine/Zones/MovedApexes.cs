using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Engine.Zones;

/// <summary>
/// Names whose clients may come to another zone from one model to the next. All zones of such a name get the serial of the new
/// revision: a secondary that sees another zone from now on has to take it for newer than the one it has (RFC 1982 §3.2, RFC 1996
/// §4.7), or it goes on answering what it may not see any more.
/// </summary>
internal sealed class MovedApexes
{
    private static readonly MovedApexes None = new([]);

    private readonly HashSet<DomainName> _apexes;

    private MovedApexes(HashSet<DomainName> apexes) => _apexes = apexes;

    /// <param name="before">What was served; null for nothing.</param>
    /// <param name="after">What will be.</param>
    public static MovedApexes Between(MeridianModel? before, MeridianModel after)
    {
        // A zone that names views needs them to be there.
        if (before is null || (before.Views.IsEmpty && after.Views.IsEmpty))
        {
            return None;
        }
        bool hasSameNetworks = ReferenceEquals(before.Views, after.Views)
            || before.Views.Values.Select(view => (view.Name, view.Networks)).SequenceEqual(after.Views.Values.Select(view => (view.Name, view.Networks)));
        HashSet<DomainName> withViews = [.. PrivateApexes(before), .. PrivateApexes(after)];
        if (hasSameNetworks)
        {
            ILookup<DomainName, (ZoneKey, ModelList<string>)> then = Sight(before, withViews);
            ILookup<DomainName, (ZoneKey, ModelList<string>)> now = Sight(after, withViews);
            withViews.RemoveWhere(apex => then[apex].SequenceEqual(now[apex]));
        }
        return new MovedApexes(withViews);
    }

    public bool Contains(DomainName apex) => _apexes.Count > 0 && _apexes.Contains(apex);

    private static IEnumerable<DomainName> PrivateApexes(MeridianModel model) =>
        model.Zones.Values.Where(zone => zone.IsPrivate).Select(zone => zone.Apex);

    // In the order of the model, which is that of the keys.
    private static ILookup<DomainName, (ZoneKey Key, ModelList<string> Views)> Sight(MeridianModel model, HashSet<DomainName> apexes) =>
        model.Zones.Values.Where(zone => apexes.Contains(zone.Apex)).ToLookup(zone => zone.Apex, zone => (zone.Key, zone.Views));
}
