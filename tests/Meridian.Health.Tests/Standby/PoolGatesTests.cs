using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;
using Meridian.Health.Publishing;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Standby;

/// <summary>When clients come back to a pool that had failed, and when they come to one that stood by.</summary>
public sealed class PoolGatesTests : IDisposable
{
    private static readonly MonitorModel Monitor = Models.Monitor() with { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), Rise = 1, Fall = 1 };
    private static readonly MemberKey First = new("first", "203.0.113.1");
    private static readonly MemberKey Second = new("second", "203.0.113.2");
    private static readonly MemberKey Third = new("third", "203.0.113.3");
    private static readonly FailbackModel Manual = new(FailbackKind.Manual, TimeSpan.Zero);

    private readonly HashSet<string> _up = ["203.0.113.1", "203.0.113.2", "203.0.113.3"];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("meridian-gates-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void FailbackAuto_PoolRecovers_ClientsComeBackAtOnce()
    {
        using EngineBench bench = Bench(Model(new FailbackModel()));
        Fail(bench, First);
        Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_PoolRecovers_ClientsStayUntilSomebodySaysSo()
    {
        using EngineBench bench = Bench(Model(Manual));
        Fail(bench, First);
        Assert.Equal("pool first is down: its clients can come back once it is well", bench.Engine.FailBack("first", "ann"));
        Recover(bench, First);
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
        using EngineBench bench = Bench(Model(new FailbackModel(FailbackKind.After, TimeSpan.FromMinutes(10))));
        Fail(bench, First);
        Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(9));
        Fail(bench, First);
        Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(9));
        Assert.Equal(HealthState.Down, Shown(bench, First));

        bench.Run(TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(2));
        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_StandbyFails_ClientsComeBackInTheSameInstant()
    {
        using EngineBench bench = Bench(Model(Manual, withThird: false));
        Fail(bench, First);
        Recover(bench, First);
        Assert.Equal(HealthState.Down, Shown(bench, First));
        Fail(bench, Second);

        Assert.Equal(HealthState.Up, Shown(bench, First));
        VerdictChange[] turn = bench.Sink.Publications.Last(changes => changes.Any(change => change.Member == Second && change.Verdict.State == HealthState.Down));
        Assert.Contains(turn, change => change.Member == First && change.Verdict.State == HealthState.Up);

        // Once back it stays: its standby's return is no reason to leave again.
        Recover(bench, Second);
        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_PoolWithoutAnotherBesideIt_DoesNotWait()
    {
        MeridianModel model = Model(Manual);
        model = model with { Policies = model.Policies.SetItem("alone", new PolicyModel { Name = "alone", Root = new PoolNode("first") }) };
        model = model with { Zones = Zone("www", "alone") };
        using EngineBench bench = Bench(model);
        Fail(bench, First);
        Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_StrictPlace_DoesNotWaitForWhatLiesOutside()
    {
        MeridianModel model = Model(Manual);
        SteeringNode strict = new GeoNode([], new PoolNode("first"), Strict: true);
        PolicyModel policy = new() { Name = "www", Root = new FailoverNode([strict, new PoolNode("second")]) };
        using EngineBench bench = Bench(model with { Policies = model.Policies.SetItem("www", policy) });
        Fail(bench, First);
        Recover(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, First));
    }

    [Fact]
    public void FailbackManual_OperatorDrainsTheStandby_ClientsComeBack()
    {
        MeridianModel model = Model(Manual, withThird: false);
        using EngineBench bench = Bench(model);
        Fail(bench, First);
        Recover(bench, First);
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

    [Fact]
    public async Task FailbackManual_RestartWhileWaiting_ChangesNoAnswer()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        using (EngineBench before = Bench(Model(Manual), store))
        {
            Fail(before, First);
            Recover(before, First);
            await SaveAsync(before);
        }

        using EngineBench after = Bench(Model(Manual), store, isUpFirst: false);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        after.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        Assert.Null(after.Engine.FailBack("first", "ann"));
        after.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(HealthState.Up, Shown(after, First));
    }

    [Fact]
    public async Task FailbackAfter_RestartWhileWaiting_TimeGoesOnFromWhereItWas()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        MeridianModel model = Model(new FailbackModel(FailbackKind.After, TimeSpan.FromMinutes(10)));
        TimeSpan restartedAt;
        using (EngineBench before = Bench(model, store))
        {
            Fail(before, First);
            Recover(before, First);
            before.Run(TimeSpan.FromMinutes(6));
            await SaveAsync(before);
            restartedAt = before.Time.Elapsed;
        }

        using EngineBench after = Bench(model, store, isUpFirst: false, elapsed: restartedAt);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        after.Run(TimeSpan.FromMinutes(3));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        Assert.StartsWith("the pool is well again; clients come back once", after.Engine.GetReport(First)!.Remark, StringComparison.Ordinal);
        after.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(HealthState.Up, Shown(after, First));
    }

    [Fact]
    public async Task FailbackAuto_RestartDuringTheOutage_ClientsComeBackWithThePool()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        using (EngineBench before = Bench(Model(new FailbackModel()), store))
        {
            Fail(before, First);
            await SaveAsync(before);
        }

        using EngineBench after = Bench(Model(new FailbackModel()), store, isUpFirst: false);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        after.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        Recover(after, First);
        Assert.Equal(HealthState.Up, Shown(after, First));
    }

    [Fact]
    public async Task FailbackManual_PoolRecoversWhileTheServerIsDown_StillWaitsForSomebody()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        using (EngineBench before = Bench(Model(Manual), store))
        {
            Fail(before, First);
            await SaveAsync(before);
        }

        _up.Add(First.Target);
        using EngineBench after = Bench(Model(Manual), store, isUpFirst: false);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        after.Run(TimeSpan.FromMinutes(5));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        Assert.Null(after.Engine.FailBack("first", "ann"));
        after.Run(TimeSpan.FromMilliseconds(10));
        Assert.Equal(HealthState.Up, Shown(after, First));
    }

    [Fact]
    public async Task Prewarm_RestartWhileWarming_IsCalledAgainAndTheTimeGoesOn()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebServer hook = await WebServer.StartAsync(
            context =>
            {
                context.Response.StatusCode = 503;
                called.TrySetResult();
                return Task.CompletedTask;
            },
            HttpProtocols.Http1);
        PrewarmModel prewarm = new() { Url = new Uri($"http://127.0.0.1:{hook.Port}/prewarm"), Wait = TimeSpan.FromSeconds(30) };
        MeridianModel model = Model(new FailbackModel(), prewarm: prewarm);
        TimeSpan restartedAt;
        using (EngineBench before = Bench(model, store))
        {
            Fail(before, First);
            before.Run(TimeSpan.FromSeconds(15));
            Assert.Equal(HealthState.Down, Shown(before, Second));
            await SaveAsync(before);
            restartedAt = before.Time.Elapsed;
        }

        called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using EngineBench after = Bench(model, store, isUpFirst: false, elapsed: restartedAt);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(Second).State);
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Third).State);
        using CancellationTokenSource stop = new();
        Task running = after.Engine.RunAsync(stop.Token);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        using EngineBench late = Bench(model, store, isUpFirst: false, elapsed: restartedAt);
        late.Run(TimeSpan.FromSeconds(8));
        Assert.Equal(HealthState.Down, late.Engine.GetVerdict(Second).State);
        late.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Up, Shown(late, Second));
    }

    [Fact]
    public async Task Prewarm_RestartWhileWarm_IsNotCalledAgain()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        MeridianModel model = Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(5)));
        TimeSpan restartedAt;
        using (EngineBench before = Bench(model, store))
        {
            Fail(before, First);
            before.Run(TimeSpan.FromSeconds(10));
            Assert.Equal(HealthState.Up, Shown(before, Second));
            await SaveAsync(before);
            restartedAt = before.Time.Elapsed;
        }

        using EngineBench after = Bench(model, store, isUpFirst: false, elapsed: restartedAt);
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Second).State);
        after.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Second).State);
    }

    [Fact]
    public async Task Follow_PoolGetsItsGateLongAfterTheRestart_DoesNotBeginWhereItStoodThen()
    {
        VerdictStore store = new(_directory.FullName, NullLogger<VerdictStore>.Instance);
        using (EngineBench before = Bench(Model(Manual), store))
        {
            Fail(before, First);
            Recover(before, First);
            await SaveAsync(before);
        }

        using EngineBench after = Bench(Model(new FailbackModel()), store, isUpFirst: false);
        after.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(First).State);
        Follow(after, Model(Manual));
        after.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(First).State);
    }

    [Fact]
    public void Prewarm_FirstFails_StandbyWaitsForItsTimeAndTheThirdServesMeanwhile()
    {
        using EngineBench bench = Bench(Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(30))));
        Assert.Equal(HealthState.Up, Shown(bench, Second));
        Fail(bench, First);

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
        using EngineBench bench = Bench(Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(5))));
        Fail(bench, First);
        bench.Run(TimeSpan.FromSeconds(7));
        Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(5));
        Fail(bench, First);
        Assert.Equal(HealthState.Up, Shown(bench, Second));

        Recover(bench, First);
        bench.Run(TimeSpan.FromMinutes(11));
        Fail(bench, First);
        Assert.Equal(HealthState.Down, Shown(bench, Second));
    }

    [Fact]
    public void Prewarm_PoolWithClientsOfItsOwn_IsWarm()
    {
        MeridianModel model = Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(30)));
        model = model with { Policies = model.Policies.SetItem("own", new PolicyModel { Name = "own", Root = new PoolNode("second") }) };
        model = model with { Zones = Zone("www", "own") };
        using EngineBench bench = Bench(model);
        Fail(bench, First);

        Assert.Equal(HealthState.Up, Shown(bench, Second));
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

        using EngineBench bench = Bench(model);
        MemberKey[] members = [First, Second, Third];
        for (int step = 0; step < 500; step++)
        {
            MemberKey member = members[random.Next(members.Length)];
            _ = _up.Remove(member.Target) || _up.Add(member.Target);
            bench.Run(TimeSpan.FromSeconds(random.Next(2, 15)));

            Assert.All(members.Where(one => !_up.Contains(one.Target)), one => Assert.Equal(HealthState.Down, Shown(bench, one)));
            Assert.Equal(_up.Count > 0, members.Any(one => Shown(bench, one) == HealthState.Up));
        }
    }

    private static PrewarmModel Hook(TimeSpan wait) => new() { Url = new Uri("http://127.0.0.1:1/prewarm"), Wait = wait };

    private static HealthState Shown(EngineBench bench, MemberKey member) => bench.Sink.Of(member)?.State ?? HealthState.Unknown;

    private static MeridianModel Model(FailbackModel failback, PrewarmModel? prewarm = null, bool withThird = true)
    {
        PoolModel Pool(string name, string address) =>
            new() { Name = name, Monitor = Monitor.Name, Members = [new MemberModel { Address = IPAddress.Parse(address) }] };
        PoolModel[] pools =
        [
            Pool("first", "203.0.113.1") with { Failback = failback }, Pool("second", "203.0.113.2") with { Prewarm = prewarm }, Pool("third", "203.0.113.3"),
        ];
        SteeringNode[] order = [new PoolNode("first"), new PoolNode("second"), new PoolNode("third")];
        PolicyModel policy = new() { Name = "www", Root = new FailoverNode([.. withThird ? order : order[..2]]) };
        return new MeridianModel
        {
            Pools = pools.ToImmutableSortedDictionary(pool => pool.Name, pool => pool, StringComparer.Ordinal),
            Policies = ImmutableSortedDictionary.Create<string, PolicyModel>(StringComparer.Ordinal).Add("www", policy),
            Zones = Zone("www"),
        };
    }

    private static ImmutableSortedDictionary<ZoneKey, ZoneModel> Zone(params string[] policies)
    {
        DomainName apex = DomainName.Parse("example.com.");
        ZoneModel zone = new()
        {
            Apex = apex,
            Soa = new SoaModel { Primary = apex, Contact = apex },
            RRsets =
            [
                .. policies.Select(policy => new RRsetModel { Owner = apex, Type = RecordType.A, Steering = new SteeredDataModel { Policy = policy } }),
            ],
        };
        return ImmutableSortedDictionary<ZoneKey, ZoneModel>.Empty.Add(apex, zone);
    }

    private static void Follow(EngineBench bench, MeridianModel model, params OverrideModel[] overrides) => bench.Engine.Reconfigure(
        [
            .. model.Pools.Values.SelectMany(pool => pool.Members.Select(member =>
                new MemberSlot(new MemberKey(pool.Name, member.Target), pool, member, Monitor)
                {
                    Overrides = [.. overrides.Where(word => word.IsAbout(pool, member))],
                })),
        ],
        model: model);

    private static async Task SaveAsync(EngineBench bench)
    {
        using CancellationTokenSource stop = new();
        Task running = bench.Engine.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running;
    }

    private EngineBench Bench(MeridianModel model, VerdictStore? store = null, bool isUpFirst = true, TimeSpan elapsed = default)
    {
        EngineBench bench = new(ScriptedProbe.Answering(target => _up.Contains(target.Host)), store: store);
        bench.Time.Advance(elapsed);
        Follow(bench, model);
        if (isUpFirst)
        {
            bench.Run(TimeSpan.FromSeconds(3));
        }

        return bench;
    }

    private void Fail(EngineBench bench, MemberKey member)
    {
        _up.Remove(member.Target);
        bench.Run(TimeSpan.FromSeconds(2));
    }

    private void Recover(EngineBench bench, MemberKey member)
    {
        _up.Add(member.Target);
        bench.Run(TimeSpan.FromSeconds(2));
    }
}
