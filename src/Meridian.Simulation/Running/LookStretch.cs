namespace Meridian.Simulation.Running;

/// <summary>
/// The time between two looks at a cache by one client. Where both saw the same, the cache held that throughout; where they
/// differ it changed in between, at any moment alike. Measured looks and simulated ones are spread by this, so that a
/// difference of the curves is one of what was seen.
/// </summary>
public static class LookStretch
{
    /// <summary>The bins that a stretch falls into.</summary>
    /// <param name="from">The earlier look, in seconds; may be before the first bin.</param>
    /// <param name="to">The later one.</param>
    /// <param name="binSeconds">Width of a bin; above 0.</param>
    /// <param name="bins">Bins that there are; what is beyond them is left out.</param>
    /// <returns>The bin, the seconds of the stretch in it, and the part of them that already counts for the later look, 0 to 1.</returns>
    public static IEnumerable<(int Bin, double Seconds, double Later)> Spread(double from, double to, double binSeconds, int bins)
    {
        double length = Math.Max(1e-9, to - from);
        for (int bin = Math.Max(0, (int)(from / binSeconds)); bin < bins && bin * binSeconds < to; bin++)
        {
            double begin = Math.Max(from, bin * binSeconds);
            double end = Math.Min(to, (bin + 1) * binSeconds);
            if (end > begin)
            {
                yield return (bin, end - begin, (((begin + end) / 2) - from) / length);
            }
        }
    }
}
