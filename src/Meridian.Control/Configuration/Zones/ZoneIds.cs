using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// The ids by which the Route 53 API knows zones. With one id for two zones, what a client writes to the one would after a restart be
/// in the other: whoever copies a zone leaves the id out, and the copy gets one that follows from its name.
/// </summary>
internal static class ZoneIds
{
    /// <summary>Reports ids that another zone has.</summary>
    /// <param name="context">The load.</param>
    /// <param name="drafts">The zones that were read.</param>
    /// <param name="model">Those that were not, and stay.</param>
    public static void Check(ReadContext context, IReadOnlyCollection<ZoneDraft> drafts, MeridianModel model)
    {
        if (!drafts.Any(draft => draft.Route53Id is not null))
        {
            return;
        }
        HashSet<ZoneKey> read = [.. drafts.Select(draft => draft.Key)];
        Dictionary<string, string> places = new(StringComparer.Ordinal);
        foreach (ZoneModel zone in model.Zones.Values.Where(zone => zone.Route53Id is not null && !read.Contains(zone.Key)))
        {
            places.TryAdd(zone.Route53Id!, $"{zone.Key} (zones/{zone.Key})"); // Those without one were left out.
        }
        foreach (ZoneDraft draft in drafts)
        {
            if (draft.Route53Id is { } id && !places.TryAdd(id, $"{draft.Key} at {draft.Position}"))
            {
                context.Diagnostics.Error(
                    draft.Route53IdPosition ?? draft.Position,
                    $"{draft.Path}/{Route53Key.Key.Name}/id",
                    $"the id {id} is that of the zone {places[id]} already: leave it out, and {draft.Key} gets one of its own");
            }
        }
    }
}
