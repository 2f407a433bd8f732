using Meridian.Engine.Geo;
using Meridian.Engine.Model;

namespace Meridian.Engine.Steering;

/// <summary>Which branches of a geo or network node match the clients of a cell, by their positions, most specific first.</summary>
internal static class BranchMatch
{
    public static IEnumerable<int> Of(GeoNode geo, ClientCell cell) => Enumerable.Range(0, geo.Places.Length)
        .Where(i => PlaceMatch.Matches(geo.Places[i].Place, cell.Place))
        .OrderByDescending(i => PlaceMatch.Specificity(geo.Places[i].Place, cell.Place));

    public static IEnumerable<int> Of(NetworkNode node, ClientCell cell)
    {
        List<int> matched = [];
        foreach (NetworkPrefix network in cell.Networks.Span)
        {
            for (int i = 0; i < node.Networks.Length; i++)
            {
                if (node.Networks[i].Prefix is { } prefix && NetworkPrefix.From(prefix) == network)
                {
                    matched.Add(i);
                }
            }
        }
        for (int i = 0; i < node.Networks.Length; i++)
        {
            if (node.Networks[i].AutonomousSystem is { } system && system == cell.Place.AutonomousSystem)
            {
                matched.Add(i);
            }
        }
        return matched;
    }
}
