using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

public sealed class HealthEngineTests
{
    private static readonly MonitorModel Monitor = Models.Monitor();
    private static readonly MemberSlot Slot = Models.Slot("eu", "203.0.113.10", Monitor);

    [Fact]
    public void Run_FirstResults_AreVerdictsPublishedTogether()
    {
        ScriptedProbe probe = ScriptedProbe.Answering(target => target.Address!.GetAddressBytes()[3] % 2 == 0);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure(Models.Slots(100, Monitor));
        Assert.False(bench.Engine.IsWarm);
        Assert.Equal(HealthState.Unknown, bench.Engine.GetVerdict(new MemberKey("pool", "10.0.0.1")).State);

        bench.Run(TimeSpan.FromMilliseconds(100));

        Assert.True(bench.Engine.IsWarm);
        Assert.Equal(100, probe.Asked.Distinct().Count());
        Assert.Equal(new MemberVerdict(HealthState.Up, 0), bench.Sink.Of(new MemberKey("pool", "10.0.0.2")));
        Assert.Equal(new MemberVerdict(HealthState.Down, 0), bench.Sink.Of(new MemberKey("pool", "10.0.0.1")));
        Assert.Equal(100, bench.Sink.Publications.Sum(p => p.Length));
        Assert.InRange(bench.Sink.Publications.Count, 1, 8);
    }

    [Fact]
    public void Run_MemberDies_FlipsAfterFallAndAnnouncesWhen()
    {
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp));
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromMinutes(1));
        int before = bench.Sink.Publications.Count;

        isUp = false;
        bench.Run(TimeSpan.FromSeconds(30));
        isUp = true;
        bench.Run(TimeSpan.FromSeconds(20));

        // Each step is told: 3 failures take it down, 2 successes bring it back; meanwhile the time to a flip shrinks.
        // A probe starts up to a millisecond into its interval, and the rest is rounded down: 19 and 9, not 20 and 10.
        Assert.Equal(
            [
                new(HealthState.Up, 19), new(HealthState.Up, 9), new(HealthState.Down, 0),
                new(HealthState.Down, 9), new(HealthState.Up, 0),
            ],
            bench.Sink.Publications.Skip(before).Select(p => Assert.Single(p).Verdict));
    }

    [Fact]
    public void Run_AFailureAmongSuccesses_IsForgotten()
    {
        int asked = 0;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => ++asked % 3 != 0));
        bench.Engine.Reconfigure([Slot]);

        bench.Run(TimeSpan.FromHours(1));

        Assert.All(bench.Sink.Publications.SelectMany(p => p), change => Assert.Equal(HealthState.Up, change.Verdict.State));
        Assert.InRange(asked, 359, 362);
    }

    [Fact]
    public void Run_SilentMember_IsStoppedAtItsDeadlineAndProbedOn()
    {
        List<TimeSpan> stops = [];
        EngineBench? bench = null;
        ScriptedProbe probe = new(async (_, deadline) =>
        {
            TaskCompletionSource stopped = new();
            deadline.Register(() =>
            {
                stops.Add(bench!.Time.Elapsed);
                stopped.SetResult();
            });
            await stopped.Task;
            return new ProbeResult(ProbeOutcome.TimedOut, "no answer", default);
        });
        using (bench = new EngineBench(probe))
        {
            bench.Engine.Reconfigure([Slot]);
            bench.Run(TimeSpan.FromDays(1));

            Assert.InRange(probe.Asked.Count, 8640, 8641);
            Assert.InRange(stops[0], TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.01));
            Assert.False(probe.Overlapped);
            Assert.Equal(HealthState.Down, bench.Engine.GetVerdict(Slot.Key).State);
        }
    }

    [Fact]
    public void Run_ProbeThatNeverEnds_DoesNotHoldItsCheck()
    {
        ScriptedProbe probe = new((_, _) => new ValueTask<ProbeResult>(new TaskCompletionSource<ProbeResult>().Task));
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot]);

        bench.Run(TimeSpan.FromMinutes(1));

        MemberHealthReport report = bench.Engine.GetReport(Slot.Key)!;
        Assert.Equal(HealthState.Down, report.Verdict.State);
        Assert.Equal("no answer within 3 s (the attempt did not end and was given up)", report.Cause);
        Assert.InRange(probe.Asked.Count, 6, 7);
        Assert.Equal(probe.Asked.Count, bench.Engine.GetLoad().RunningProbes);
    }

    [Fact]
    public void Run_ProbeThrows_IsShownButNotJudged()
    {
        bool isBroken = false;
        ScriptedProbe probe = new((_, _) => isBroken ? throw new InvalidOperationException("bug") : ValueTask.FromResult(ScriptedProbe.Success));
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Slot]);
        bench.Run(TimeSpan.FromSeconds(1));

        isBroken = true;
        bench.Run(TimeSpan.FromMinutes(5));

        MemberHealthReport report = bench.Engine.GetReport(Slot.Key)!;
        Assert.Equal((HealthState.Up, 0), (report.Verdict.State, report.ResultsAgainst));
        Assert.Equal(ProbeOutcome.NotMade, report.Attempts[0].Result.Outcome);
        Assert.True(report.LastResultAt < bench.Time.GetUtcNow() - TimeSpan.FromMinutes(4));
    }

    [Fact]
    public void Run_FewerPlacesThanNeeded_KeepsToTheLimitAndShowsLag()
    {
        int running = 0;
        int most = 0;
        ScriptedProbe probe = new(async (_, deadline) =>
        {
            most = Math.Max(most, ++running);
            TaskCompletionSource stopped = new();
            deadline.Register(stopped.SetResult);
            await stopped.Task;
            running--;
            return ScriptedProbe.Failure;
        });
        using EngineBench bench = new(probe, new HealthOptions { MaxConcurrentProbes = 4 });
        bench.Engine.Reconfigure(Models.Slots(40, Monitor));

        bench.Run(TimeSpan.FromMinutes(2));

        // Four places and 3 s each: 40 silent members take 30 s a round instead of 10.
        Assert.Equal(4, most);
        Assert.InRange(bench.Engine.GetLoad().Overdue, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        Assert.Equal(40, probe.Asked.Distinct().Count());
        Assert.InRange(probe.Asked.Count, 150, 164);
    }

    [Fact]
    public void Run_SinkFails_TriesAgain()
    {
        using EngineBench bench = new(ScriptedProbe.Answering(_ => true));
        bench.Sink.Refusals = 2;
        bench.Engine.Reconfigure([Slot]);

        bench.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(bench.Sink.Publications);
        Assert.False(bench.Engine.IsWarm);
        bench.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(HealthState.Up, bench.Sink.Of(Slot.Key)?.State);
        Assert.True(bench.Engine.IsWarm);
    }

    [Fact]
    public void GetReports_AfterAFall_HoldTheEvidence()
    {
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp));
        bench.Engine.Reconfigure([Models.Slot("us", "198.51.100.1", null), Models.Slot("us", "2001:db8::1", Monitor with { Host = "www.example.com" }), Slot]);
        bench.Run(TimeSpan.FromMinutes(10));
        isUp = false;
        bench.Run(TimeSpan.FromMinutes(1));

        MemberHealthReport[] reports = [.. bench.Engine.GetReports()];

        Assert.Equal(["eu/203.0.113.10", "us/2001:db8::1"], reports.Select(report => report.Member.ToString()));
        MemberHealthReport report = reports[1];
        Assert.Equal("GET http://[2001:db8::1]:80/ (Host www.example.com)", report.Question);
        Assert.Equal((HealthState.Down, "status 503, expected 200-299"), (report.Verdict.State, report.Cause));
        Assert.Equal(16, report.Attempts.Length);
        Assert.Equal(report.Attempts.OrderByDescending(attempt => attempt.At), report.Attempts);
        Assert.Equal((6, 10), (report.Attempts.Count(a => a.Result == ScriptedProbe.Failure), report.Attempts.Count(a => a.Result == ScriptedProbe.Success)));

        // The third failure brought the state, half a minute at most before now less the probes since.
        Assert.Equal(report.Attempts[3].At, report.Since);
        Assert.InRange(report.NextProbeAt!.Value, bench.Time.GetUtcNow(), bench.Time.GetUtcNow() + Monitor.Interval);
        Assert.Equal(VerdictOrigin.Probes, report.Origin);
    }

    [Fact]
    public async Task WarmUp_LimitPassed_EndsWithUnknownMembers()
    {
        using EngineBench bench = new(new ScriptedProbe((_, _) => new ValueTask<ProbeResult>(new TaskCompletionSource<ProbeResult>().Task)));
        bench.Engine.Reconfigure([Slot]);
        Task warmUp = bench.Engine.WarmUpAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        bench.Run(TimeSpan.FromSeconds(2));
        Assert.False(bench.Engine.IsWarm);
        bench.Run(TimeSpan.FromSeconds(4));
        await warmUp;

        Assert.True(bench.Engine.IsWarm);
        Assert.Equal(new MemberVerdict(HealthState.Down, 0).State, bench.Engine.GetVerdict(Slot.Key).State);
    }

    [Fact]
    public async Task WarmUp_NothingMonitored_IsOverAtOnce()
    {
        using EngineBench bench = new(ScriptedProbe.Answering(_ => true));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", null)]);

        await bench.Engine.WarmUpAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        Assert.True(bench.Engine.IsWarm);
    }

    [Fact]
    public async Task RunAsync_RealListenerDiesAndReturns_VerdictFollows()
    {
        MonitorModel monitor = Monitor with
        {
            Interval = TimeSpan.FromMilliseconds(100),
            Timeout = TimeSpan.FromMilliseconds(100),
            ExpectedBody = "ready",
        };
        static LoopbackServer Serve(int port) => LoopbackServer.Start(
            async (stream, stop) =>
            {
                await LoopbackServer.ReadRequestAsync(stream, stop);
                await LoopbackServer.SendAsync(stream, stop, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready");
            },
            port: port);
        LoopbackServer server = Serve(0);
        int port = server.Port;
        RecordingSink sink = new();
        using HealthEngine engine = new(
            sink,
            new ProbeByType(TimeProvider.System, new SystemNameResolver(), new PushRegistry(TimeProvider.System)),
            new HealthOptions(),
            TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<HealthEngine>.Instance,
            store: null);
        MemberSlot slot = Models.Slot("eu", IPAddress.Loopback.ToString(), monitor, port);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        engine.Reconfigure([slot]);
        Task run = engine.RunAsync(stop.Token);

        await engine.WarmUpAsync(TimeSpan.FromSeconds(20), stop.Token);
        await sink.WaitForAsync(slot.Key, HealthState.Up, stop.Token);
        long died = TimeProvider.System.GetTimestamp();
        await server.DisposeAsync();
        await sink.WaitForAsync(slot.Key, HealthState.Down, stop.Token);
        TimeSpan untilDown = TimeProvider.System.GetElapsedTime(died);
        MemberHealthReport report = engine.GetReport(slot.Key)!;
        server = Serve(port);
        await sink.WaitForAsync(slot.Key, HealthState.Up, stop.Token);
        await stop.CancelAsync();
        await run;
        await server.DisposeAsync();

        Assert.InRange(untilDown, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.All(report.Attempts.Take(3), attempt => Assert.NotEqual(ProbeOutcome.Success, attempt.Result.Outcome));
        Assert.Contains(report.Attempts, attempt => attempt.Result.Outcome == ProbeOutcome.Refused
            && attempt.Result.Reason.StartsWith($"connection refused by 127.0.0.1:{port} after ", StringComparison.Ordinal));
        Assert.Equal(0, engine.GetLoad().RunningProbes);
    }
}
