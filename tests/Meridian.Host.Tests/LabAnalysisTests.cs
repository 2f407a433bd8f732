using System.Collections.Immutable;
using System.Net;
using Meridian.Host.Lab;
using Meridian.Simulation.Population;

namespace Meridian.Host.Tests;

/// <summary>
/// The lab's arithmetic against caches that do exactly as their kind says, in virtual time: what distance is left then comes
/// from the arithmetic, and has to be small beside what real caches are allowed.
/// </summary>
public sealed class LabAnalysisTests
{
    private const double AnsweredAfter = 1.6;

    [Theory]
    [InlineData("unbound", 10, 1)]
    [InlineData("unbound-stale", 10, 2)]
    [InlineData("unbound-farm", 10, 3)]
    public void Build_CachesThatDoAsTheirKindSays_DistanceIsThatOfChance(string name, int ttl, int seed)
    {
        const int Caches = 4_000;
        ResolverKind kind = ResolverKind.All.Single(known => known.Name == name);
        LabOptions options = new()
        {
            // Of all events the one whose answers have one TTL throughout.
            Scenario = LabScenario.Drain,
            Ttls = [ttl],
            LookupsPerSecond = 0.5,
            Mixes = [new LabMix([new LabPart(kind, Caches / kind.CachesPerAddress)])],
        };
        double eventAt = Math.Ceiling(options.WarmUpSeconds);
        Random random = new(seed);
        ImmutableArray<LabSample> samples =
        [
            .. Enumerable.Range(0, Caches).SelectMany(_ => LookupsAt(options, kind, eventAt, random)),
            .. Enumerable.Range(0, 100).Select(i => new LabSample(eventAt + (i * 0.1), LabStream.Authority, i < AnsweredAfter * 10 ? LabPlan.Eu : LabPlan.Us, true)),
        ];
        LabPlan plan = LabPlan.Create();

        LabResult result = new LabAnalysis(options, samples, eventAt).Build(new LabPrediction(options, plan));

        Directory.Delete(plan.Directory, recursive: true);
        // Massart's bound for 2,800 entries to move is 0.032 at one in a thousand; counting looks as they come was 0.07 off at 10 s.
        Assert.InRange(result.Cells[0].All.Distance, 0, 0.04);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 4)]
    [InlineData(3, 1)]
    public void Draw_ClientsAtCachesByChance_FirstOfACacheBeginsAnywhere(int clients, int caches)
    {
        const int Rounds = 20_000;
        StartSpread spread = new(1, clients, caches);
        Random random = new(5);
        List<double> firsts = [];
        for (int round = 0; round < Rounds; round++)
        {
            firsts.AddRange(Enumerable.Range(0, clients).Select(_ => (Cache: random.Next(caches), At: spread.Draw(random)))
                .GroupBy(client => client.Cache, (_, those) => those.Min(client => client.At)));
        }

        firsts.Sort();

        // One in a thousand by chance is 0.014 of the 20,000 that there are at least.
        Assert.InRange(firsts.Select((at, index) => Math.Abs(at - ((index + 0.5) / firsts.Count))).Max(), 0, 0.014);
    }

    /// <summary>One cache and its clients, lookup by lookup.</summary>
    private static IEnumerable<LabSample> LookupsAt(LabOptions options, ResolverKind kind, double eventAt, Random random)
    {
        ResolverClass behaviour = kind.Behaviour(options.SettingsTtl);
        LabStream[] clients = [.. Enumerable.Range(0, LabFleet.ClientsPerCache(kind)).Select(_ => new LabStream(0, 0, 0, 0, 0))];
        double end = eventAt + options.WatchSeconds + LabCurve.WindowSeconds + 1;
        double at = random.NextDouble() * (behaviour.LifetimeOf(options.Ttls[0]) + (1 / options.LookupsPerSecond));
        double validUntil = double.NegativeInfinity;
        IPAddress? held = null;
        while (true)
        {
            at += -Math.Log(1 - random.NextDouble()) / options.LookupsPerSecond;
            if (at >= end)
            {
                yield break;
            }
            IPAddress? before = held;
            bool isFetch = at >= validUntil;
            if (isFetch)
            {
                held = at < eventAt + AnsweredAfter && random.NextDouble() < 0.7 ? LabPlan.Eu : LabPlan.Us;
                validUntil = behaviour.ExpiryOf(at, options.Ttls[0]);
            }
            IPAddress given = isFetch && behaviour.Rule == CacheRule.ServeStale && before is not null ? before : held!; // Held since the first.
            yield return new LabSample(at, clients[random.Next(clients.Length)], given, true);
        }
    }
}
