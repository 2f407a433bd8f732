using Meridian.Simulation.Population;

namespace Meridian.Simulation.Results;

/// <summary>
/// Spreads lookups over the time in which clients go on using what they looked up. Each lookup weighs one, however long
/// it is held, so that classes stand for parts of the traffic.
/// </summary>
internal static class HoldKernel
{
    /// <summary>Requests per bin that come from lookups per bin.</summary>
    /// <param name="lookups">Lookups per bin.</param>
    /// <param name="held">How they are held.</param>
    /// <param name="binSeconds">Width of a bin.</param>
    /// <param name="before">Lookups per bin before the first bin.</param>
    public static double[] Apply(double[] lookups, ClientClass held, double binSeconds, double before) => held.Rule switch
    {
        HoldRule.Fixed when held.Seconds > binSeconds => Box(lookups, (int)Math.Round(held.Seconds / binSeconds), before),
        HoldRule.Connection or HoldRule.Process when held.Seconds > 0 => Decay(lookups, Math.Exp(-binSeconds / held.Seconds), before),
        _ => lookups,
    };

    private static double[] Box(double[] lookups, int width, double before)
    {
        double[] held = new double[lookups.Length];
        double sum = before * width;
        for (int i = 0; i < held.Length; i++)
        {
            sum += lookups[i] - (i >= width ? lookups[i - width] : before);
            held[i] = Math.Max(0, sum / width);
        }
        return held;
    }

    private static double[] Decay(double[] lookups, double keep, double before)
    {
        double[] held = new double[lookups.Length];
        double last = before;
        for (int i = 0; i < held.Length; i++)
        {
            last = keep * last + (1 - keep) * lookups[i];
            held[i] = last;
        }
        return held;
    }
}
