using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

public sealed class CalculatedTests
{
    private static readonly MemberKey Member = new("eu", "203.0.113.10");
    private static readonly MonitorModel Web = Models.Monitor(name: "web") with { Port = 80, Fall = 1, Rise = 1 };
    private static readonly MonitorModel Db = Models.Monitor(name: "db") with { Port = 5432, Fall = 1, Rise = 1 };
    private static readonly MonitorModel Maintenance = Models.Monitor(name: "maintenance") with { Port = 99, Fall = 1, Rise = 1 };

    // Which ports answer; all of them are asked at the member's address.
    private readonly HashSet<int> _up = [80, 5432];

    [Fact]
    public void Run_AllNeededAndOneFalls_IsDownWithTheReason()
    {
        using EngineBench bench = Bench(All(Web, Db));
        bench.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        _up.Remove(5432);
        bench.Run(TimeSpan.FromSeconds(11));

        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        MemberHealthReport report = bench.Engine.GetReport(Member)!;
        Assert.Equal("weight 1 of 2 holds, 2 needed: web up, db down (status 503, expected 200-299)", report.Cause);
        Assert.Equal(["web", "db"], report.Parts.Select(part => part.Monitor));
        Assert.Equal("weight 2 of 2: web, db", report.Question);
        Assert.Null(report.NextProbeAt);
    }

    [Fact]
    public void Run_WeightsAndInversionAndNesting_AddUp()
    {
        // Up when web (2) holds together with either the database (1) or the absence of maintenance (1).
        MonitorModel either = Calculated("either", 1, new CalculatedTerm(Db, 1, false), new CalculatedTerm(Maintenance, 1, true));
        using EngineBench bench = Bench(Calculated("all", 3, new CalculatedTerm(Web, 2, false), new CalculatedTerm(either, 1, false)));
        Assert.Equal(HealthState.Up, After(bench, 80, 5432));
        Assert.Equal(HealthState.Up, After(bench, 80));
        Assert.Equal(HealthState.Down, After(bench, 80, 99));
        Assert.Equal(HealthState.Up, After(bench, 80, 5432, 99));
        Assert.Equal(HealthState.Down, After(bench, 5432));
    }

    [Fact]
    public void Run_OneIsNotKnownYet_IsSettledAsSoonAsItCannotTip()
    {
        MonitorModel slow = Db with { Interval = TimeSpan.FromHours(1), Timeout = TimeSpan.FromMinutes(30) };
        TaskCompletionSource<ProbeResult> never = new();
        using EngineBench bench = new(new ScriptedProbe((target, _) =>
            target.Port == 5432 ? new ValueTask<ProbeResult>(never.Task) : ValueTask.FromResult(ScriptedProbe.Success)));
        bench.Engine.Reconfigure(
        [
            Models.Slot("any", "203.0.113.10", Calculated("any", 1, new CalculatedTerm(Web, 1, false), new CalculatedTerm(slow, 1, false))),
            Models.Slot("all", "203.0.113.10", All(Web, slow)),
        ]);

        bench.Run(TimeSpan.FromSeconds(30));

        Assert.Equal(HealthState.Up, bench.Engine.GetVerdict(new MemberKey("any", "203.0.113.10")).State);
        Assert.Equal(HealthState.Unknown, bench.Engine.GetVerdict(new MemberKey("all", "203.0.113.10")).State);
        Assert.False(bench.Engine.IsWarm);
    }

    [Fact]
    public void Reconfigure_MonitorAlsoUsedByItself_IsAskedOnce()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(target => _up.Contains(target.Port));
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Models.Slot("web", "203.0.113.10", Web)]);
        bench.Run(TimeSpan.FromSeconds(20));

        bench.Engine.Reconfigure([Models.Slot("web", "203.0.113.10", Web), Models.Slot("eu", "203.0.113.10", All(Web))]);
        Assert.Equal(HealthState.Up, bench.Engine.GetVerdict(Member).State);
        int before = probe.Asked.Count;
        bench.Run(TimeSpan.FromSeconds(60));

        Assert.InRange(probe.Asked.Count - before, 6, 7);
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
        Assert.False(probe.Overlapped);
    }

    [Fact]
    public void Reconfigure_CalculatedRemoved_StopsWhatItAsked()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(_ => true);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", All(Web, Db))]);
        bench.Run(TimeSpan.FromSeconds(20));

        bench.Engine.Reconfigure([]);
        int before = probe.Asked.Count;
        bench.Run(TimeSpan.FromSeconds(60));

        Assert.Equal(before, probe.Asked.Count);
        Assert.Equal(0, bench.Engine.GetLoad().Checks);
    }

    [Fact]
    public void Reconfigure_SameContentMadeAnew_TouchesNothing()
    {
        using EngineBench bench = Bench(All(Web, Db));
        bench.Run(TimeSpan.FromSeconds(20));
        DateTimeOffset? since = bench.Engine.GetReport(Member)!.Since;

        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", All(Web with { }, Db with { ExpectedStatus = [new(200, 299)] }))]);
        bench.Run(TimeSpan.FromSeconds(20));

        Assert.Equal(since, bench.Engine.GetReport(Member)!.Since);
        Assert.Equal(VerdictOrigin.Probes, bench.Engine.GetReport(Member)!.Origin);
    }

    private HealthState? After(EngineBench bench, params int[] up)
    {
        _up.Clear();
        _up.UnionWith(up);
        bench.Run(TimeSpan.FromSeconds(21));
        return bench.Sink.Of(Member)?.State;
    }

    private EngineBench Bench(MonitorModel monitor)
    {
        EngineBench bench = new(ScriptedProbe.Answering(target => _up.Contains(target.Port)));
        MemberSlot slot = Models.Slot("eu", "203.0.113.10", monitor);
        Assert.Equal(IPAddress.Parse("203.0.113.10"), slot.Member.Address);
        bench.Engine.Reconfigure([slot]);
        return bench;
    }

    private static MonitorModel All(params MonitorModel[] monitors) =>
        Calculated("all", monitors.Length, [.. monitors.Select(monitor => new CalculatedTerm(monitor, 1, false))]);

    private static MonitorModel Calculated(string name, int atLeast, params CalculatedTerm[] terms) => Models.Monitor(MonitorType.Calculated, name) with
    {
        Port = 0,
        Calculated = new CalculatedModel { Terms = [.. terms], AtLeast = atLeast },
    };
}
