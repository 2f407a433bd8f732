using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Tests.Support;
using static Meridian.Health.Tests.Standby.GateBench;

namespace Meridian.Health.Tests.Standby;

/// <summary>When clients come back to a pool that had failed.</summary>
public sealed class PoolFailbackTests : IDisposable
{
    private readonly GateBench _gates = new();

    public void Dispose() => _gates.Dispose();

    [Fact]
    public void FailbackAuto_PoolRecovers_ClientsComeBackAtOnce()
    {
        using EngineBench bench = _gates.Bench(Model(new FailbackModel()));
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_PoolRecovers_ClientsStayUntilSomebodySaysSo()
    {
        using EngineBench bench = _gates.Bench(Model(Manual));
        _gates.Fail(bench, First);
        Assert.Equal("pool first is down: its clients can come back once it is well", bench.Engine.FailBack("first", "ann"));
        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromHours(1));

        Assert.Equal(HealthState.Down, Shown(bench, First));
        Assert.Equal(
            "the pool is well again and waits for 'meridian failback first'; clients stay with what serves in its place", bench.Engine.GetReport(First)!.Remark);
        Assert.Equal(HealthState.Up, Shown(bench, Second));

        Assert.Null(bench.Engine.FailBack("first", "ann: looked at it"));
        bench.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(HealthState.Up, Shown(bench, First));
        Assert.Equal("pool first does not wait for its failback", bench.Engine.FailBack("first", "ann"));
        Assert.Equal("there is no pool nowhere with members", bench.Engine.FailBack("nowhere", "ann"));
    }

    [Fact]
    public void FailbackAfter_PoolStumblesMeanwhile_TimeBeginsAnew()
    {
        using EngineBench bench = _gates.Bench(Model(new FailbackModel(FailbackKind.After, TimeSpan.FromMinutes(10))));
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(9));
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(9));
        Assert.Equal(HealthState.Down, Shown(bench, First));

        bench.Run(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(2));
        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_StandbyFails_ClientsComeBackInTheSameInstant()
    {
        using EngineBench bench = _gates.Bench(Model(Manual, withThird: false));
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);
        Assert.Equal(HealthState.Down, Shown(bench, First));
        _gates.Fail(bench, Second);

        Assert.Equal(HealthState.Up, Shown(bench, First));
        VerdictChange[] turn = bench.Sink.Publications.Last(changes => changes.Any(change => change.Member == Second && change.Verdict.State == HealthState.Down));
        Assert.Contains(turn, change => change.Member == First && change.Verdict.State == HealthState.Up);

        // Once back it stays: its standby's return is no reason to leave again.
        _gates.Recover(bench, Second);
        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_PoolWithoutAnotherBesideIt_DoesNotWait()
    {
        MeridianModel model = Model(Manual);
        model = model with { Policies = model.Policies.SetItem("alone", new PolicyModel { Name = "alone", Root = new PoolNode("first") }) };
        model = model with { Zones = Zone("www", "alone") };
        using EngineBench bench = _gates.Bench(model);
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_StrictPlace_DoesNotWaitForWhatLiesOutside()
    {
        MeridianModel model = Model(Manual);
        SteeringNode strict = new GeoNode([], new PoolNode("first"), Strict: true);
        PolicyModel policy = new() { Name = "www", Root = new FailoverNode([strict, new PoolNode("second")]) };
        using EngineBench bench = _gates.Bench(model with { Policies = model.Policies.SetItem("www", policy) });
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_OperatorDrainsTheStandby_ClientsComeBack()
    {
        MeridianModel model = Model(Manual, withThird: false);
        using EngineBench bench = _gates.Bench(model);
        _gates.Fail(bench, First);
        _gates.Recover(bench, First);
        bench.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Down, Shown(bench, First));

        OverrideModel drain = new()
        {
            Name = "drain",
            Pool = "second",
            State = AdminState.Draining,
            From = bench.Time.GetUtcNow() + TimeSpan.FromSeconds(30),
            Reason = "a test",
            Author = "ann",
        };
        Follow(bench, model, drain);
        bench.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(HealthState.Down, Shown(bench, First));
        bench.Run(TimeSpan.FromSeconds(12));
        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Failback_RandomFailures_SomebodyServesWheneverSomebodyCan(int seed)
    {
        Random random = new(seed);
        MeridianModel model = Model(Manual);
        foreach (string pool in new[] { "second", "third" })
        {
            FailbackModel failback = pool == "second" ? Manual : new FailbackModel(FailbackKind.After, TimeSpan.FromSeconds(20));
            model = model with { Pools = model.Pools.SetItem(pool, model.Pools[pool] with { Failback = failback }) };
        }

        using EngineBench bench = _gates.Bench(model);
        MemberKey[] members = [First, Second, Third];
        for (int step = 0; step < 500; step++)
        {
            MemberKey member = members[random.Next(members.Length)];
            _ = _gates.Up.Remove(member.Target) || _gates.Up.Add(member.Target);
            bench.Run(TimeSpan.FromSeconds(random.Next(2, 15)));

            Assert.All(members.Where(one => !_gates.Up.Contains(one.Target)), one => Assert.Equal(HealthState.Down, Shown(bench, one)));
            Assert.Equal(_gates.Up.Count > 0, members.Any(one => Shown(bench, one) == HealthState.Up));
        }
    }
}
