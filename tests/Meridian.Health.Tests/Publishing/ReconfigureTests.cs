using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

/// <summary>What a new configuration leaves as it was, and what it begins anew.</summary>
public sealed class ReconfigureTests
{
    private static readonly MonitorModel Monitor = Models.Monitor();
    private static readonly MemberSlot Slot = Models.Slot("eu", "203.0.113.10", Monitor);

    [Theory]
    [InlineData(false, HealthState.Unknown)]
    [InlineData(true, HealthState.Up)]
    public void Reconfigure_NewMember_IsServedBeforeItsFirstVerdictWhereThatIsSaid(bool countsAsUp, HealthState before)
    {
        using EngineBench bench = new(ScriptedProbe.Answering(_ => false));
        MonitorModel monitor = Models.Monitor() with { CountsAsUpUntilChecked = countsAsUp };
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", monitor)]);
        MemberKey member = new("eu", "203.0.113.10");

        Assert.Equal(before, bench.Engine.GetVerdict(member).State);
        Assert.Equal(1u, bench.Engine.GetVerdict(member).MayChangeInSeconds);
        bench.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Down, bench.Engine.GetVerdict(member).State);
        Assert.Equal(HealthState.Down, bench.Sink.Of(member)?.State);
    }

    [Fact]
    public void Reconfigure_SameContent_TouchesNothing()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(_ => true);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromSeconds(25));
        MemberHealthReport before = bench.Engine.GetReport(Slot.Key)!;

        MonitorModel again = Models.Monitor() with
        {
            Headers = Models.Monitor().Headers.Add("A", "b").Remove("A"),
            ExpectedStatus = [new StatusRange(200, 299)],
        };
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", again), Models.Slot("us", "198.51.100.1", again)]);

        MemberHealthReport after = bench.Engine.GetReport(Slot.Key)!;
        Assert.Equal(before.NextProbeAt, after.NextProbeAt);
        Assert.Equal(before.Attempts.AsSpan(), after.Attempts.AsSpan());
    }

    [Fact]
    public void Reconfigure_ManyTimesWhileProbing_MissesNothing()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(_ => true);
        using EngineBench bench = new(probe);
        for (int i = 0; i < 600; i++)
        {
            // The second member comes and goes; the first must not notice.
            bench.Engine.Reconfigure(i % 2 == 0 ? [Slot] : [Slot, Models.Slot("us", "198.51.100.1", Models.Monitor())]);
            bench.Run(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(probe.Asked.Count(target => target.Address!.Equals(Slot.Member.Address)), 60, 61);
    }

    [Fact]
    public void Reconfigure_MonitorChanged_KeepsTheVerdictUntilResultsInARowDisagree()
    {
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp));
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromSeconds(30));
        DateTimeOffset? since = bench.Engine.GetReport(Slot.Key)!.Since;

        isUp = false;
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Monitor with { Path = "/new" })]);
        MemberHealthReport carried = bench.Engine.GetReport(Slot.Key)!;
        bench.Run(TimeSpan.FromMilliseconds(500));
        MemberHealthReport afterOne = bench.Engine.GetReport(Slot.Key)!;
        bench.Run(TimeSpan.FromSeconds(25));

        Assert.Equal((HealthState.Up, VerdictOrigin.CarriedOver, since), (carried.Verdict.State, carried.Origin, carried.Since));
        Assert.Equal((HealthState.Up, VerdictOrigin.Probes, 1), (afterOne.Verdict.State, afterOne.Origin, afterOne.ResultsAgainst));
        Assert.Equal(HealthState.Down, bench.Engine.GetVerdict(Slot.Key).State);
    }

    [Fact]
    public void Reconfigure_MemberRemoved_StopsItsProbeAndForgets()
    {
        bool wasStopped = false;
        ScriptedProbe probe = new(async (_, deadline) =>
        {
            TaskCompletionSource stopped = new();
            deadline.Register(stopped.SetResult);
            await stopped.Task;
            wasStopped = true;
            return ScriptedProbe.Failure;
        });
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromMilliseconds(500));

        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", monitor: null)]);
        bench.Run(TimeSpan.FromMinutes(10));

        Assert.True(wasStopped);
        Assert.Single(probe.Asked);
        Assert.Null(bench.Engine.GetReport(Slot.Key));
        Assert.Equal(0, bench.Engine.GetLoad().RunningProbes);
        Assert.Empty(bench.Sink.Publications);
    }

    [Fact]
    public void Reconfigure_MembersOfTwoPoolsWithOneTarget_ShareOneCheck()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(_ => false);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot, Models.Slot("all", "203.0.113.10", Models.Monitor())]);
        bench.Run(TimeSpan.FromMilliseconds(500));

        // A third pool comes later and is told at once.
        MemberSlot third = Models.Slot("third", "203.0.113.10", Models.Monitor());
        bench.Engine.Reconfigure([Slot, Models.Slot("all", "203.0.113.10", Models.Monitor()), third]);
        bench.Run(TimeSpan.FromMilliseconds(10));

        Assert.Single(probe.Asked);
        Assert.Equal(HealthState.Down, bench.Sink.Of(new MemberKey("all", "203.0.113.10"))?.State);
        Assert.Equal(HealthState.Down, bench.Sink.Of(third.Key)?.State);
        HealthLoad load = bench.Engine.GetLoad();
        Assert.Equal((1, 3), (load.Checks, load.MembersDown));
    }

    [Fact]
    public void Reconfigure_OwnPort_IsAnotherTarget()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(_ => true);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot, Models.Slot("us", "203.0.113.10", Monitor, port: 8080)]);

        bench.Run(TimeSpan.FromMilliseconds(500));

        Assert.Equal([80, 8080], probe.Asked.Select(target => target.Port).Order());
    }
}
