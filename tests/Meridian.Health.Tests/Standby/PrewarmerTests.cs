using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Meridian.Engine.Model;
using Meridian.Health.Notifying;
using Meridian.Health.Standby;
using Meridian.Health.Tests.Support;

namespace Meridian.Health.Tests.Standby;

public sealed class PrewarmerTests
{
    [Fact]
    public async Task Add_HookRefusesTwice_IsAskedAgainUntilItSaysYes()
    {
        VirtualTime time = new();
        Hook hook = new(refusals: 2);
        TaskCompletionSource<string> warmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Prewarmer prewarmer = new(hook, pool => warmed.TrySetResult(pool), time);
        using CancellationTokenSource stop = new();
        Task running = prewarmer.RunAsync(stop.Token);
        prewarmer.Add(Pool(TimeSpan.FromSeconds(30)));
        await PassAsync(time, () => warmed.Task.IsCompleted);

        Assert.Equal("web-us", await warmed.Task);
        Assert.Equal(3, hook.Bodies.Count);
        JsonElement body = JsonDocument.Parse(hook.Bodies.First()).RootElement;
        Assert.Equal("prewarm", body.GetProperty("event").GetString());
        Assert.Equal("web-us", body.GetProperty("pool").GetString());
        Assert.Equal(30, body.GetProperty("wait_seconds").GetDouble());
        Assert.All(hook.Signatures, signature => Assert.StartsWith("t=", signature, StringComparison.Ordinal));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Add_HookNeverSaysYes_IsNotAskedBeyondItsTime()
    {
        VirtualTime time = new();
        Hook hook = new(refusals: int.MaxValue);
        bool isWarm = false;
        using Prewarmer prewarmer = new(hook, _ => isWarm = true, time);
        using CancellationTokenSource stop = new();
        Task running = prewarmer.RunAsync(stop.Token);
        prewarmer.Add(Pool(TimeSpan.FromSeconds(3)));
        await PassAsync(time, () => time.Elapsed > TimeSpan.FromSeconds(20));

        Assert.InRange(hook.Bodies.Count, 1, 4);
        Assert.False(isWarm);
        await stop.CancelAsync();
        await running;
    }

    private static PoolModel Pool(TimeSpan wait) => new()
    {
        Name = "web-us",
        Members = [],
        Prewarm = new PrewarmModel { Url = new Uri("http://127.0.0.1/prewarm"), Wait = wait, Secret = "a secret" },
    };

    private static async Task PassAsync(VirtualTime time, Func<bool> isOver)
    {
        for (int i = 0; i < 5000 && !isOver(); i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(20));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(isOver());
    }

    private sealed class Hook(int refusals) : HttpMessageHandler
    {
        private int _asked;

        internal ConcurrentQueue<string> Bodies { get; } = new();

        internal ConcurrentQueue<string> Signatures { get; } = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Bodies.Enqueue(await request.Content!.ReadAsStringAsync(cancellationToken));
            Signatures.Enqueue(request.Headers.GetValues(NotificationText.SignatureHeader).Single());
            return new HttpResponseMessage(_asked++ < refusals ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK);
        }
    }
}
