using Meridian.Dns.Names;

namespace Meridian.Engine.Model;

/// <summary>Which zones of a model are seen together, for what is worked out before any client asks.</summary>
public sealed class ZoneSight
{
    private readonly MeridianModel _model;
    private readonly ILookup<DomainName, ZoneModel> _private;

    public ZoneSight(MeridianModel model)
    {
        _model = model;
        _private = (model.Views.IsEmpty ? [] : model.Zones.Values.Where(zone => zone.IsPrivate)).ToLookup(zone => zone.Apex);
    }

    /// <summary>
    /// The zone that a name is in for the clients of another zone: of those that all of them see the one with the longest name,
    /// and of two of that name the zone of views. Null when it is in none.
    /// </summary>
    /// <param name="from">Whose clients: the zone with an alias.</param>
    /// <param name="name">Where it leads.</param>
    public ZoneModel? FindFrom(ZoneModel from, DomainName name)
    {
        for (DomainName? at = name; at is not null; at = at.Parent)
        {
            if (FindNamed(from, at) is { } zone)
            {
                return zone;
            }
        }
        return null;
    }

    /// <summary>
    /// The closest private zone around a name that <see cref="FindFrom"/> passed over, because not all clients of the zone with the
    /// alias see it; null when there is none.
    /// </summary>
    /// <param name="name">Where the alias leads.</param>
    /// <param name="found">The apex of what was found; null for nothing. Only what is further down was passed over.</param>
    public ZoneModel? FindHidden(DomainName name, DomainName? found)
    {
        for (DomainName? at = name; at is not null && at != found; at = at.Parent)
        {
            if (_private[at].FirstOrDefault() is { } zone)
            {
                return zone;
            }
        }
        return null;
    }

    private ZoneModel? FindNamed(ZoneModel from, DomainName apex)
    {
        if (apex == from.Apex)
        {
            return from;
        }
        ZoneModel? own = from.IsPrivate ? _private[apex].FirstOrDefault(zone => from.Views.All(zone.Views.Contains)) : null;
        // A zone that everybody sees has no label.
        return own ?? (_model.Zones.TryGetValue(apex, out ZoneModel? zone) && !zone.IsPrivate ? zone : null);
    }
}
