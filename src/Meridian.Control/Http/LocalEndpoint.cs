using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Meridian.Client.Wire;
using Meridian.Control.Http.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Meridian.Control.Http;

/// <summary>
/// The HTTP endpoint: health, readiness, metrics and the native API. On loopback unless told otherwise. Its failure never
/// touches answering: it shares nothing with the data plane but what <see cref="LocalEndpointSources"/> reads.
/// </summary>
public sealed partial class LocalEndpoint : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly EndpointOptions _options;
    private readonly ILogger _logger;

    // Streams of events have no end of their own.
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="options">Where it listens, and how.</param>
    /// <param name="sources">What it tells.</param>
    /// <param name="access">Who may do what.</param>
    /// <param name="loggers">Where it logs; Kestrel's own messages go there too.</param>
    /// <exception cref="ArgumentException">It would send tokens over the network in clear text.</exception>
    public LocalEndpoint(EndpointOptions options, LocalEndpointSources sources, EndpointAccess access, ILoggerFactory loggers)
    {
        if (RefuseToListen(options.Address, options.Certificate is not null, options.IsPlainAllowed) is { } reason)
        {
            throw new ArgumentException(reason, nameof(options));
        }
        _options = options;
        _logger = loggers.CreateLogger<LocalEndpoint>();
        ImmutableArray<ApiRoute> routes = RouteTable.Build(sources with { Stopping = _stopping.Token }, access, options.Limits);
        _application = Build(options, RouteTable.LongestBody(routes), loggers);
        Map(_application, routes, new ApiPipeline(access, loggers.CreateLogger<ApiPipeline>()));
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

    /// <summary>Where it listens, for a client.</summary>
    public Uri Url => new($"{(_options.Certificate is null ? "http" : "https")}://{Address}");

    /// <summary>Why the endpoint would not listen on an address, for configuration checks; null when it would.</summary>
    public static string? RefuseToListen(IPEndPoint address, bool isEncrypted = false, bool isPlainAllowed = false) =>
        LoopbackGuard.RefuseToListen(address, isEncrypted, isPlainAllowed);

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        LogListening(Url.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Ends what is in progress and stops listening.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _application.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _application.DisposeAsync();
        _stopping.Dispose();
    }

    private static WebApplication Build(EndpointOptions options, int bodyLengthMax, ILoggerFactory loggers)
    {
        // The empty builder reads no environment variable and no settings file: the address is the one given here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRoutingCore();
        // A reader that does not read must not hold up the end.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Limits.StopTimeout);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            LocalEndpointLimits limits = options.Limits;
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.ConnectionCount;
            kestrel.Limits.MaxRequestLineSize = limits.RequestLineLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.RequestHeadersLength;
            kestrel.Limits.MaxRequestHeaderCount = limits.RequestHeaderCount;
            kestrel.Limits.RequestHeadersTimeout = limits.RequestHeadTimeout;
            kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
            kestrel.Limits.Http2.MaxStreamsPerConnection = limits.StreamsPerConnection;
            kestrel.Limits.MaxRequestBodySize = bodyLengthMax;
            kestrel.Listen(options.Address, listen => ConfigureListener(listen, options));
        });
        return builder.Build();
    }

    private static void ConfigureListener(ListenOptions listen, EndpointOptions options)
    {
        if (options.Certificate is not { } certificate)
        {
            // HTTP/2 without TLS is for clients that know beforehand that it is spoken; browsers and curl do not.
            listen.Protocols = HttpProtocols.Http1;
            return;
        }
        listen.Protocols = HttpProtocols.Http1AndHttp2;
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

    private void Map(WebApplication application, ImmutableArray<ApiRoute> routes, ApiPipeline pipeline)
    {
        application.Use(GuardAsync);
        application.UseRouting();
        foreach (ApiRoute route in routes)
        {
            string[] methods = route.Method == HttpMethods.Get ? [HttpMethods.Get, HttpMethods.Head] : [route.Method];
            application.MapMethods(route.Path, methods, (RequestDelegate)(context => pipeline.ServeAsync(context, route)));
        }
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        // State is of now: a cached "ready" is a lie a minute later.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
            await ExplainRefusalAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to tell.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            // The client broke off its body, or sent it too slowly.
            await ApiReply.Refuse(e.StatusCode, ProblemTypes.BadRequest, "the request's body did not come whole").SendAsync(context);
        }
        catch (Exception fault)
        {
            // The one boundary of this endpoint: a fault in one document must not hide the others, nor say more than that it is one.
            LogFault(fault, context.Request.Path);
            if (!context.Response.HasStarted)
            {
                await ApiReply.Refuse(StatusCodes.Status500InternalServerError, ProblemTypes.Internal, "an internal fault; the log has it").SendAsync(context);
            }
        }
    }

    // Routing refuses with a bare status; a person with curl deserves a sentence.
    private static Task ExplainRefusalAsync(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => Task.CompletedTask,
        { StatusCode: StatusCodes.Status404NotFound } =>
            ApiReply.NotFound($"there is nothing at {context.Request.Path}; / lists what there is").SendAsync(context),
        { StatusCode: StatusCodes.Status405MethodNotAllowed } => ApiReply.Refuse(
            StatusCodes.Status405MethodNotAllowed,
            ProblemTypes.MethodNotAllowed,
            $"{context.Request.Method} cannot be done here; this path knows {context.Response.Headers.Allow}").SendAsync(context),
        _ => Task.CompletedTask,
    };

    /// <summary>Signals belong to the process that hosts the endpoint; the web host's default would stop on them by itself.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
