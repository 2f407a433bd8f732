using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Meridian.Control.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Route53;

/// <summary>
/// The Route 53 API (2013-04-01) on a listener of its own. It translates between XML and documents of the change log; nothing
/// of it is in the way of answering.
/// </summary>
public sealed partial class Route53Endpoint : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Route53Pipeline _pipeline;
    private readonly EndpointOptions _options;
    private readonly ILogger _logger;

    /// <param name="options">Where it listens, and how.</param>
    /// <param name="sources">What it reads and writes.</param>
    /// <param name="limits">How much it takes.</param>
    /// <param name="loggers">Where it logs; Kestrel's own messages go there too.</param>
    /// <exception cref="ArgumentException">It would listen beyond this machine in clear text.</exception>
    public Route53Endpoint(EndpointOptions options, Route53Sources sources, Route53Limits limits, ILoggerFactory loggers)
    {
        if (LoopbackGuard.RefuseToListen(options.Address, options.Certificate is not null, options.IsPlainAllowed) is { } reason)
        {
            throw new ArgumentException(reason, nameof(options));
        }
        _options = options;
        _logger = loggers.CreateLogger<Route53Endpoint>();
        _pipeline = new Route53Pipeline(sources, limits, loggers.CreateLogger<Route53Pipeline>());
        _application = Build(options, limits, loggers);
        _application.Run(_pipeline.ServeAsync);
    }

    /// <summary>Where it listens; the real port once it was started.</summary>
    public IPEndPoint Address
    {
        get
        {
            string? bound = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            return bound is null ? _options.Address : new IPEndPoint(_options.Address.Address, new Uri(bound).Port);
        }
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        LogListening($"{(_options.Certificate is null ? "http" : "https")}://{Address}");
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _pipeline.Dispose();
    }

    private static WebApplication Build(EndpointOptions options, Route53Limits limits, ILoggerFactory loggers)
    {
        // The empty builder reads no environment variable and no settings file: the address is the one given here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = limits.StopTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.ConnectionCount;
            kestrel.Limits.MaxRequestLineSize = limits.RequestLineLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = options.Limits.RequestHeadersLength;
            kestrel.Limits.MaxRequestHeaderCount = options.Limits.RequestHeaderCount;
            kestrel.Limits.RequestHeadersTimeout = options.Limits.RequestHeadTimeout;
            kestrel.Limits.KeepAliveTimeout = options.Limits.IdleTimeout;
            kestrel.Limits.MaxRequestBodySize = limits.BodyLength;
            kestrel.Listen(options.Address, listen => ConfigureListener(listen, options));
        });
        return builder.Build();
    }

    private static void ConfigureListener(ListenOptions listen, EndpointOptions options)
    {
        // HTTP/1.1 is what clients of this API speak, with TLS and without.
        listen.Protocols = HttpProtocols.Http1;
        if (options.Certificate is { } certificate)
        {
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = options.Limits.RequestHeadTimeout,
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = certificate.Current,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                }),
            });
        }
    }

    // Event ids 4800 to 4819 are this folder's. Next free: 4804.
    [LoggerMessage(4800, LogLevel.Information, "The Route 53 API listens on {Url}")]
    private partial void LogListening(string url);

    /// <summary>Signals belong to the process that hosts the endpoint.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
