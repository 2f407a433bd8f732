using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Quorum;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Quorum;

/// <summary>Votes, blindness and silence, as the engine turns them into verdicts.</summary>
public sealed class QuorumTests
{
    private static readonly MemberKey Member = new("eu", "203.0.113.10");
    private static readonly IPEndPoint Reference = IPEndPoint.Parse("192.0.2.1:443");
    private static readonly ImmutableSortedDictionary<string, VantagePointModel> Others = new[] { "us", "ap" }.ToImmutableSortedDictionary(
        name => name, name => new VantagePointModel { Name = name, Token = $"token-of-{name}-0123456789" }, StringComparer.Ordinal);

    private static readonly MonitorModel Voted = Models.Monitor() with
    {
        Interval = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(1),
        Rise = 1,
        Fall = 2,
        Quorum = new QuorumModel { From = ["local", "us", "ap"], MinVotes = 2 },
    };

    private bool _isUp = true;
    private bool _isReferenceUp = true;

    [Fact]
    public void Run_OneVantagePointSaysDown_MemberStaysUpAndTheDisagreementIsShown()
    {
        using EngineBench bench = Bench(Voted);
        VoteStream us = Join(bench, "us");
        VoteStream ap = Join(bench, "ap");
        Vote(bench, us, HealthState.Up);
        Vote(bench, ap, HealthState.Up);
        bench.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        Vote(bench, us, HealthState.Down, "connection refused");
        bench.Run(TimeSpan.FromMilliseconds(20));

        MemberHealthReport report = bench.Engine.GetReport(Member)!;
        Assert.Equal(HealthState.Up, report.Verdict.State);
        Assert.Equal("vantage points disagree: 2 of 3 say up, 1 down (up when majority)", report.Remark);
        Assert.Equal(["local up", "us down", "ap up"], report.Votes.Select(vote => $"{vote.Vantage} {HealthMetrics.NameOf(vote.State)}"));
        Assert.Equal(1, bench.Engine.GetLoad().MembersDisputed);

        Vote(bench, ap, HealthState.Down, "no answer within 1 s");
        bench.Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        Assert.Equal(
            "2 of 3 sighted vantage points say down (up when majority); us: connection refused; ap: no answer within 1 s",
            bench.Engine.GetReport(Member)!.Cause);
    }

    [Fact]
    public void Run_VerdictOfSeveralPlacesFlaps_IsHeldDownAndComesUpAfterItsTime()
    {
        DampingModel damping = new() { Changes = 4, Within = TimeSpan.FromMinutes(10), Hold = TimeSpan.FromMinutes(5) };
        using EngineBench bench = Bench(Voted with { Damping = damping });
        VoteStream us = Join(bench, "us");
        VoteStream ap = Join(bench, "ap");
        void Both(HealthState state)
        {
            Vote(bench, us, state);
            Vote(bench, ap, state);
            bench.Run(TimeSpan.FromMilliseconds(100));
        }

        Both(HealthState.Up);
        Both(HealthState.Down);
        Both(HealthState.Up);
        Both(HealthState.Down);
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);

        Both(HealthState.Up);
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        Assert.StartsWith("held down for changing too often", bench.Engine.GetReport(Member)!.Remark, StringComparison.Ordinal);
        Assert.NotNull(bench.Engine.GetReport(Member)!.HeldUntil);

        // Nobody says anything new meanwhile: the end of the time itself is looked at.
        for (int i = 0; i < 302; i++)
        {
            bench.Run(TimeSpan.FromSeconds(1));
            Beat(bench, us);
            Beat(bench, ap);
        }

        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
    }

    [Fact]
    public void Run_TooFewSee_LastVerdictStands()
    {
        using EngineBench bench = Bench(Voted);
        VoteStream us = Join(bench, "us");
        Vote(bench, us, HealthState.Up);
        bench.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        bench.Engine.Votes.Leave(us);
        _isUp = false;
        bench.Run(TimeSpan.FromMinutes(10));

        MemberHealthReport report = bench.Engine.GetReport(Member)!;
        Assert.Equal(HealthState.Up, report.Verdict.State);
        Assert.Equal("1 of 3 vantage points see; with fewer than 2 the last verdict stands", report.Remark);
    }

    [Fact]
    public void GetReport_VantagePoints_SayFromWhereTheyJoinedLast()
    {
        using EngineBench bench = Bench(Voted);
        VoteStream us = Join(bench, "us");
        Vote(bench, us, HealthState.Up);
        bench.Engine.Votes.Leave(us);

        Assert.Equal(
            [("local", true, null), ("us", false, "192.0.2.9"), ("ap", false, null)],
            bench.Engine.GetReport(Member)!.Votes.Select(vote => (vote.Vantage, vote.IsLocal, vote.Address)));
    }

    [Fact]
    public void Run_VantagePointFallsSilent_ItsVoteStopsCountingAndComesBack()
    {
        using EngineBench bench = Bench(Voted with { Quorum = Voted.Quorum! with { MinVotes = 1 } });
        VoteStream us = Join(bench, "us");
        VoteStream ap = Join(bench, "ap");
        Vote(bench, us, HealthState.Up);
        Vote(bench, ap, HealthState.Up);
        bench.Run(TimeSpan.FromSeconds(2));
        _isUp = false;

        // The two others still say up, but only as long as they are heard.
        for (int i = 0; i < 5; i++)
        {
            bench.Engine.Votes.TakeBeat(us, isBlind: false, "");
            bench.Engine.Votes.TakeBeat(ap, isBlind: false, "");
            bench.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
        bench.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        VantageReport silent = Assert.Single(bench.Engine.Vantages, vantage => vantage.Name == "us");
        Assert.Equal(VantageState.Stale, silent.State);
        Assert.StartsWith("not heard for 3", silent.Remark, StringComparison.Ordinal);

        bench.Engine.Votes.TakeBeat(us, isBlind: false, "");
        bench.Engine.Votes.TakeBeat(ap, isBlind: false, "");
        bench.Run(TimeSpan.FromMilliseconds(20));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);
    }

    [Fact]
    public void Run_OwnNetworkIsCut_NobodyIsTakenOutAndTheCutIsNamed()
    {
        using EngineBench bench = Bench(Voted with { Quorum = null }, Reference);
        bench.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(HealthState.Up, bench.Sink.Of(Member)?.State);

        (_isUp, _isReferenceUp) = (false, false);
        bench.Run(TimeSpan.FromHours(1));

        Assert.Equal(HealthState.Up, bench.Engine.GetVerdict(Member).State);
        VantageReport self = Assert.Single(bench.Engine.Vantages);
        Assert.Equal(VantageState.Blind, self.State);
        Assert.Equal("no reference target can be reached: 192.0.2.1:443: status 503, expected 200-299", self.Remark);
        Assert.Equal(0, bench.Engine.GetLoad().VantagesSighted);

        // Healed: what is up stays so without ever having been down, and what died meanwhile is found.
        _isReferenceUp = true;
        bench.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(VantageState.Sighted, Assert.Single(bench.Engine.Vantages).State);
        Assert.Equal(HealthState.Down, bench.Engine.GetVerdict(Member).State);
    }

    [Fact]
    public void Run_MemberDiesWhileReferencesAnswer_FallsAtOnce()
    {
        using EngineBench bench = Bench(Voted with { Quorum = null, Fall = 1 }, Reference);
        bench.Run(TimeSpan.FromSeconds(3));

        _isUp = false;
        bench.Run(TimeSpan.FromMilliseconds(1100));

        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        Assert.Equal(VantageState.Sighted, Assert.Single(bench.Engine.Vantages).State);
    }

    [Fact]
    public void Join_WrongToken_IsRefused()
    {
        using EngineBench bench = Bench(Voted);

        Assert.Null(bench.Engine.Votes.Join("us", "wrong", null, "192.0.2.9"));
        Assert.Null(bench.Engine.Votes.Join("us", null, null, "192.0.2.9"));
        Assert.Null(bench.Engine.Votes.Join("nobody", "token-of-us-0123456789", null, "192.0.2.9"));
        Assert.Null(bench.Engine.Votes.Join("local", "token-of-us-0123456789", null, "192.0.2.9"));
        Assert.NotNull(bench.Engine.Votes.Join("us", "token-of-us-0123456789", null, "192.0.2.9"));
    }

    [Fact]
    public void Join_Twice_OnlyTheNewerStreamSpeaks()
    {
        using EngineBench bench = Bench(Voted);
        VoteStream first = Join(bench, "us");
        VoteStream second = Join(bench, "us");
        Assert.True(first.IsEnded);
        Vote(bench, second, HealthState.Up);
        bench.Run(TimeSpan.FromSeconds(2));

        Vote(bench, first, HealthState.Down);
        bench.Engine.Votes.Leave(first);
        bench.Run(TimeSpan.FromSeconds(1));

        Assert.Equal(HealthState.Up, bench.Engine.GetReport(Member)!.Votes[1].State);
        Assert.Equal(VantageState.Sighted, bench.Engine.Vantages.Single(vantage => vantage.Name == "us").State);
    }

    [Fact]
    public void Reconfigure_ServerIsNotAmongTheVoters_ProbesNothingItself()
    {
        int probes = 0;
        using EngineBench bench = new(ScriptedProbe.Answering(_ => ++probes > 0));
        MonitorModel elsewhere = Voted with { Quorum = new QuorumModel { From = ["us"] } };
        bench.Engine.Reconfigure([Models.Slot(Member.Pool, Member.Target, elsewhere)], null, null, Others);
        VoteStream us = Join(bench, "us");
        Vote(bench, us, HealthState.Down);
        bench.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(0, probes);
        Assert.Equal(HealthState.Down, bench.Sink.Of(Member)?.State);
        Assert.Single(bench.Engine.Votes.Assign(us)!.Checks);
    }

    private EngineBench Bench(MonitorModel monitor, params IPEndPoint[] references)
    {
        EngineBench bench = new(ScriptedProbe.Answering(target => target.Address!.Equals(Reference.Address) ? _isReferenceUp : _isUp));
        VantageModel local = new() { References = [.. references] };
        bench.Engine.Reconfigure(
            [Models.Slot(Member.Pool, Member.Target, monitor)], null, local, monitor.Quorum is null ? null : Others);
        return bench;
    }

    private static VoteStream Join(EngineBench bench, string name)
    {
        VoteStream? stream = bench.Engine.Votes.Join(name, $"token-of-{name}-0123456789", null, "192.0.2.9");
        Assert.NotNull(stream);
        bench.Engine.Votes.TakeBeat(stream, isBlind: false, "");
        return stream;
    }

    private static void Beat(EngineBench bench, VoteStream stream) => bench.Engine.Votes.TakeBeat(stream, isBlind: false, "");

    private static void Vote(EngineBench bench, VoteStream stream, HealthState state, string cause = "status 200")
    {
        long id = Assert.Single(bench.Engine.Votes.Assign(stream) is { } assignment ? assignment.Checks : [new AssignedCheck(1, null!)]).Id;
        bench.Engine.Votes.TakeVote(stream, new CheckReport(id, state, 0, false, bench.Time.GetUtcNow(), cause, bench.Time.GetUtcNow()));
    }
}
