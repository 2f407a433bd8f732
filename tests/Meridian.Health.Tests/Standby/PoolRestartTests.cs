using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Meridian.Health.Tests.Standby.GateBench;

namespace Meridian.Health.Tests.Standby;

/// <summary>Failback and prewarming over a restart of the server: clients notice nothing of it.</summary>
public sealed class PoolRestartTests : IDisposable
{
    private readonly GateBench _gates = new();

    public void Dispose() => _gates.Dispose();

    [Fact]
    public async Task FailbackManual_RestartWhileWaiting_ChangesNoAnswer()
    {
        await _gates.RunUntilStoppedAsync(Model(Manual), before =>
        {
            _gates.Fail(before, First);
            _gates.Recover(before, First);
        });

        using EngineBench after = _gates.Resume(Model(Manual));
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
        MeridianModel model = Model(new FailbackModel(FailbackKind.After, TimeSpan.FromMinutes(10)));
        TimeSpan restartedAt = await _gates.RunUntilStoppedAsync(model, before =>
        {
            _gates.Fail(before, First);
            _gates.Recover(before, First);
            before.Run(TimeSpan.FromMinutes(6));
        });

        using EngineBench after = _gates.Resume(model, restartedAt);
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
        await _gates.RunUntilStoppedAsync(Model(new FailbackModel()), before => _gates.Fail(before, First));

        using EngineBench after = _gates.Resume(Model(new FailbackModel()));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        after.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(First).State);
        _gates.Recover(after, First);
        Assert.Equal(HealthState.Up, Shown(after, First));
    }

    [Fact]
    public async Task FailbackManual_PoolRecoversWhileTheServerIsDown_StillWaitsForSomebody()
    {
        await _gates.RunUntilStoppedAsync(Model(Manual), before => _gates.Fail(before, First));

        _gates.Up.Add(First.Target);
        using EngineBench after = _gates.Resume(Model(Manual));
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
        TimeSpan restartedAt = await _gates.RunUntilStoppedAsync(model, before =>
        {
            _gates.Fail(before, First);
            before.Run(TimeSpan.FromSeconds(15));
            Assert.Equal(HealthState.Down, Shown(before, Second));
        });

        called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using EngineBench after = _gates.Resume(model, restartedAt);
        Assert.Equal(HealthState.Down, after.Engine.GetVerdict(Second).State);
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Third).State);
        using CancellationTokenSource stop = new();
        Task running = after.Engine.RunAsync(stop.Token);
        await called.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        using EngineBench late = _gates.Resume(model, restartedAt);
        late.Run(TimeSpan.FromSeconds(8));
        Assert.Equal(HealthState.Down, late.Engine.GetVerdict(Second).State);
        late.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Up, Shown(late, Second));
    }

    [Fact]
    public async Task Prewarm_RestartWhileWarm_IsNotCalledAgain()
    {
        MeridianModel model = Model(new FailbackModel(), prewarm: Hook(TimeSpan.FromSeconds(5)));
        TimeSpan restartedAt = await _gates.RunUntilStoppedAsync(model, before =>
        {
            _gates.Fail(before, First);
            before.Run(TimeSpan.FromSeconds(10));
            Assert.Equal(HealthState.Up, Shown(before, Second));
        });

        using EngineBench after = _gates.Resume(model, restartedAt);
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Second).State);
        after.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(Second).State);
    }

    [Fact]
    public async Task Follow_PoolGetsItsGateLongAfterTheRestart_DoesNotBeginWhereItStoodThen()
    {
        await _gates.RunUntilStoppedAsync(Model(Manual), before =>
        {
            _gates.Fail(before, First);
            _gates.Recover(before, First);
        });

        using EngineBench after = _gates.Resume(Model(new FailbackModel()));
        after.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(First).State);
        Follow(after, Model(Manual));
        after.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(HealthState.Up, after.Engine.GetVerdict(First).State);
    }
}
