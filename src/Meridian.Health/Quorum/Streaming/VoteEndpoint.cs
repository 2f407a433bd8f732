using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meridian.Health.Quorum.Streaming;

/// <summary>
/// Where vantage points elsewhere join: one HTTP/2 request each, on which votes come and assignments go for as long as both
/// ends live. It shares nothing with answering but the engine's verdicts.
/// </summary>
public sealed class VoteEndpoint : IAsyncDisposable
{
    /// <summary>The path of the stream.</summary>
    public const string StreamPath = "/votes/v1";

    /// <summary>The header field in which a vantage point gives its name.</summary>
    public const string NameHeader = "Meridian-Vantage";

    private const string Scheme = "Bearer ";

    private readonly WebApplication _application;
    private readonly VoteListenModel _listen;
    private readonly VoteDesk _desk;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CertificateFiles _certificates = new();
    private long _refusalToldAt = long.MinValue;

    /// <param name="listen">Where.</param>
    /// <param name="desk">Takes the votes.</param>
    /// <param name="time">Drives keep-alive signs.</param>
    /// <param name="loggers">Where it logs.</param>
    public VoteEndpoint(VoteListenModel listen, VoteDesk desk, TimeProvider time, ILoggerFactory loggers)
    {
        (_listen, _desk, _time) = (listen, desk, time);
        _logger = loggers.CreateLogger<VoteEndpoint>();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Configure);
        _application = builder.Build();
        _application.Run(ServeAsync);
    }

    /// <summary>Where it listens; the real port once it was started.</summary>
    public IPEndPoint Address
    {
        get
        {
            string? bound = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            return bound is null ? _listen.Address : new IPEndPoint(_listen.Address.Address, new Uri(bound).Port);
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address is in use, or the certificate cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_listen.CertificateFile is { } file && !_certificates.TryLoadClient(file, out _, out string problem))
        {
            throw new IOException(problem);
        }

        await _application.StartAsync(cancellationToken);
        _logger.VotesListening(Address, _listen.CertificateFile is null ? " in clear: loopback only" : " over TLS");
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = VoteStreamLimits.MaxConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = 8192;

        // A stream is quiet while nothing happens; what is dead is noticed by the beats that are missing.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 2;
        kestrel.Listen(_listen.Address, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (_listen.CertificateFile is { } file)
            {
                listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Handshake(file)) });
            }
        });
    }

    private SslServerAuthenticationOptions Handshake(string file) => new()
    {
        // Read again when the file changes; without one the handshake fails, and the vantage point tries again.
        ServerCertificateContext = _certificates.TryLoadClient(file, out SslStreamCertificateContext? certificate, out _) ? certificate : null,
        ApplicationProtocols = [SslApplicationProtocol.Http2],

        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = AcceptForNow,
    };

    // Who it is follows from the fingerprint that the configuration names, which Join compares; so no authority is asked here.
    private static bool AcceptForNow(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null or X509Certificate2;

    private async Task ServeAsync(HttpContext context)
    {
        if (context.Request.Path != StreamPath || !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        IPAddress? remote = context.Connection.RemoteIpAddress;
        string address = $"{(remote is { IsIPv4MappedToIPv6: true } ? remote.MapToIPv4() : remote)}";
        string name = context.Request.Headers[NameHeader].ToString();
        string authorization = context.Request.Headers.Authorization.ToString();
        string? token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;
        string? certificate = context.Connection.ClientCertificate?.GetCertHashString(HashAlgorithmName.SHA256);
        if (_desk.Join(name, token, certificate, address) is not { } stream)
        {
            TellOfRefusal(address);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        _logger.VantageJoined(name, address);
        try
        {
            await ServeAsync(context, stream);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            // It has gone, or another stream took its place.
        }
        catch (Exception e)
        {
            // The one boundary of a stream: whatever one vantage point sends must not touch the others.
            _logger.VoteStreamBroke(e, name);
        }
        finally
        {
            _desk.Leave(stream);
            context.Abort();
        }
    }

    private async Task ServeAsync(HttpContext context, VoteStream stream)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } length)
        {
            length.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(ending.Token);
        Task reading = ReadAsync(context, stream, ending.Token);
        Task writing = WriteAsync(context, stream, ending.Token);
        Task ended = await Task.WhenAny(reading, writing);
        await ending.CancelAsync();
        await Task.WhenAll(reading, writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ended;
    }

    private async Task ReadAsync(HttpContext context, VoteStream stream, CancellationToken cancellationToken)
    {
        await foreach (ReadOnlySequence<byte> line in LineReader.ReadAsync(context.Request.BodyReader, VoteStreamLimits.MaxVoteLine, cancellationToken))
        {
            Take(stream, JsonLine.Read(line, VoteJson.Default.VoteLine));
        }
    }

    private void Take(VoteStream stream, VoteLine? line)
    {
        switch (line)
        {
            case { Beat: { } beat }:
                _desk.TakeBeat(stream, beat.Blind, beat.Remark);
                break;
            case { Vote: { } vote }:
                _desk.TakeVote(stream, VoteCodec.FromMessage(vote));
                break;
            case { Attempt: { } attempt }:
                _desk.TakeAttempt(stream, attempt.Check, VoteCodec.FromMessage(attempt));
                break;
        }
    }

    private async Task WriteAsync(HttpContext context, VoteStream stream, CancellationToken cancellationToken)
    {
        Task changed = stream.WaitAsync(cancellationToken).AsTask();
        using PeriodicTimer timer = new(VoteStreamLimits.BeatInterval, _time);
        Task<bool> tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        while (true)
        {
            Task woken = await Task.WhenAny(changed, tick);
            await woken;
            if (stream.IsEnded)
            {
                return;
            }

            byte[] line = "\n"u8.ToArray();
            if (woken == changed)
            {
                changed = stream.WaitAsync(cancellationToken).AsTask();
                line = _desk.Assign(stream) is { } assignment ? VoteCodec.Write(assignment) : line;
            }
            else
            {
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }

            await context.Response.BodyWriter.WriteAsync(line, cancellationToken);
        }
    }

    // Whoever knocks must not be able to fill the log.
    private void TellOfRefusal(string address)
    {
        long now = _time.GetTimestamp();
        long told = Interlocked.Read(ref _refusalToldAt);
        if (told != long.MinValue && _time.GetElapsedTime(told, now) < TimeSpan.FromSeconds(1))
        {
            return;
        }

        Interlocked.Exchange(ref _refusalToldAt, now);
        _logger.VantageRefused(address, "its name, token or certificate is not right");
    }

    /// <summary>Signals belong to the process that hosts the endpoint.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
