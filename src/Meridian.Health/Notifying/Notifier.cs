using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Meridian.Engine.Model;
using Meridian.Health.Notifying.Mail;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Notifying;

/// <summary>
/// Tells people and their services of health events. It shares nothing with checking but a bounded queue: whoever is told
/// slowly, or not at all, delays no verdict.
/// </summary>
public sealed class Notifier : IDisposable
{
    // More than a whole site's members at once; beyond it the oldest are dropped, and that is logged.
    private const int QueueLength = 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // Over a restart of the receiver, and no longer: who gets the news later gets it from the state.
    private static readonly TimeSpan[] Retries = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _client;
    private readonly MailSender _mail;
    private readonly Channel<HealthEvent> _events;
    private readonly Dictionary<(string Target, string Key), (DateTimeOffset ToldAt, int Repeated)> _told = [];

    // Replaced whole at each configuration; read by the loop.
    private ImmutableArray<NotifyModel> _targets = [];

    /// <param name="handler">Posts; null for the network.</param>
    /// <param name="time">Drives retries.</param>
    /// <param name="logger">Where failures go.</param>
    public Notifier(HttpMessageHandler? handler, TimeProvider time, ILogger<Notifier> logger)
    {
        (_time, _logger) = (time, logger);
        _mail = new MailSender(time);
        _client = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false });
        BoundedChannelOptions options = new(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _events = Channel.CreateBounded<HealthEvent>(options, dropped => _logger.NotificationDropped(dropped.Incident));
    }

    /// <summary>Follows a new configuration.</summary>
    public void Follow(IEnumerable<NotifyModel> targets) => ImmutableInterlocked.InterlockedExchange(ref _targets, [.. targets]);

    /// <summary>Takes an event; never waits.</summary>
    public void Add(HealthEvent happened)
    {
        if (!_targets.IsEmpty)
        {
            _events.Writer.TryWrite(happened);
        }
    }

    /// <summary>Tells until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<Task> sending = [];
        try
        {
            await foreach (HealthEvent happened in _events.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (NotifyModel target in _targets)
                {
                    if (IsNews(target, happened, out int repeated))
                    {
                        // Each on its own, so that one receiver that hangs keeps no other waiting; the queue bounds them.
                        sending.Add(SendAsync(target, happened, repeated, cancellationToken));
                    }
                }

                sending.RemoveAll(task => task.IsCompleted);
                if (sending.Count > QueueLength)
                {
                    sending.Remove(await Task.WhenAny(sending));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end was asked for.
        }

        await Task.WhenAll(sending);
    }

    public void Dispose() => _client.Dispose();

    /// <summary>The same again within the quiet time is counted, and told with the next one.</summary>
    private bool IsNews(NotifyModel target, HealthEvent happened, out int repeated)
    {
        (string, string) key = (target.Name, $"{happened.Kind} {happened.Subject}");
        bool wasTold = _told.TryGetValue(key, out (DateTimeOffset ToldAt, int Repeated) last);
        bool isQuiet = wasTold && happened.At - last.ToldAt < target.Quiet;
        repeated = wasTold ? last.Repeated : 0;
        _told[key] = isQuiet ? (last.ToldAt, last.Repeated + 1) : (happened.At, 0);
        return !isQuiet;
    }

    private async Task SendAsync(NotifyModel target, HealthEvent happened, int repeated, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            string? problem = await TryTellAsync(target, happened, repeated, cancellationToken);
            if (problem is null || cancellationToken.IsCancellationRequested)
            {
                return;
            }

            if (attempt == Retries.Length)
            {
                _logger.NotificationFailed(target.Name, happened.Incident, problem, attempt + 1);
                return;
            }

            await Task.Delay(Retries[attempt], _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null when it was taken; otherwise why not.</summary>
    private async Task<string?> TryTellAsync(NotifyModel target, HealthEvent happened, int repeated, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        return target.Url is { } url
            ? await TryPostAsync(target, url, NotificationText.Write(target, happened, repeated), deadline.Token)
            : await _mail.TrySendAsync(target, happened, repeated, deadline.Token);
    }

    private async Task<string?> TryPostAsync(NotifyModel target, Uri url, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            if (target.Secret is { } secret)
            {
                request.Headers.Add(NotificationText.SignatureHeader, NotificationText.Sign(secret, _time.GetUtcNow(), body));
            }

            foreach (HeaderModel header in target.Headers)
            {
                request.Headers.TryAddWithoutValidation(header.Name, header.Value);
            }

            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return e is OperationCanceledException ? "no answer in time" : e.Message;
        }
    }
}
