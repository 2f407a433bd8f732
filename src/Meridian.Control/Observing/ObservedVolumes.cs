using Meridian.Control.Changes.Planning;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>Weighs a change by the queries of the last hour that it meets.</summary>
/// <param name="population">Who asked.</param>
/// <param name="whatIf">Says what they would do.</param>
public sealed class ObservedVolumes(PopulationObserver population, WhatIf whatIf) : IObservedVolumes
{
    // 10 min to 6 h: what is asked now, and enough of it.
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // 10 to 10,000 queries of a zone. A share of fewer is chance.
    private const double QueriesMin = 50;

    // 1,000 to 100,000 askers, the largest: some milliseconds.
    private const int RowsMax = 10_000;

    public IReadOnlyDictionary<ZoneKey, ObservedShare> SharesOf(DataPlaneSnapshot before, DataPlaneSnapshot after)
    {
        ObservedPopulation observed = population.Read(Window);
        AlteredQueries altered = new(before, after);
        Dictionary<ZoneKey, (double Altered, double Queries)> zones = [];
        foreach (ObservedRow row in observed.Rows.Take(RowsMax))
        {
            if (row.Name is { } name)
            {
                (double changed, double all) = zones.GetValueOrDefault(name.Zone);
                zones[name.Zone] = (changed + (altered.IsAltered(row) ? row.Queries : 0), all + row.Queries);
            }
        }
        return zones.Where(zone => zone.Value.Queries >= QueriesMin)
            .ToDictionary(zone => zone.Key, zone => new ObservedShare(zone.Value.Altered / zone.Value.Queries, zone.Value.Queries));
    }

    public WhatIfResult? TrafficOf(DataPlaneSnapshot before, DataPlaneSnapshot after) =>
        whatIf.Compare(before, after) is { Queries: >= QueriesMin } result ? result : null;
}
