using Meridian.Engine.Observing;

namespace Meridian.Engine.Tests.Observing;

/// <summary>The demand behind caches, estimated from what the authority sees of them, against what it is.</summary>
public sealed class DemandTests
{
    private const double Ttl = 60;

    public enum Clock
    {
        Exact,
        ThroughLastSecond,
        UntilLastSecond,
    }

    [Theory]
    [InlineData(Clock.Exact, 0.002, 1.25)]
    [InlineData(Clock.Exact, 0.05, 1.15)]
    [InlineData(Clock.Exact, 1, 1.3)]
    [InlineData(Clock.Exact, 20, 1.3)]
    [InlineData(Clock.ThroughLastSecond, 0.05, 1.15)]
    [InlineData(Clock.ThroughLastSecond, 5, 1.35)]
    [InlineData(Clock.ThroughLastSecond, 20, 1.35)]
    [InlineData(Clock.UntilLastSecond, 0.05, 1.15)]
    [InlineData(Clock.UntilLastSecond, 5, 1.35)]
    [InlineData(Clock.UntilLastSecond, 20, 1.35)]
    public void Estimate_OneCache_IsWithinAFactorAtTheMedian(Clock clock, double rate, double factor)
    {
        double median = MedianOf(seed => Estimate(seed, caches: 1, clock, rate).Lookups / rate);
        Assert.InRange(median, 1 / factor, factor);
    }

    [Theory]
    [InlineData(5, 2.0, 1.4)]
    [InlineData(10, 10.0, 1.4)]
    public void Estimate_SeveralCachesBehindOneAddress_AddsThemUp(int caches, double rate, double factor)
    {
        double median = MedianOf(seed => Estimate(seed, caches, Clock.Exact, rate).Lookups / (rate * caches));
        Assert.InRange(median, 1 / factor, factor);
        Assert.InRange(MedianOf(seed => Estimate(seed, caches, Clock.Exact, rate).Caches), caches * 0.8, caches * 1.25);
    }

    [Fact]
    public void Estimate_BusierThanCanBeSeen_SaysAtLeast()
    {
        Demand demand = Estimate(1, caches: 1, Clock.Exact, rate: 5000);
        Assert.True(demand.IsAtLeast);
        Assert.InRange(demand.Lookups, 10, CacheClocks.DemandMax * 1.01);
    }

    [Fact]
    public void Estimate_StandardError_CoversTheTruthAboutAsOftenAsItSays()
    {
        const double Rate = 0.1;
        int within = Enumerable.Range(1, 300).Count(seed =>
        {
            Demand demand = Estimate(seed, caches: 1, Clock.Exact, Rate);
            return Math.Abs(Math.Log(demand.Lookups / Rate)) < 2 * demand.Error;
        });
        Assert.InRange(within, 270, 300);
    }

    [Fact]
    public void Estimate_FewWaits_AreDrawnTowardsTheOthers()
    {
        DemandLedger<int> ledger = new();
        for (int asker = 1; asker <= 50; asker++)
        {
            Feed(ledger, asker, new Random(asker), 1, Clock.Exact, rate: 0.1, seconds: 3600);
        }
        // It asked again the moment its answer was over, once: that may be chance.
        ledger.Add(99, 0, (int)Ttl, 1);
        ledger.Add(99, 60_050, (int)Ttl, 1);
        Demand once = ledger.Estimate(3_600_000).Single(estimate => estimate.Key == 99).Value;
        Assert.Equal(1, once.Waits);
        Assert.True(once.Error > 0.3, $"{once}");
    }

    [Fact]
    public void Estimate_SampledQuestions_TakesWhatOthersHave()
    {
        DemandLedger<int> ledger = new();
        for (int asker = 1; asker <= 20; asker++)
        {
            Feed(ledger, asker, new Random(asker), 1, Clock.Exact, rate: 0.1, seconds: 3600);
        }
        for (int i = 0; i < 30; i++)
        {
            ledger.Add(99, i * 64_000, (int)Ttl, 64);
        }
        Demand sampled = ledger.Estimate(30 * 64_000).Single(estimate => estimate.Key == 99).Value;
        Assert.Equal(0, sampled.Waits);
        Assert.InRange(sampled.Queries, 0.99, 1.01);
        Assert.InRange(sampled.Lookups, 4, 12);
    }

    [Fact]
    public void Estimate_SilentSinceLong_FadesAway()
    {
        DemandLedger<int> ledger = new();
        Feed(ledger, 1, new Random(1), 1, Clock.Exact, rate: 0.1, seconds: 3600);
        double then = ledger.Estimate(3_600_000)[0].Value.Lookups;
        double later = ledger.Estimate(36_000_000)[0].Value.Lookups;
        Assert.True(later < then / 5, $"{then} then, {later} later");
    }

    [Fact]
    public void Add_MoreAskersThanTheLimit_KeepsThoseThatAskedLast()
    {
        DemandLedger<int> ledger = new() { Limit = 100 };
        for (int asker = 0; asker < 1000; asker++)
        {
            ledger.Add(asker, asker, 60, 1);
            ledger.Add(asker, asker + 1, 60, 1);
        }
        List<KeyValuePair<int, Demand>> kept = ledger.Estimate(1000);
        Assert.InRange(kept.Count, 75, 100);
        Assert.All(kept, estimate => Assert.True(estimate.Key >= 900));
    }

    [Fact]
    public void Estimate_AnyTimesAtAll_IsFinite()
    {
        Random random = new(5);
        for (int run = 0; run < 2000; run++)
        {
            DemandLedger<int> ledger = new();
            int count = random.Next(2, 80);
            for (int i = 0; i < count; i++)
            {
                ledger.Add(1, random.NextInt64(1L << random.Next(1, 50)), random.Next(4) == 0 ? 0 : random.Next(100_000), (byte)(random.Next(5) == 0 ? 64 : 1));
            }
            foreach ((_, Demand demand) in ledger.Estimate(random.NextInt64(1L << 50)))
            {
                Assert.True(double.IsFinite(demand.Lookups) && demand.Lookups >= 0 && double.IsFinite(demand.Error) && demand.Caches >= 1, $"run {run}: {demand}");
            }
        }
    }

    private static Demand Estimate(int seed, int caches, Clock clock, double rate)
    {
        DemandLedger<int> ledger = new();
        double seconds = Math.Max(3600, 40 * (Ttl + (1 / rate)));
        Feed(ledger, 1, new Random(seed), caches, clock, rate, seconds);
        return ledger.Estimate((long)(seconds * 1000))[0].Value;
    }

    /// <summary>Caches of one address with clients behind them, question by question.</summary>
    private static void Feed(DemandLedger<int> ledger, int asker, Random random, int caches, Clock clock, double rate, double seconds)
    {
        List<double> times = [];
        for (int cache = 0; cache < caches; cache++)
        {
            double at = random.NextDouble() * Ttl;
            while (at < seconds)
            {
                times.Add(at);
                double expiry = clock switch
                {
                    Clock.ThroughLastSecond => Math.Floor(at) + Ttl + 1,
                    Clock.UntilLastSecond => Math.Floor(at) + Ttl,
                    _ => at + Ttl,
                };
                at = expiry - (Math.Log(1 - random.NextDouble()) / rate);
            }
        }
        foreach (double time in times.Order())
        {
            ledger.Add(asker, (long)(time * 1000), (int)Ttl, 1);
        }
    }

    private static double MedianOf(Func<int, double> of) => Enumerable.Range(1, 41).Select(of).Order().ElementAt(20);
}
