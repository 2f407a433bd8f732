using System.Collections.Frozen;
using System.Collections.Immutable;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Judging;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

public sealed class CircuitBreakerTests
{
    private static readonly MonitorModel Monitor = Models.Monitor() with { Fall = 1, Rise = 1 };

    // Which sites work.
    private readonly HashSet<string> _up = ["eu", "us", "ap"];

    [Fact]
    public void Run_EverySiteLooksDead_HalfOfTheMembersStay()
    {
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 50 });
        _up.Clear();
        bench.Run(TimeSpan.FromSeconds(15));

        Assert.Equal(15, Down(bench));
        Assert.True(bench.Engine.Breaker.IsFrozen);
        Assert.Equal(15, bench.Engine.Breaker.WithheldMembers);
        Assert.Equal("16 of 30 checked members would be out within 5 min; 50 % may", bench.Engine.Breaker.Reason);
        Assert.Equal(15, bench.Engine.GetReports().Count(report => report is { IsWithheld: true, Verdict.State: HealthState.Up }));
    }

    [Fact]
    public void Run_OneSiteDies_IsTakenOutAndASecondOneIsNot()
    {
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 100, MaxSitesOut = 1 });
        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(10, Down(bench));
        Assert.False(bench.Engine.Breaker.IsFrozen);

        _up.Remove("us");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(19, Down(bench));
        Assert.Equal("2 sites would be out (eu, us); 1 may", bench.Engine.Breaker.Reason);
    }

    [Fact]
    public void Run_NothingSaidOfSites_HalfOfThemMayGoAndNoMore()
    {
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 100 });
        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(10, Down(bench));

        _up.Clear();
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.InRange(Down(bench), 10, 28);
        Assert.StartsWith("2 sites would be out (", bench.Engine.Breaker.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RealLossDuringTheFreeze_WaitsForThawAndReturnsAreNotHeldUp()
    {
        using EngineBench bench = Bench(new BreakerModel());
        _up.Clear();
        bench.Run(TimeSpan.FromSeconds(15));
        _up.UnionWith(["eu", "us", "ap"]);
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(0, Down(bench));
        Assert.Equal(0, bench.Engine.Breaker.WithheldMembers);

        _up.Remove("ap");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(0, Down(bench));
        Assert.Equal(10, bench.Engine.Breaker.WithheldMembers);

        Assert.Equal(10, bench.Engine.Thaw("a test"));
        bench.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Down(bench));
        Assert.False(bench.Engine.Breaker.IsFrozen);
    }

    [Fact]
    public void Freeze_ByHand_TakesNothingOutUntilThaw()
    {
        using EngineBench bench = Bench(new BreakerModel());
        bench.Engine.Freeze("ada: network maintenance");
        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));

        Assert.Equal(0, Down(bench));
        Assert.Equal("frozen by ada: network maintenance", bench.Engine.Breaker.Reason);
        bench.Engine.Thaw("ada");
        bench.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Down(bench));
    }

    [Fact]
    public void Run_MembersFallOneByOneOverLongTime_AreAllTakenOut()
    {
        using EngineBench bench = Bench(new BreakerModel { Within = TimeSpan.FromMinutes(1), MaxSitesOut = 1000 });
        foreach (string site in new[] { "eu", "us", "ap" })
        {
            _up.Remove(site);
            bench.Run(TimeSpan.FromMinutes(2));
        }

        Assert.Equal(30, Down(bench));
        Assert.False(bench.Engine.Breaker.IsFrozen);
    }

    [Fact]
    public void Reconfigure_WhileFrozen_KeepsWithheldMembersInAnswers()
    {
        using EngineBench bench = Bench(new BreakerModel());
        bench.Engine.Freeze("a test");
        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));

        bench.Engine.Reconfigure(Slots(), new BreakerModel());

        Assert.All(Slots(), slot => Assert.Equal(HealthState.Up, bench.Engine.GetVerdict(slot.Key).State));
        Assert.Equal(10, bench.Engine.Breaker.WithheldMembers);
    }

    [Fact]
    public void Run_TrafficIsObserved_CountsClientsAndNotMembers()
    {
        // All clients are at eu and us, half and half; ap stands by with a third of the members.
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 30, MaxTrafficPercent = 60, MaxSitesOut = 1000 });
        bench.Engine.Weigh(Traffic(bench, 5000, ("eu", 0.05), ("us", 0.05)));
        Assert.Equal("by the traffic that was observed (5,000 queries within 10 min): 0 % moved within 5 min; 60 % may", bench.Engine.Breaker.Measure);

        // More members than may go if they were counted, and no client is moved by it.
        _up.Remove("ap");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(10, Down(bench));
        Assert.False(bench.Engine.Breaker.IsFrozen);

        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(20, Down(bench));
        Assert.False(bench.Engine.Breaker.IsFrozen);
        Assert.Equal("by the traffic that was observed (5,000 queries within 10 min): 50 % moved within 5 min; 60 % may", bench.Engine.Breaker.Measure);

        _up.Remove("us");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(22, Down(bench));
        Assert.Equal(
            "65 % of the clients would be moved within 5 min, by the traffic that was observed (5,000 queries within 10 min); 60 % may",
            bench.Engine.Breaker.Reason);
    }

    [Fact]
    public void Run_ClientsAreMovedTwice_CountTwice()
    {
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 100, MaxTrafficPercent = 100, MaxSitesOut = 1000 });
        bench.Engine.Weigh(Traffic(bench, 5000, ("eu", 0.1)));
        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));
        bench.Engine.Weigh(Traffic(bench, 5000, ("us", 0.1)));
        _up.Remove("us");
        bench.Run(TimeSpan.FromSeconds(15));

        Assert.Contains("200 % moved", bench.Engine.Breaker.Measure, StringComparison.Ordinal);
        Assert.False(bench.Engine.Breaker.IsFrozen, "100 % is no limit");
        bench.Run(TimeSpan.FromMinutes(6));
        bench.Engine.Weigh(Traffic(bench, 5000, ("ap", 0.1)));
        Assert.Contains(": 0 % moved", bench.Engine.Breaker.Measure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "(no traffic was observed to go by)")]
    [InlineData(12, "(too little traffic was observed to go by it: 12 queries within 10 min, 200 are needed)")]
    public void Run_TooLittleIsObserved_CountsMembersAndSaysSo(int queries, string remark)
    {
        using EngineBench bench = Bench(new BreakerModel { MaxMembersPercent = 50, MaxTrafficPercent = 10, MaxSitesOut = 1000 });
        if (queries >= 0)
        {
            bench.Engine.Weigh(Traffic(bench, queries, ("eu", 0.1)));
        }

        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(10, Down(bench));
        Assert.Equal($"by members: 10 of 30 taken out within 5 min; 50 % may {remark}", bench.Engine.Breaker.Measure);

        _up.Clear();
        bench.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(15, Down(bench));
        Assert.Equal($"16 of 30 checked members would be out within 5 min; 50 % may {remark}", bench.Engine.Breaker.Reason);
    }

    [Fact]
    public void Run_WhatWasObservedIsOld_CountsMembers()
    {
        using EngineBench bench = Bench(new BreakerModel { MaxTrafficPercent = 10, MaxSitesOut = 1000 });
        bench.Engine.Weigh(Traffic(bench, 5000, ("eu", 0.1)));
        bench.Run(TimeSpan.FromMinutes(6));

        _up.Remove("eu");
        bench.Run(TimeSpan.FromSeconds(15));

        Assert.Equal(10, Down(bench));
        Assert.StartsWith("by members: ", bench.Engine.Breaker.Measure, StringComparison.Ordinal);
    }

    private static ObservedTraffic Traffic(EngineBench bench, double queries, params (string Site, double Each)[] shares) => new()
    {
        At = bench.Time.GetUtcNow(),
        Window = TimeSpan.FromMinutes(10),
        Queries = queries,
        Shares = Slots()
            .SelectMany(slot => shares.Where(share => share.Site == slot.Pool.Site).Select(share => KeyValuePair.Create(slot.Key, share.Each)))
            .ToFrozenDictionary(),
    };

    private static int Down(EngineBench bench) => Slots().Count(slot => bench.Sink.Of(slot.Key)?.State == HealthState.Down);

    private static ImmutableArray<MemberSlot> Slots()
    {
        string[] sites = ["eu", "us", "ap"];
        return
        [
            .. Enumerable.Range(0, 30).Select(i =>
            {
                MemberSlot slot = Models.Slot(sites[i / 10], $"10.{i / 10}.0.{i % 10}", Monitor);
                return slot with { Pool = slot.Pool with { Site = sites[i / 10] } };
            }),
        ];
    }

    private EngineBench Bench(BreakerModel rules)
    {
        string[] sites = ["eu", "us", "ap"];
        EngineBench bench = new(ScriptedProbe.Answering(target => _up.Contains(sites[target.Address!.GetAddressBytes()[1]])));
        bench.Engine.Reconfigure(Slots(), rules);
        bench.Run(TimeSpan.FromSeconds(15));
        return bench;
    }
}
