namespace Meridian.Health.Scheduling;

/// <summary>
/// A hash that is the same in every process and version, so that a check keeps its place in time over restarts
/// (string.GetHashCode is keyed per process). FNV-1a, with a finalizer because its upper bits mix poorly.
/// </summary>
internal static class StableHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    internal static ulong Of(string text)
    {
        ulong hash = OffsetBasis;
        foreach (char c in text)
        {
            hash = (hash ^ c) * Prime;
        }

        // The mixing steps of MurmurHash3's 64-bit finalizer: each input bit changes each output bit half of the time.
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }

    /// <summary>The hash as a fraction, 0 or more and less than 1.</summary>
    internal static double ToFraction(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));
}
