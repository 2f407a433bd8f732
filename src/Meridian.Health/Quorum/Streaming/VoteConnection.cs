using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Meridian.Health.Probes.Tls;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>The vantage point's end of the stream: joins, speaks, listens, and joins again when it breaks.</summary>
internal sealed class VoteConnection : IDisposable
{
    private readonly AgentOptions _options;
    private readonly Outbox _outbox;
    private readonly Action<AssignmentMessage> _follow;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly HttpClient _client;
    private volatile bool _isJoined;

    internal VoteConnection(
        AgentOptions options, Outbox outbox, Action<AssignmentMessage> follow, TimeProvider time, Random random, ILogger logger)
    {
        (_options, _outbox, _follow, _time, _random, _logger) = (options, outbox, follow, time, random, logger);
        _client = new HttpClient(CreateHandler(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    internal bool IsJoined => _isJoined;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = VoteStreamLimits.FirstRetry;
        while (!cancellationToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                reason = await JoinAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested
                && e is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
            {
                reason = e.InnerException?.Message ?? e.Message;
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // Who was joined for a while tries again soon; who is refused leaves the server in peace.
            pause = _isJoined ? VoteStreamLimits.FirstRetry : pause;
            _isJoined = false;
            TimeSpan delay = pause * (1 - (_random.NextDouble() / 2));
            _logger.JoinFailed(_options.Server, reason, DurationText.Format(delay));
            pause = pause * 2 < VoteStreamLimits.LastRetry ? pause * 2 : VoteStreamLimits.LastRetry;
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler CreateHandler(AgentOptions options)
    {
        SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
        };
        if (options.AuthorityFile is { } authority)
        {
            X509Certificate2Collection roots = [];
            roots.ImportFromPemFile(authority);
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(roots);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        if (options.CertificateFile is { } file)
        {
            CertificateFiles files = new();
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) =>
                files.TryLoadClient(file, out SslStreamCertificateContext? certificate, out _) ? certificate.TargetCertificate : null!; // Null presents none.
        }

        return handler;
    }

    /// <summary>One connection, from its beginning to its end; gives why it ended.</summary>
    private async Task<string> JoinAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_options.Server, VoteEndpoint.StreamPath))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new VoteContent(stream => SpeakAsync(stream, ending.Token)),
        };
        request.Headers.Add(VoteEndpoint.NameHeader, _options.Name);
        request.Headers.Authorization = _options.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        ending.CancelAfter(VoteStreamLimits.ServerSilence);
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return response.StatusCode == HttpStatusCode.Forbidden
                ? "refused: the name, the token or the certificate is not right"
                : $"status {(int)response.StatusCode}";
        }

        _isJoined = true;
        _logger.Joined(_options.Server, _options.Name);
        PipeReader reader = PipeReader.Create(await response.Content.ReadAsStreamAsync(ending.Token));
        try
        {
            await foreach (ReadOnlySequence<byte> line in LineReader.ReadAsync(reader, VoteStreamLimits.MaxDeskLine, ending.Token))
            {
                // Every line shows that the server lives, and gives it as long again.
                ending.CancelAfter(VoteStreamLimits.ServerSilence);
                if (JsonLine.Read(line, VoteJson.Default.DeskLine)?.Assignment is { } assignment)
                {
                    _follow(assignment);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"nothing was heard for {DurationText.Format(VoteStreamLimits.ServerSilence)}";
        }
        finally
        {
            await ending.CancelAsync();
        }

        return "the server ended the connection";
    }

    private async Task SpeakAsync(Stream stream, CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(VoteStreamLimits.BeatInterval, _time);
        Task<bool> tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        Task signal = _outbox.WaitAsync(cancellationToken).AsTask();
        while (true)
        {
            foreach (VoteLine line in _outbox.Take())
            {
                await stream.WriteAsync(VoteCodec.Write(line), cancellationToken);
            }

            await stream.FlushAsync(cancellationToken);
            Task woken = await Task.WhenAny(tick, signal);
            await woken;
            tick = woken == tick ? timer.WaitForNextTickAsync(cancellationToken).AsTask() : tick;
            signal = woken == signal ? _outbox.WaitAsync(cancellationToken).AsTask() : signal;
        }
    }

    /// <summary>A request body that goes on for as long as the connection lives.</summary>
    private sealed class VoteContent(Func<Stream, Task> write) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

        protected override bool TryComputeLength(out long length)
        {
            length = -1;
            return false;
        }
    }
}
