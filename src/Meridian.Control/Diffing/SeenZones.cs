using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Diffing;

/// <summary>The zones that the clients of one view see: its own, and of the others' names what everybody sees.</summary>
internal sealed class SeenZones
{
    private readonly Dictionary<DomainName, ZoneModel> _zones = [];

    /// <param name="model">The configuration.</param>
    /// <param name="view">The view; null for clients of none.</param>
    public SeenZones(MeridianModel model, string? view)
    {
        foreach (ZoneModel zone in model.Zones.Values.Where(zone => !zone.IsPrivate))
        {
            _zones[zone.Apex] = zone;
        }
        foreach (ZoneModel zone in model.Zones.Values.Where(zone => view is not null && zone.Views.Contains(view)))
        {
            _zones[zone.Apex] = zone;
        }
    }

    public IEnumerable<DomainName> Names => _zones.Keys;

    public ZoneModel? Find(DomainName apex) => _zones.GetValueOrDefault(apex);

    /// <summary>The zone that answers a name: the one with the longest name around it.</summary>
    public ZoneModel? FindAround(DomainName name)
    {
        for (DomainName? at = name; at is not null; at = at.Parent)
        {
            if (_zones.TryGetValue(at, out ZoneModel? zone))
            {
                return zone;
            }
        }
        return null;
    }
}
