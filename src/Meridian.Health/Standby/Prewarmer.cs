using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Meridian.Engine.Model;
using Meridian.Health.Notifying;

namespace Meridian.Health.Standby;

/// <summary>Calls the hooks of standby pools that are about to get clients, each until it says yes or the clients wait no longer.</summary>
/// <param name="handler">Posts; null for the network.</param>
/// <param name="warmed">Told of each pool whose hook said yes.</param>
/// <param name="time">Drives repeats.</param>
internal sealed class Prewarmer(HttpMessageHandler? handler, Action<string> warmed, TimeProvider time) : IDisposable
{
    // As many pools as one model may have standing by; beyond it the oldest go without, and get their clients after their time.
    private const int QueueLength = 1024;
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Channel<PoolModel> _pools = Channel.CreateBounded<PoolModel>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>A pool is about to get clients; never waits.</summary>
    internal void Add(PoolModel pool) => _pools.Writer.TryWrite(pool);

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> calls = [];
        try
        {
            await foreach (PoolModel pool in _pools.Reader.ReadAllAsync(cancellationToken))
            {
                calls.RemoveAll(call => call.IsCompleted);
                calls.Add(CallAsync(pool, cancellationToken));
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }

        await Task.WhenAll(calls);
    }

    public void Dispose() => _client.Dispose();

    private async Task CallAsync(PoolModel pool, CancellationToken cancellationToken)
    {
        if (pool.Prewarm is not { } prewarm)
        {
            return;
        }

        using CancellationTokenSource waiting = new(prewarm.Wait, time);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, waiting.Token);
        while (!deadline.IsCancellationRequested)
        {
            if (await TryPostAsync(pool.Name, prewarm, deadline.Token))
            {
                warmed(pool.Name);
                return;
            }

            await Task.Delay(RepeatAfter, time, deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryPostAsync(string pool, PrewarmModel prewarm, CancellationToken cancellationToken)
    {
        try
        {
            DateTimeOffset now = time.GetUtcNow();
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(
                new PrewarmMessage(1, "prewarm", pool, now, prewarm.Wait.TotalSeconds), PrewarmJson.Default.PrewarmMessage);
            using HttpRequestMessage request = new(HttpMethod.Post, prewarm.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (prewarm.Secret is { } secret)
            {
                request.Headers.Add(NotificationText.SignatureHeader, NotificationText.Sign(secret, now, body));
            }

            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>What a hook gets.</summary>
internal sealed record PrewarmMessage(int Version, string Event, string Pool, DateTimeOffset At, double WaitSeconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PrewarmMessage))]
internal sealed partial class PrewarmJson : JsonSerializerContext;
