using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Judging;
using Meridian.Health.Probes;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

/// <summary>What becomes of results beyond rise and fall: flap damping, slow start, degraded.</summary>
public sealed class JudgingRulesTests
{
    private static readonly MemberKey Member = new("eu", "203.0.113.10");
    private static readonly MonitorModel Quick = Models.Monitor() with { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), Rise = 2, Fall = 1 };

    private bool _isUp = true;
    private TimeSpan _pace = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Run_MemberFlaps_IsHeldDownAndReconsideredWhenSaid()
    {
        using EngineBench bench = Bench(Quick with
        {
            Damping = new DampingModel { Changes = 4, Within = TimeSpan.FromMinutes(1), Hold = TimeSpan.FromMinutes(2) },
        });
        bench.Run(TimeSpan.FromSeconds(5));

        // The first verdict, down, up, down: four changes. What would be the next one is held.
        Run(bench, false, 3);
        Run(bench, true, 3);
        Run(bench, false, 3);
        Run(bench, true, 3);
        MemberHealthReport held = bench.Engine.GetReport(Member)!;
        Assert.Equal(HealthState.Down, held.Verdict.State);
        TimeSpan left = held.HeldUntil!.Value - bench.Time.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromSeconds(117), TimeSpan.FromSeconds(120));
        Assert.InRange(held.Verdict.MayChangeInSeconds, 117u, 120u);

        bench.Run(left - TimeSpan.FromSeconds(1));
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        bench.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
        Assert.Null(bench.Engine.GetReport(Member)!.HeldUntil);
    }

    [Fact]
    public void Run_MemberChangesSeldom_IsNotHeld()
    {
        using EngineBench bench = Bench(Quick with
        {
            Damping = new DampingModel { Changes = 4, Within = TimeSpan.FromMinutes(1), Hold = TimeSpan.FromMinutes(2) },
        });
        for (int i = 0; i < 20; i++)
        {
            Run(bench, false, 20);
            Run(bench, true, 20);
            Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
        }
    }

    [Fact]
    public void Run_MemberReturns_GetsItsWeightInSteps()
    {
        using EngineBench bench = Bench(Quick with { SlowStart = TimeSpan.FromSeconds(60) });
        bench.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(0, bench.Sink.Of(Member)!.Value.ReductionPercent);

        Run(bench, false, 3);
        _isUp = true;
        bench.Run(TimeSpan.FromSeconds(90));

        byte[] steps = [.. bench.Sink.Publications.SelectMany(changes => changes)
            .Where(change => change.Verdict is { State: HealthState.Up, ReductionPercent: > 0 })
            .Select(change => change.Verdict.ReductionPercent)];
        Assert.Equal([90, 80, 70, 60, 50, 40, 30, 20, 10], steps);
        Assert.Equal(new MemberVerdict(HealthState.Up, 0), bench.Sink.Of(Member));
    }

    [Fact]
    public void Run_MemberIsSlow_IsDegradedWithLessWeightAndRecovers()
    {
        using EngineBench bench = Bench(Quick with
        {
            Fall = 3,
            Degraded = new DegradedModel { Above = TimeSpan.FromMilliseconds(500), WeightPercent = 30 },
        });
        bench.Run(TimeSpan.FromSeconds(5));

        _pace = TimeSpan.FromMilliseconds(800);
        bench.Run(TimeSpan.FromSeconds(2));
        Assert.False(bench.Engine.GetReport(Member)!.IsDegraded);
        bench.Run(TimeSpan.FromSeconds(2));
        Assert.True(bench.Engine.GetReport(Member)!.IsDegraded);
        Assert.Equal(new MemberVerdict(HealthState.Up, 0) { ReductionPercent = 70 }, bench.Sink.Of(Member));

        _pace = TimeSpan.FromMilliseconds(10);
        bench.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(new MemberVerdict(HealthState.Up, 0), bench.Sink.Of(Member));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(5, 10)]
    [InlineData(6, 20)]
    [InlineData(30, 60)]
    [InlineData(59, 90)]
    [InlineData(60, 100)]
    public void PercentAt_Time_GrowsInTenths(int elapsed, int expected) =>
        Assert.Equal(expected, SlowStart.PercentAt(TimeSpan.FromSeconds(elapsed), TimeSpan.FromSeconds(60)));

    private void Run(EngineBench bench, bool isUp, int seconds)
    {
        _isUp = isUp;
        bench.Run(TimeSpan.FromSeconds(seconds));
    }

    private EngineBench Bench(MonitorModel monitor)
    {
        EngineBench bench = new(new ScriptedProbe((_, _) => ValueTask.FromResult(_isUp
            ? new ProbeResult(ProbeOutcome.Success, "status 200", default(ProbeTimings).With(ProbePhase.FirstByte, _pace))
            : ScriptedProbe.Failure)));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", monitor)]);
        return bench;
    }
}
