using Meridian.Simulation.Population;
using Meridian.Simulation.Scenarios;

namespace Meridian.Simulation.Running;

/// <summary>
/// What part of the lookups the authority means to get which answer, from a moment on: by fresh draws for every cache, so
/// without what caching makes of it.
/// </summary>
/// <param name="Epoch">The state of the authority.</param>
/// <param name="At">Since when, in seconds of the run.</param>
/// <param name="ByHour">For each answer its share in each hour of the (UTC) day: who is awake decides.</param>
internal sealed record IntendedShares(int Epoch, double At, IReadOnlyDictionary<int, double[]> ByHour)
{
    public const int HoursPerDay = 24;

    private const int SecondsPerHour = 3_600;
    private const int Draws = 200_000;
    private const int DrawsOfOneMax = 2_000;
    private const ulong Stream = 2_000_000_011;

    /// <summary>Draws.</summary>
    public static IntendedShares Draw(SimulationInput input, CacheEntry[] entries, SimulatedAuthority authority, int epoch, double at)
    {
        double all = entries.Sum(entry => entry.Rate);
        double[] sums = new double[HoursPerDay];
        Dictionary<int, double[]> shares = [];
        Randomness random = Randomness.For(input.Seed, Stream + (ulong)epoch);
        long now = input.Start.ToUnixTimeSeconds() + (long)at;
        double[] weights = new double[HoursPerDay];
        // The small ones are many and alike: a sample of them stands for all.
        int stride = Math.Max(1, entries.Length * 4 / Draws);
        for (int i = 0, step = 1; i < entries.Length; i += step)
        {
            step = i < Draws / 8 ? 1 : stride;
            double weight = entries[i].Rate * step;
            for (int hour = 0; hour < HoursPerDay; hour++)
            {
                weights[hour] = weight * DailyActivity.At(input.Population.DailySwing, entries[i].ClockOffset, hour * SecondsPerHour);
                sums[hour] += weights[hour];
            }
            int draws = Math.Clamp((int)(Draws * weight / all), 1, DrawsOfOneMax);
            for (int draw = 0; draw < draws; draw++)
            {
                Add(shares, authority.Ask(in entries[i], now, ref random).Answer, weights, draws);
            }
        }
        foreach (double[] share in shares.Values)
        {
            for (int hour = 0; hour < HoursPerDay; hour++)
            {
                share[hour] /= sums[hour];
            }
        }
        return new IntendedShares(epoch, at, shares);
    }

    private static void Add(Dictionary<int, double[]> shares, int answer, double[] weights, int draws)
    {
        if (!shares.TryGetValue(answer, out double[]? share))
        {
            share = new double[HoursPerDay];
            shares.Add(answer, share);
        }
        for (int hour = 0; hour < HoursPerDay; hour++)
        {
            share[hour] += weights[hour] / draws;
        }
    }
}
