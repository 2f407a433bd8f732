using System.Globalization;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Publishing;

/// <summary>The burst after a first failure: quick where a member died, quiet where a packet was lost.</summary>
public sealed class ConfirmationTests
{
    private static readonly MonitorModel Web = Models.Monitor() with { Confirm = new ConfirmModel() };
    private static readonly MemberKey Member = new("eu", "203.0.113.10");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_MemberDies_IsDownWithinASecondOfTheFirstFailure(bool isSilent)
    {
        bool isUp = true;
        using EngineBench bench = new(Scripted(() => isUp ? Fate.Answers : isSilent ? Fate.Silent : Fate.Fails));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Web)]);
        bench.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        isUp = false;
        TimeSpan died = bench.Time.Elapsed;
        while (bench.Sink.Of(Member)?.State == HealthState.Up && bench.Time.Elapsed - died < TimeSpan.FromMinutes(1))
        {
            bench.Run(TimeSpan.FromMilliseconds(1));
        }

        MemberHealthReport report = bench.Engine.GetReport(Member)!;
        ProbeAttempt first = report.Attempts.First(attempt => !attempt.IsConfirmation);
        TimeSpan failed = first.At - bench.Time.GetUtcNow() + (isSilent ? Web.Timeout : TimeSpan.Zero);
        Assert.InRange(-failed, TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(820));
        Assert.Equal(5, report.Attempts.Count(attempt => attempt.IsConfirmation));
        Assert.EndsWith("confirmed by 5 of 5 further probes", report.Cause, StringComparison.Ordinal);
        Assert.False(report.IsConfirming);
    }

    [Fact]
    public void Run_OneFailure_ChangesNothingAndStopsTheBurst()
    {
        int failures = 0;
        ScriptedProbe probe = ScriptedProbe.Answering(_ => failures-- <= 0);
        using EngineBench bench = new(probe);
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Web)]);
        bench.Run(TimeSpan.FromSeconds(30));

        failures = 3;
        int asked = probe.Asked.Count;
        bench.Run(TimeSpan.FromSeconds(10));

        // The regular probe, two of the burst that fail too, and the one that succeeds; the other two are not made.
        Assert.Equal(asked + 4, probe.Asked.Count);
        MemberHealthReport report = bench.Engine.GetReport(Member)!;
        Assert.Equal(HealthState.Up, report.Verdict.State);
        Assert.Equal(0u, report.Verdict.MayChangeInSeconds);
        Assert.Equal(0, report.ResultsAgainst);
        Assert.Equal(TimeSpan.Zero, bench.Engine.GetLoad().Overdue);
    }

    [Fact]
    public void Run_BurstRuns_AnswersMustNotOutliveIt()
    {
        bool isUp = true;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => isUp));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Web)]);
        bench.Run(TimeSpan.FromSeconds(30));

        isUp = false;
        while (!bench.Engine.GetReport(Member)!.IsConfirming)
        {
            bench.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(1u, bench.Engine.GetReport(Member)!.Verdict.MayChangeInSeconds);
    }

    [Fact]
    public void Run_ProbesOfTheBurstCannotBeMade_LeaveTheVerdictToRegularOnes()
    {
        ProbeResult next = ScriptedProbe.Success;
        bool isBurst = false;
        using EngineBench bench = new(new ScriptedProbe((_, _) =>
        {
            ProbeResult result = isBurst ? new ProbeResult(ProbeOutcome.NotMade, "no descriptor", default) : next;
            isBurst = result.Outcome == ProbeOutcome.UnexpectedStatus;
            return ValueTask.FromResult(result);
        }));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Web with { Fall = 2, Confirm = new ConfirmModel { Probes = 1 } })]);
        bench.Run(TimeSpan.FromSeconds(30));

        next = ScriptedProbe.Failure;
        bench.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        bench.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
    }

    [Fact]
    public void Reconfigure_MemberRemovedDuringItsBurst_StopsIt()
    {
        bool isUp = true;
        using EngineBench bench = new(Scripted(() => isUp ? Fate.Answers : Fate.Silent));
        bench.Engine.Reconfigure([Models.Slot("eu", "203.0.113.10", Web)]);
        bench.Run(TimeSpan.FromSeconds(30));

        isUp = false;
        while (bench.Engine.GetLoad().RunningProbes < 2)
        {
            bench.Run(TimeSpan.FromMilliseconds(10));
        }

        bench.Engine.Reconfigure([]);
        bench.Run(TimeSpan.FromSeconds(30));

        Assert.Equal(0, bench.Engine.GetLoad().RunningProbes);
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
    }

    /// <summary>
    /// What packet loss does to a probe: a SYN or its answer lost is repeated after a second (RFC 6298 §2.1), anything later
    /// after 200 ms, doubling. 200 members over 5 hours are 1,000 member-hours.
    /// </summary>
    [Theory]
    [InlineData(0.01, 10)]
    [InlineData(0.05, 10)]
    [InlineData(0.05, 1)]
    public void Run_PacketsAreLostAtRandom_NoVerdictFlips(double loss, int intervalSeconds)
    {
        const int Members = 200;
        Random random = new(7_411);
        TimeSpan interval = TimeSpan.FromSeconds(intervalSeconds);
        TimeSpan timeout = TimeSpan.FromSeconds(Math.Min(3, intervalSeconds));
        MonitorModel monitor = Web with
        {
            Interval = interval,
            Timeout = timeout,
            Confirm = new ConfirmModel { Probes = intervalSeconds == 1 ? 8 : 5 },
        };
        // The engine's scheduler is tried elsewhere; here the checks themselves run, 1,000 member-hours in a second or two.
        int flips = 0;
        int bursts = 0;
        int rounds = (int)(TimeSpan.FromHours(5) / interval);
        for (int member = 0; member < Members; member++)
        {
            LossyCheck check = new(monitor, loss, random);
            for (int round = 0; round < rounds; round++)
            {
                flips += check.Round() ? 1 : 0;
            }

            bursts += check.Bursts;
        }

        Assert.True(bursts > 5, string.Create(CultureInfo.InvariantCulture, $"only {bursts} bursts: the model of loss is too kind"));
        Assert.Equal(0, flips);
    }

    private static ScriptedProbe Scripted(Func<Fate> fate) => new(async (_, deadline) =>
    {
        switch (fate())
        {
            case Fate.Answers:
                return ScriptedProbe.Success;
            case Fate.Fails:
                return ScriptedProbe.Failure;
            default:
                // Ends on the thread that turns the loop, so that virtual time stands still meanwhile.
                TaskCompletionSource end = new();
                using (deadline.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), end))
                {
                    await end.Task;
                }

                return new ProbeResult(ProbeOutcome.TimedOut, "no answer", default);
        }
    });

    private enum Fate
    {
        Answers,
        Fails,
        Silent,
    }
}
