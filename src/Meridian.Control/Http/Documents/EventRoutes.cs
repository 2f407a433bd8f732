using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Http;
using Wire = Meridian.Client.Wire;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// Changes as they happen, as server-sent events (WHATWG HTML §9.2): <c>revision</c>, with the revision's number as the
/// event's id, so that a reader that comes back with Last-Event-ID misses none; and <c>health</c>, each member whose state
/// changed. A reader that is too slow is cut off and comes back: nothing is kept for it.
/// </summary>
internal sealed class EventRoutes(LocalEndpointSources sources, LocalEndpointLimits limits, TimeProvider time)
{
    private const string MediaType = "text/event-stream";

    // 1 s to 1 min: words about a member (why, until when) that change without its status are seen by looking.
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2);

    // 1 s to 1 min. Below what proxies cut idle connections off after, which is commonly 30 s to 60 s.
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    // 16 to 100,000: events that wait for a reader. More means that it does not read.
    private const int QueueLength = 1024;

    private readonly HealthEvents _health = new(sources, time);
    private int _readers;

    public IEnumerable<ApiRoute> Routes =>
    [
        new ApiRoute
        {
            Method = HttpMethods.Get,
            Path = "/api/v1/events",
            Operation = "streamEvents",
            Tag = "events",
            Summary = "Revisions and changes of health as they happen",
            Description = "Server-sent events. `event: revision` has a Revision as its data and its number as its id; `event: health` has a member as in the "
                + "status. With `Last-Event-ID`, or `after`, the revisions since then come first.",
            Permission = Permission.Read,
            Query =
            [
                new ApiParameter("topics", "Which, separated by commas; both when it is left out.") { Values = ["revisions", "health"] },
                new ApiParameter("after", "Begin with the revisions after this one.", "integer"),
            ],
            Headers = [new ApiParameter("Last-Event-ID", "The id of the last event that was read.")],
            Answers = [new ApiAnswer(StatusCodes.Status200OK, "Events, until the reader goes.", new ApiContent(MediaType, null))],
            Handler = StreamAsync,
        },
    ];

    private Task<ApiReply> StreamAsync(ApiRequest request)
    {
        string[] topics = (request.Query("topics") ?? "revisions,health").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (topics.FirstOrDefault(topic => topic is not ("revisions" or "health")) is { } unknown)
        {
            return Task.FromResult(ApiReply.BadRequest($"unknown topic '{unknown}': there are revisions and health"));
        }
        if (!request.TryNumber("after", 0, long.MaxValue, -1, out long after, out ApiReply? refusal))
        {
            return Task.FromResult(refusal);
        }
        if (long.TryParse(request.Context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long last))
        {
            after = last;
        }
        // Counted here and given back when the stream ends: what is refused never was one.
        if (Interlocked.Increment(ref _readers) > limits.EventStreamCount)
        {
            Interlocked.Decrement(ref _readers);
            return Task.FromResult(ApiReply.Refuse(
                StatusCodes.Status503ServiceUnavailable, Wire.ProblemTypes.TooMany, $"{limits.EventStreamCount} readers of events are connected, which is the limit").RetryAfter(HeartbeatInterval));
        }
        return Task.FromResult(new ApiReply
        {
            Status = StatusCodes.Status200OK,
            ContentType = MediaType,
            Stream = (context, cancellationToken) => RunAsync(context, topics, after, cancellationToken),
        });
    }

    private async Task RunAsync(HttpContext context, string[] topics, long after, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, sources.Stopping);
        Channel<string> queue = Channel.CreateBounded<string>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
        List<Task> feeds = [BeatAsync(queue.Writer, ending.Token)];
        try
        {
            if (topics.Contains("revisions") && sources.Changes.Log is { } log)
            {
                feeds.Add(FeedRevisionsAsync(log, after, queue.Writer, ending.Token));
            }
            if (topics.Contains("health"))
            {
                feeds.Add(FeedHealthAsync(queue.Writer, ending.Token));
            }
            // The head goes out at once: a reader that has it knows that it misses nothing from here on.
            await WriteAsync(context, ": connected\n\n", ending.Token);
            await foreach (string text in queue.Reader.ReadAllAsync(ending.Token))
            {
                await WriteAsync(context, text, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The reader went, was too slow, or the server stops.
        }
        finally
        {
            await ending.CancelAsync();
            foreach (Task feed in feeds)
            {
                await feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            Interlocked.Decrement(ref _readers);
        }
    }

    private static async Task FeedRevisionsAsync(IChangeLog log, long after, ChannelWriter<string> queue, CancellationToken cancellationToken)
    {
        long from = Math.Max(after < 0 ? log.Head?.Number ?? 0 : after, log.OldestNumber - 1);
        try
        {
            await foreach (LogEntry entry in log.WatchAsync(from, cancellationToken))
            {
                string data = JsonSerializer.Serialize(PlanWire.Of(entry.Revision), ApiJson.Default.Revision);
                if (!queue.TryWrite(string.Create(CultureInfo.InvariantCulture, $"id: {entry.Revision.Number}\nevent: revision\ndata: {data}\n\n")))
                {
                    queue.TryComplete();
                    return;
                }
            }
        }
        catch (ChangeLogException e)
        {
            queue.TryComplete(e);
        }
    }

    private async Task FeedHealthAsync(ChannelWriter<string> queue, CancellationToken cancellationToken)
    {
        Task change = NextChange(cancellationToken);
        ImmutableArray<MemberReport> seen = _health.Current();
        while (true)
        {
            using (CancellationTokenSource looking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
            {
                await Task.WhenAny(change, Task.Delay(HealthInterval, time, looking.Token));
                await looking.CancelAsync();
            }
            await Task.Delay(HealthEvents.Freshness, time, cancellationToken);
            if (change.IsCompleted)
            {
                change = NextChange(cancellationToken);
            }
            ImmutableArray<MemberReport> now = _health.Current();
            foreach (MemberReport member in HealthEvents.Changes(seen, now))
            {
                if (!queue.TryWrite($"event: health\ndata: {HealthEvents.ToJson(member)}\n\n"))
                {
                    queue.TryComplete();
                    return;
                }
            }
            seen = now;
        }
    }

    private Task NextChange(CancellationToken cancellationToken) =>
        sources.NextChange?.Invoke(cancellationToken) ?? Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);

    private async Task BeatAsync(ChannelWriter<string> queue, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(HeartbeatInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            queue.TryWrite(": still here\n\n");
        }
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
