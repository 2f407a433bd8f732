using Meridian.Control.Observing;

namespace Meridian.Control.Tests.Observing;

/// <summary>What the times of questions say about the caches that ask.</summary>
public sealed class CacheEstimateTests
{
    private const int Ttl = 60;

    [Theory]
    [InlineData(60, 0.2, CacheBehaviour.Honest)]
    [InlineData(60, 0.02, CacheBehaviour.Honest)]
    [InlineData(180, 0.2, CacheBehaviour.Late)]
    [InlineData(300, 0.05, CacheBehaviour.Late)]
    [InlineData(25, 0.5, CacheBehaviour.Early)]
    public void Of_OneCache_ToldByItsGaps(int life, double rate, CacheBehaviour expected)
    {
        int right = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            CacheEstimate estimate = CacheEstimate.Of([.. Enumerable.Range(0, 4).Select(_ => Times(random, 1, life, rate, 24))], Ttl);
            right += estimate.Behaviour == expected ? 1 : 0;
            if (estimate.Behaviour == expected)
            {
                Assert.InRange(estimate.EffectiveTtl, life - 4, life + (0.15 * life) + 3);
                Assert.Equal(1, estimate.Caches);
            }
        }
        Assert.True(right >= 47, $"{right} of 50 are right");
    }

    [Fact]
    public void Of_SeveralCachesBehindOneAddress_AreNeverTakenForClamping()
    {
        int trials = 0;
        List<string> wrong = [];
        foreach (int caches in new[] { 2, 3, 5, 12, 40 })
        {
            for (int seed = 0; seed < 40; seed++)
            {
                Random random = new(seed);
                CacheEstimate estimate = CacheEstimate.Of([.. Enumerable.Range(0, 3).Select(_ => Times(random, caches, Ttl, 0.3, AskerSeries.Capacity))], Ttl);
                trials++;
                if (estimate.Behaviour != CacheBehaviour.Several || Math.Abs(estimate.EffectiveTtl - Ttl) > 3)
                {
                    wrong.Add($"{caches} caches, seed {seed}: {estimate}");
                }
                else if (caches >= 5)
                {
                    Assert.InRange(estimate.Caches, caches * 0.7, caches * 1.3);
                }
            }
        }
        Assert.True(wrong.Count <= trials / 50, string.Join('\n', wrong));
    }

    [Fact]
    public void Of_TooFewQuestions_SaysNothing()
    {
        Assert.Equal(CacheBehaviour.Unknown, CacheEstimate.Of([], Ttl).Behaviour);
        Assert.Equal(CacheBehaviour.Unknown, CacheEstimate.Of([[100]], Ttl).Behaviour);
        Assert.Equal(CacheBehaviour.Unknown, CacheEstimate.Of([[100, 165]], Ttl).Behaviour);
    }

    [Fact]
    public void With_DemandOfOneName_FollowsItsOwnGaps()
    {
        Random random = new(3);
        long[] busy = Times(random, 1, Ttl, 0.4, 40);
        long[] quiet = Times(random, 1, Ttl, 0.02, 40);
        CacheEstimate habit = CacheEstimate.Of([busy, quiet], Ttl);
        Assert.InRange(habit.With(busy, 1).Demand, 0.25, CacheEstimate.DemandMax);
        Assert.InRange(habit.With(quiet, 1).Demand, 0.012, 0.035);
    }

    /// <summary>When caches ask: when an answer's life is over, and somebody wants to know.</summary>
    private static long[] Times(Random random, int caches, double life, double rate, int count)
    {
        PriorityQueue<double, double> next = new();
        for (int i = 0; i < caches; i++)
        {
            double first = random.NextDouble() * life;
            next.Enqueue(first, first);
        }
        List<long> times = [];
        while (times.Count < count + caches)
        {
            double at = next.Dequeue();
            times.Add((long)Math.Floor(at) + 1_000);
            double again = at + life - (Math.Log(1 - random.NextDouble()) / rate);
            next.Enqueue(again, again);
        }
        return [.. times.Skip(caches)];
    }
}
