namespace Meridian.Engine.Observing;

/// <summary>
/// The demand behind caches from how long they wait after expiry. Most caches count whole seconds, and when exactly an answer
/// expired depends on how their clock runs: of the clocks that leave no wait below zero, the one that makes waits shortest is the
/// most likely one (the likelihood of n exponential waits falls with their sum alone).
/// </summary>
internal static class CacheClocks
{
    /// <summary>
    /// Lookups per second behind one cache, 5 to 1,000: its wait is 20 ms then, and the way from the cache to here takes as
    /// much, now longer, now shorter. How much busier a cache is cannot be seen from here.
    /// </summary>
    public const double DemandMax = 50;

    /// <summary>Behind a cache, 0 to 0.01: once in a day.</summary>
    public const double DemandMin = 1.0 / 86_400;

    // Seconds, 0 to 0.1: the way is now a little longer, now shorter.
    private const double Way = 0.02;

    // Seconds, 1 to 10: beyond it a second more or less is nothing, and there is no need to look for clocks.
    private const double BusyBelow = 5;

    // 3 to 20 waits: with fewer some clock always fits.
    private const int WaitsMin = 5;

    // One of so many waits may be impossible: a lost question, a cache that was started again.
    private const int OddOneOf = 16;

    // 10 to 100 turns of the second that are tried: a part of one in doubt is less than the way.
    private const int Turns = 40;

    // The standard deviation of what rounding adds or takes away, evenly up to half a second: the root of a twelfth.
    private const double RoundingError = 0.29;

    /// <summary>Reads the demand.</summary>
    /// <param name="waits">At least one.</param>
    /// <param name="clockError">Relative error by the cache's clock, where it could not be told.</param>
    /// <returns>Lookups per second behind one cache.</returns>
    public static double DemandOf(CacheWait[] waits, out double clockError)
    {
        double mean = waits.Average(wait => wait.Seconds);
        clockError = 0;
        if (mean < BusyBelow && waits.Length >= WaitsMin)
        {
            double best = MeanOf(waits, wait => wait.Seconds);
            for (int turn = 0; turn < Turns; turn++)
            {
                double at = (double)turn / Turns;
                // Gone when no second is left: it lived as long as it had from the turn before it was asked for.
                best = Math.Min(best, MeanOf(waits, wait => wait.Seconds + SinceTurn(wait.Asked, at)));
                // Still given in its last second: a second longer.
                best = Math.Min(best, MeanOf(waits, wait => wait.Seconds + SinceTurn(wait.Asked, at) - 1));
            }
            if (double.IsFinite(best))
            {
                return Math.Clamp(1 / Math.Max(best, 1 / DemandMax), DemandMin, DemandMax);
            }
        }
        // Rounded down, answers live half a second less than their TTL in the mean.
        double wait = waits.Any(wait => wait.Seconds < -Way) ? mean + 0.5 : mean;
        clockError = RoundingError / Math.Max(wait, RoundingError);
        return Math.Clamp(1 / Math.Max(wait, 1 / DemandMax), DemandMin, DemandMax);
    }

    private static double SinceTurn(double time, double turn)
    {
        double since = time - turn;
        return since - Math.Floor(since);
    }

    /// <summary>The mean wait by one clock; infinite when the clock cannot be: too many waits would be below zero.</summary>
    private static double MeanOf(CacheWait[] waits, Func<CacheWait, double> of)
    {
        double sum = 0;
        int odd = 0;
        foreach (CacheWait wait in waits)
        {
            double seconds = of(wait);
            if (seconds < -Way && ++odd * OddOneOf > waits.Length)
            {
                return double.PositiveInfinity;
            }
            sum += Math.Max(0, seconds);
        }
        return sum / waits.Length;
    }
}

/// <summary>How long a cache waited after an answer's TTL was over.</summary>
/// <param name="Asked">When it asked for that answer, in seconds.</param>
/// <param name="Seconds">The wait, by a clock that counts to the moment: may be below 0 by up to a second.</param>
internal readonly record struct CacheWait(double Asked, double Seconds);
