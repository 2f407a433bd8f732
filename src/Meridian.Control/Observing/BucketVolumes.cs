using Meridian.Engine.Answering;

namespace Meridian.Control.Observing;

/// <summary>How many queries came from each bucket of client networks lately: what a staged change and a drill choose by.</summary>
/// <param name="counted">What the answering threads count, one of <see cref="ClientVolume.SampledOf"/> queries: enough for large askers alone.</param>
/// <param name="population">The account of who asks, which has every query where few come; null where nobody observes.</param>
public sealed class BucketVolumes(ClientVolumes counted, PopulationObserver? population)
{
    /// <summary>By bucket of <see cref="ClientStage"/>; zeros where nothing was seen. Only their proportions mean something.</summary>
    public long[] Read()
    {
        double[] queries = population?.ReadBuckets() ?? [];
        // Where nothing may be kept of who asks (`observing: {who: nobody}`), the counts are all that there is.
        return queries.Any(seen => seen > 0) ? [.. queries.Select(seen => (long)Math.Ceiling(seen))] : counted.Sum();
    }
}
