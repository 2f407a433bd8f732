using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Tests.Support;
using static Meridian.Health.Tests.Standby.GateBench;

namespace Meridian.Health.Tests.Standby;

/// <summary>When clients come to a pool that stood by.</summary>
public sealed class PoolPrewarmTests : IDisposable
{
    private readonly GateBench _gates = new();

    public void Dispose() => _gates.Dispose();

    [Fact]
    public void Prewarm_FirstFails_StandbyWaitsForItsTimeAndTheThirdServesMeanwhile()
    {
        using EngineBench bench = _gates.Bench(Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(30))));
        Assert.Equal(HealthState.Up, Shown(bench, Second));
        _gates.Fail(bench, First);

        // In one publication: at no instant is the cold one the first that is available.
        VerdictChange[] turn = bench.Sink.Publications.Last(changes => changes.Any(change => change.Member == First && change.Verdict.State == HealthState.Down));
        Assert.Contains(turn, change => change.Member == Second && change.Verdict.State == HealthState.Down);
        Assert.Equal("the pool is being made ready for clients (prewarm)", bench.Engine.GetReport(Second)!.Remark);
        Assert.Equal(HealthState.Up, Shown(bench, Third));

        bench.Run(TimeSpan.FromSeconds(25));
        Assert.Equal(HealthState.Down, Shown(bench, Second));
        bench.Run(TimeSpan.FromSeconds(7));
        Assert.Equal(HealthState.Up, Shown(bench, Second));
    }

    [Fact]
    public void Prewarm_NeededAgainSoon_IsStillWarmAndLaterIsNot()
    {
        using EngineBench bench = _gates.Bench(Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(5))));
        _gates.Fail(bench, First);
        bench.Run(TimeSpan.FromSeconds(7));
        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(5));
        _gates.Fail(bench, First);
        Assert.Equal(HealthState.Up, Shown(bench, Second));

        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(11));
        _gates.Fail(bench, First);
        Assert.Equal(HealthState.Down, Shown(bench, Second));
    }

    [Fact]
    public void Prewarm_PoolWithClientsOfItsOwn_IsWarm()
    {
        MeridianModel model = Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(30)));
        model = model with { Policies = model.Policies.SetItem("own", new PolicyModel { Name = "own", Root = new PoolNode("second") }) };
        model = model with { Zones = Zone("www", "own") };
        using EngineBench bench = _gates.Bench(model);
        _gates.Fail(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, Second));
    }
}
