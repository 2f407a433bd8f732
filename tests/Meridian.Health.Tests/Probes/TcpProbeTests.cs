using System.Net;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Tcp;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Probes;

public sealed class TcpProbeTests
{
    private static readonly MonitorModel Monitor = Models.Monitor(MonitorType.Tcp);

    [Fact]
    public async Task Probe_Listening_SucceedsAndClosesInAnOrderlyWay()
    {
        TaskCompletionSource<int> lastRead = new();
        await using LoopbackServer server = LoopbackServer.Start(async (stream, stop) =>
            lastRead.SetResult(await stream.ReadAsync(new byte[1], stop)));

        ProbeResult result = await ProbeAsync(server.Port);

        Assert.Equal((ProbeOutcome.Success, "connected"), (result.Outcome, result.Reason));
        Assert.NotNull(result.Timings.Connect);
        Assert.Equal(0, await lastRead.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Probe_NobodyListens_SaysRefused()
    {
        ProbeResult result = await ProbeAsync(LoopbackServer.FreePort());

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
    }

    [Fact]
    public async Task Probe_DeadlinePassedBefore_DoesNotThrow()
    {
        TcpProbe probe = new(TimeProvider.System, new SystemNameResolver());

        ProbeResult result = await probe.ProbeAsync(
            new ProbeTarget(IPAddress.Loopback, null, LoopbackServer.FreePort()), Monitor, new CancellationToken(canceled: true));

        Assert.Equal((ProbeOutcome.TimedOut, "no answer within 3 s (stopped waiting for the connection)"), (result.Outcome, result.Reason));
    }

    [Theory]
    [InlineData(8080, 8080)]
    [InlineData(null, 80)]
    public void Target_OfMember_PrefersItsOwnPort(int? own, int expected)
    {
        MemberModel member = new() { Address = IPAddress.Parse("2001:db8::20"), Port = own };

        ProbeTarget target = ProbeTarget.Of(member, Monitor);

        Assert.Equal($"[2001:db8::20]:{expected}", target.ToString());
    }

    private static async Task<ProbeResult> ProbeAsync(int port)
    {
        using CancellationTokenSource deadline = new(Monitor.Timeout);
        TcpProbe probe = new(TimeProvider.System, new SystemNameResolver());
        return await probe.ProbeAsync(new ProbeTarget(IPAddress.Loopback, null, port), Monitor, deadline.Token);
    }
}
