using Meridian.Engine.Answering;

namespace Meridian.Control.Observing;

/// <summary>How many queries came from each bucket of client networks lately: what a staged change and a drill choose by.</summary>
/// <param name="counted">What the answering threads count, one of <see cref="ClientVolume.SampledOf"/> queries: enough for large askers alone.</param>
/// <param name="population">The account of who asks, which has every query where few come; null where nobody observes.</param>
public sealed class BucketVolumes(ClientVolumes counted, PopulationObserver? population)
{
    // 10 min to 6 h: who asks now, and not at another time of day.
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>By bucket of <see cref="ClientStage"/>; zeros where nothing was seen. Only their proportions mean something.</summary>
    public long[] Read()
    {
        double[] queries = new double[ClientStage.BucketCount];
        double total = 0;
        foreach (ObservedRow row in population is null ? [] : population.Read(Window).Rows)
        {
            queries[ClientStage.BucketOf(row.Asker.Network)] += row.Queries;
            total += row.Queries;
        }
        // Where nothing may be kept of who asks (`observing: {who: nobody}`), the counts are all that there is.
        return total > 0 ? [.. queries.Select(seen => (long)Math.Ceiling(seen))] : counted.Sum();
    }
}
