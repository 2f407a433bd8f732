using System.Net;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Push;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

public sealed class PushTests
{
    private const string Token = "a-token-of-some-length";

    private static readonly MonitorModel Batch = Models.Monitor(MonitorType.Push, "batch") with
    {
        Push = new PushModel { Token = Token, TimeToLive = TimeSpan.FromSeconds(30) },
    };

    private static readonly ProbeTarget Target = new(IPAddress.Parse("203.0.113.10"), null, 0);

    private readonly VirtualTime _time = new();

    [Fact]
    public void Probe_ReportedInTime_IsUpUntilTheReportRunsOut()
    {
        PushRegistry registry = Registry();
        Assert.Equal(PushOutcome.Accepted, registry.Receive("batch", "203.0.113.10", Token, isUp: true, "queue 3"));

        _time.Advance(TimeSpan.FromSeconds(29));
        ProbeResult fresh = Probe(registry);
        _time.Advance(TimeSpan.FromSeconds(2));
        ProbeResult stale = Probe(registry);

        Assert.Equal((ProbeOutcome.Success, "reported 29 s ago: \"queue 3\""), (fresh.Outcome, fresh.Reason));
        Assert.Equal((ProbeOutcome.NotReported, "no report for 31 s; one holds for 30 s"), (stale.Outcome, stale.Reason));
    }

    [Fact]
    public void Probe_NothingReportedYet_IsNotHeldAgainstTheMemberUntilAReportsLifeHasPassed()
    {
        PushRegistry registry = Registry();

        Assert.Equal(ProbeOutcome.NotMade, Probe(registry).Outcome);
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal((ProbeOutcome.NotReported, "no report since the start, 31 s ago"), (Probe(registry).Outcome, Probe(registry).Reason));
    }

    [Fact]
    public void Probe_ReportedDown_IsDown()
    {
        PushRegistry registry = Registry();
        registry.Receive("batch", "203.0.113.10", Token, isUp: false, "disk full");

        Assert.Equal((ProbeOutcome.NotReported, "reported itself down 0 ms ago: \"disk full\""), (Probe(registry).Outcome, Probe(registry).Reason));
    }

    [Theory]
    [InlineData("batch", "203.0.113.10", "a-token-of-some-lengtH")]
    [InlineData("batch", "203.0.113.10", "")]
    [InlineData("batch", "203.0.113.11", Token)]
    [InlineData("other", "203.0.113.10", Token)]
    [InlineData("other", "203.0.113.10", "")]
    public void Receive_WrongTokenMonitorOrMember_IsRefusedAlike(string monitor, string host, string token)
    {
        PushRegistry registry = Registry();

        Assert.Equal(PushOutcome.Refused, registry.Receive(monitor, host, token, isUp: true, null));
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(ProbeOutcome.NotReported, Probe(registry).Outcome);
    }

    [Fact]
    public void Follow_MonitorGone_ForgetsItsReports()
    {
        PushRegistry registry = Registry();
        registry.Receive("batch", "203.0.113.10", Token, isUp: true, null);

        registry.Follow([]);

        Assert.Null(registry.Find("batch", Target));
    }

    private PushRegistry Registry()
    {
        PushRegistry registry = new(_time);
        registry.Follow([(Batch, Target)]);
        return registry;
    }

    private ProbeResult Probe(PushRegistry registry) =>
        new PushProbe(_time, registry).Look(Target, Batch);
}
