using System.Collections.Immutable;
using Meridian.Simulation.Population;
using Meridian.Simulation.Results;

namespace Meridian.Simulation.Tests;

/// <summary>
/// The walk over caches against a simulation that plays every single lookup of every client through a cache: the obvious
/// way, a thousand times slower.
/// </summary>
public sealed class SlowReferenceTests
{
    private const double FailsAt = 600;
    private const double Duration = 1_500;
    private const double Ttl = 60;
    private const int WindowSeconds = 30;

    public static TheoryData<CacheRule, double> Rules => new()
    {
        { CacheRule.Honour, 0 },
        { CacheRule.AtLeast, 120 },
        { CacheRule.AtMost, 25 },
        { CacheRule.Ignore, 200 },
        { CacheRule.ServeStale, 3_600 },
        { CacheRule.Prefetch, 0 },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Execute_MovedShare_IsThatOfEveryLookupPlayed(CacheRule rule, double seconds)
    {
        PopulationModel population = Runs.Plain with
        {
            Clients = 8_000,
            Resolvers = 4_000,
            LookupsPerClientAndDay = 1_000,
            ResolverClasses = [new ResolverClass("only", 1, rule, seconds)],
        };
        SimulationResult result = Runs.Execute(Runs.Input("order", population, TimeSpan.FromSeconds(Duration), Runs.SiteFails("eu", FailsAt)));
        double verdictAt = FailsAt + result.Events[0].AnsweredAfter!.Value; // Noticed within its second.
        double[] played = Play(population, verdictAt);

        // Kolmogorov-Smirnov: the largest distance between the two curves of what is still sent to the dead, half a minute at a time.
        double[] simulated = new double[played.Length];
        for (int i = 0; i < simulated.Length; i++)
        {
            simulated[i] = Ratio(result.Targets.Single(target => target.Site == "eu").Series, result.Requests, i * WindowSeconds, WindowSeconds);
        }
        double distance = played.Zip(simulated, (one, other) => Math.Abs(one - other)).Max();
        Assert.True(distance < 0.05, $"the curves are {distance:0.000} apart");
    }

    private static double[] Play(PopulationModel population, double verdictAt)
    {
        Random random = new(7);
        double rate = population.Clients * population.LookupsPerClientAndDay / 86_400 / population.Resolvers;
        double[] dead = new double[(int)Duration / WindowSeconds];
        double[] all = new double[dead.Length];
        ResolverClass behaviour = population.ResolverClasses[0];
        for (int cache = 0; cache < population.Resolvers; cache++)
        {
            double validUntil = double.NegativeInfinity;
            double fetchedAt = double.NegativeInfinity;
            bool isOld = false;
            bool hasAnswer = false;
            // A long run-in makes every cache as it would be found on any day.
            for (double at = -2_000 * random.NextDouble() - 1_000; at < Duration; at += -Math.Log(1 - random.NextDouble()) / rate)
            {
                bool gets = isOld;
                bool prefetches = behaviour.Rule == CacheRule.Prefetch && at < validUntil && at >= validUntil - (validUntil - fetchedAt) * 0.1;
                if (at >= validUntil || prefetches)
                {
                    bool fresh = at < verdictAt;
                    bool isStale = behaviour.Rule == CacheRule.ServeStale && hasAnswer && at - validUntil <= behaviour.Seconds;
                    gets = isStale ? isOld : fresh;
                    isOld = fresh;
                    hasAnswer = true;
                    fetchedAt = at;
                    validUntil = at + behaviour.LifetimeOf(Ttl);
                }
                if (at >= 0)
                {
                    all[(int)at / WindowSeconds]++;
                    dead[(int)at / WindowSeconds] += gets ? 1 : 0;
                }
            }
        }
        return [.. dead.Zip(all, (part, whole) => whole > 0 ? part / whole : 0)];
    }

    private static double Ratio(ImmutableArray<double> part, ImmutableArray<double> whole, int first, int length) =>
        part.AsSpan(first, length).ToArray().Sum() / Math.Max(1e-9, whole.AsSpan(first, length).ToArray().Sum());
}
