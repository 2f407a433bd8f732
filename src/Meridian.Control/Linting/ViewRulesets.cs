using Meridian.Engine.Model;

namespace Meridian.Control.Linting;

/// <summary>Rules about views.</summary>
internal static class ViewRulesets
{
    public static IEnumerable<LintFinding> Find(MeridianModel model)
    {
        ILookup<string, ZoneModel> zones = model.Zones.Values
            .SelectMany(zone => zone.Views.Select(view => (View: view, Zone: zone)))
            .ToLookup(seen => seen.View, seen => seen.Zone, StringComparer.Ordinal);
        return model.Views.Values
            .Where(view => view.Networks.Count == 0 && zones.Contains(view.Name))
            .Select(view => new LintFinding(
                LintRule.ViewEmpty, $"views/{view.Name}", $"the view '{view.Name}' has no network: nobody sees {zones[view.Name].First().Key} by it"));
    }
}
