using Meridian.Control.Changes.Documents;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Route53.Wire;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>
/// The ids by which the Route 53 API knows zones. With one id for two zones, what a client writes to the one would after a restart be
/// in the other: whoever copies a zone leaves the id out, and the copy gets one that follows from its name. The id that follows
/// from a zone's name is that zone's too: another that took it would take over its records.
/// </summary>
internal static class ZoneIds
{
    /// <summary>Reports ids that another zone has, written down or by its name.</summary>
    /// <param name="context">The load.</param>
    /// <param name="drafts">The zones that were read.</param>
    /// <param name="model">As it is without them: those that were not read stay.</param>
    public static void Check(ReadContext context, IReadOnlyCollection<ZoneDraft> drafts, MeridianModel model)
    {
        HashSet<ZoneKey> read = [.. drafts.Select(draft => draft.Key)];
        Dictionary<string, string> written = new(StringComparer.Ordinal);
        foreach (ZoneModel zone in model.Zones.Values.Where(zone => zone.Route53Id is not null && !read.Contains(zone.Key)))
        {
            written.TryAdd(zone.Route53Id!, PlaceOf(zone)); // Those without one were left out.
        }
        foreach (ZoneDraft draft in drafts)
        {
            if (draft.Route53Id is { } id && !written.TryAdd(id, PlaceOf(draft)))
            {
                Report(context, draft, $"the id {id} is that of the zone {written[id]} already: leave it out, and {draft.Key} gets one of its own");
            }
        }
        // Ids that follow from names differ as names do: only one that is written down can be that of another.
        if (written.Count == 0)
        {
            return;
        }
        foreach (ZoneDraft draft in drafts.Where(draft => draft.Route53Id is null))
        {
            if (written.TryGetValue(DerivedFrom(draft.Key), out string? place))
            {
                Report(context, draft, $"{DerivedFrom(draft.Key)}, the id that follows from the name of {draft.Key}, is that of the zone {place} already: give one of the two another, under {Route53Key.Key.Name}/id");
            }
        }
        CheckAgainstNames(context, drafts, model, read);
    }

    /// <summary>Ids that are newly written down, against those of zones that stay and have none but the one of their name.</summary>
    private static void CheckAgainstNames(ReadContext context, IReadOnlyCollection<ZoneDraft> drafts, MeridianModel model, HashSet<ZoneKey> read)
    {
        // One that was there before was checked then: comments and tags change without a look at every zone.
        Dictionary<string, ZoneDraft> added = new(StringComparer.Ordinal);
        foreach (ZoneDraft draft in drafts)
        {
            if (draft.Route53Id is { } id && id != model.Zones.GetValueOrDefault(draft.Key)?.Route53Id && id != DerivedFrom(draft.Key))
            {
                added.TryAdd(id, draft);
            }
        }
        if (added.Count == 0)
        {
            return;
        }
        foreach (ZoneModel zone in model.Zones.Values.Where(zone => zone.Route53Id is null && !read.Contains(zone.Key)))
        {
            if (added.TryGetValue(DerivedFrom(zone.Key), out ZoneDraft? draft))
            {
                Report(context, draft, $"the id {draft.Route53Id} is that of the zone {PlaceOf(zone)}, whose name it follows from: leave it out, and {draft.Key} gets one of its own");
            }
        }
    }

    private static void Report(ReadContext context, ZoneDraft draft, string problem) =>
        context.Diagnostics.Error(draft.Route53IdPosition ?? draft.Position, $"{draft.Path}/{Route53Key.Key.Name}/id", problem);

    private static string DerivedFrom(ZoneKey zone) => ResourceIds.Derive(ResourceIds.HostedZone, RecordsName.OfZone(zone));

    private static string PlaceOf(ZoneModel zone) => $"{zone.Key} (zones/{zone.Key})";

    private static string PlaceOf(ZoneDraft draft) => $"{draft.Key} at {draft.Position}";
}
