using FsCheck;
using FsCheck.Fluent;
using Meridian.Engine.Answering;
using Meridian.Engine.Steering;

namespace Meridian.Engine.Tests.Answering;

/// <summary>Which networks a staged change and a drill take: as many queries as were asked for, never more, always the same, and who was in stays in.</summary>
public sealed class ClientStageTests
{
    private static readonly double[] Shares = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 0.99, 1];

    [Fact]
    public void Create_AnyVolumes_TakesTheShareUpToTheNextNetworkAndNeverMore() => Prop.ForAll(Populations(), Seeds(), (long[] volumes, ulong seed) =>
    {
        double total = volumes.Sum();
        int unseen = volumes.Count(volume => volume == 0);
        Reference reference = new(volumes, seed);
        HashSet<int> before = [];
        foreach (double share in Shares)
        {
            ClientStage stage = ClientStage.Create(share, volumes, seed);
            HashSet<int> taken = Taken(stage);
            Assert.Equal(reference.Taken(share), taken);
            Assert.True(before.IsSubsetOf(taken), $"somebody left when the share grew to {share}");
            if (total > 0)
            {
                double observed = taken.Sum(bucket => volumes[bucket]) / total;
                Assert.Equal(observed, stage.Observed!.Value, 9); // Something was observed.
                Assert.InRange(observed, share - (volumes.Max() / total) - 1e-9, share + 1e-9);
            }
            // Newcomers, whatever they will ask, as a hash has them.
            Assert.InRange(taken.Count(bucket => volumes[bucket] == 0), (share * unseen) - (3 * Math.Sqrt(unseen)), (share * unseen) + (3 * Math.Sqrt(unseen)));
            before = taken;
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20261120, 7));

    [Fact]
    public void Create_FewEqualResolvers_TakesHalfOfThem()
    {
        // As in front of a few dozen caches: nearly all buckets are empty, and weigh nothing.
        long[] volumes = new long[ClientStage.BucketCount];
        for (int i = 0; i < 32; i++)
        {
            volumes[(i * 97) + 5] = 270 + (i % 3);
        }
        ClientStage stage = ClientStage.Create(0.5, volumes, seed: 3);
        Assert.InRange(stage.Observed!.Value, 0.5 - (1 / 31.0), 0.5); // Something was observed.
        Assert.Null(ClientStage.Create(1, volumes).Shortfall);
    }

    [Fact]
    public void Create_ZipfPopulation_IsWithinTwoPointsOfEveryShare()
    {
        long[] volumes = new long[ClientStage.BucketCount];
        for (int i = 0; i < 1000; i++)
        {
            volumes[(i * 1237) % ClientStage.BucketCount] += 100_000 / (i + 1);
        }
        foreach (double share in Shares.Where(share => share <= 0.5))
        {
            // Up to a half, small and middling networks are enough; the largest (13 %) is nobody's first step.
            Assert.InRange(ClientStage.Create(share, volumes).Observed!.Value, share - 0.02, share); // Something was observed.
        }
    }

    [Fact]
    public void Create_OneGiant_TakesTheOthersAndSaysWhyNotMore()
    {
        long[] volumes = new long[ClientStage.BucketCount];
        volumes[100] = 6_000;
        for (int i = 0; i < 400; i++)
        {
            volumes[1000 + i] = 10;
        }
        Assert.Equal(0.25, ClientStage.Create(0.25, volumes).Observed!.Value, 3); // Something was observed.
        ClientStage half = ClientStage.Create(0.5, volumes);
        Assert.Equal(0.4, half.Observed!.Value, 6); // Something was observed.
        Assert.Equal("40 % of the observed queries instead of 50 %: the next network alone asks 60 %, and a network is taken whole or not at all", half.Shortfall);
    }

    [Fact]
    public void Create_NothingObserved_TakesTheShareOfNetworks()
    {
        ClientStage stage = ClientStage.Create(0.25, []);
        Assert.Equal(ClientStage.BucketCount / 4, Taken(stage).Count);
        Assert.Null(stage.Observed);
        Assert.Null(stage.Shortfall);
        Assert.Empty(Taken(ClientStage.Create(0, [])));
        Assert.NotEqual(Taken(stage), Taken(ClientStage.Create(0.25, [], seed: 1)));
    }

    [Fact]
    public void Create_CountsByChance_TakeWhatIsTrulyAskedWithoutBias()
    {
        // Two thousand equal networks, each seen about four times: those that chance saw once are no smaller than the others.
        Random random = new(11);
        double taken = 0;
        const int Runs = 40;
        for (int run = 0; run < Runs; run++)
        {
            long[] seen = new long[ClientStage.BucketCount];
            for (int i = 0; i < 8000; i++)
            {
                seen[random.Next(2000)]++;
            }
            ClientStage stage = ClientStage.Create(0.2, seen, (ulong)run);
            taken += Taken(stage).Count(bucket => bucket < 2000) / 2000.0 / Runs;
        }
        Assert.InRange(taken, 0.19, 0.21);
    }

    private static HashSet<int> Taken(ClientStage stage) =>
        [.. Enumerable.Range(0, ClientStage.BucketCount).Where(bucket => (stage.Taken[bucket >> 6] >> (bucket & 63) & 1) != 0)];

    private static Arbitrary<ulong> Seeds() => (from seed in Gen.Choose(0, int.MaxValue) select (ulong)seed).ToArbitrary();

    /// <summary>Nobody, few resolvers, many by Zipf's law, a giant among small ones.</summary>
    private static Arbitrary<long[]> Populations() => (
        from kind in Gen.Choose(0, 3)
        from seed in Gen.Choose(0, int.MaxValue)
        select Population(kind, new Random(seed))).ToArbitrary();

    private static long[] Population(int kind, Random random)
    {
        long[] volumes = new long[ClientStage.BucketCount];
        int count = kind switch { 0 => 0, 1 => random.Next(1, 40), _ => random.Next(50, 400) };
        for (int i = 0; i < count; i++)
        {
            volumes[random.Next(volumes.Length)] += kind == 2 ? Math.Max(1, 50_000 / (i + 1)) : random.Next(1, 300);
        }
        if (kind == 3)
        {
            volumes[random.Next(volumes.Length)] += 2 * volumes.Sum();
        }
        return volumes;
    }

    /// <summary>The rule as it is written down, bucket by bucket: an observed one is in when it and all that come before it fit.</summary>
    private sealed class Reference
    {
        private readonly long[] _volumes;
        private readonly int[] _places;
        private readonly long[] _needed;
        private readonly long _total;

        public Reference(long[] volumes, ulong seed)
        {
            (_volumes, _total) = (volumes, volumes.Sum());
            _places = new int[volumes.Length];
            foreach ((int place, int bucket) in Enumerable.Range(0, volumes.Length).OrderBy(bucket => DrawHash.Mix(seed, (ulong)bucket + 1)).Index())
            {
                _places[bucket] = place;
            }
            int[] seen = [.. Enumerable.Range(0, volumes.Length).Where(bucket => volumes[bucket] > 0)];
            _needed = [.. Enumerable.Range(0, volumes.Length).Select(bucket => volumes[bucket] == 0 ? 0 : volumes[bucket] + seen.Where(other => ComesBefore(other, bucket)).Sum(other => volumes[other]))];
        }

        public HashSet<int> Taken(double share) => [.. Enumerable.Range(0, _volumes.Length).Where(bucket =>
            share >= 1 || (_volumes[bucket] == 0 ? _places[bucket] + 1 <= share * _volumes.Length : _needed[bucket] <= (share * _total) + 1e-6))];

        private bool IsLarge(int bucket) => _volumes[bucket] > _total / 64;

        private bool ComesBefore(int a, int b) => a != b && ((IsLarge(a), IsLarge(b)) switch
        {
            (false, true) => true,
            (true, false) => false,
            (false, false) => _places[a] < _places[b],
            _ => _volumes[a] != _volumes[b] ? _volumes[a] < _volumes[b] : _places[a] < _places[b],
        });
    }
}
