using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meridian.Control.Http;

/// <summary>
/// The local HTTP endpoint: health, readiness, metrics, status and explain, for this machine only and read-only but for the
/// circuit breaker, and for the reports of members that report by themselves, which carry a token. Its
/// failure never touches answering: it shares nothing with the data plane but what <see cref="LocalEndpointSources"/> reads.
/// </summary>
public sealed partial class LocalEndpoint : IAsyncDisposable
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    private readonly WebApplication _application;
    private readonly IPEndPoint _address;
    private readonly ILogger _logger;

    /// <param name="address">A loopback address; port 0 takes any free one.</param>
    /// <param name="sources">What it tells.</param>
    /// <param name="limits">What it bears.</param>
    /// <param name="loggers">Where it logs; Kestrel's own messages go there too.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    public LocalEndpoint(IPEndPoint address, LocalEndpointSources sources, LocalEndpointLimits limits, ILoggerFactory loggers)
    {
        if (RefuseToListen(address) is { } reason)
        {
            throw new ArgumentException(reason, nameof(address));
        }
        _address = address;
        _logger = loggers.CreateLogger<LocalEndpoint>();
        _application = Build(address, limits, loggers);
        Map(_application, new LocalEndpointHandlers(sources, limits));
    }

    /// <summary>Where it listens; the real port once it was started.</summary>
    public IPEndPoint Address
    {
        get
        {
            string? bound = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            return bound is null ? _address : new IPEndPoint(_address.Address, new Uri(bound).Port);
        }
    }

    /// <summary>Why the endpoint would not listen on an address, for configuration checks; null when it would.</summary>
    public static string? RefuseToListen(IPEndPoint address) => LoopbackGuard.RefuseToListen(address);

    /// <summary>Begins to listen.</summary>
    /// <exception cref="IOException">The address is in use.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _application.StartAsync(cancellationToken);
        LogListening(Address);
    }

    /// <summary>Ends what is in progress and stops listening.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static WebApplication Build(IPEndPoint address, LocalEndpointLimits limits, ILoggerFactory loggers)
    {
        // The empty builder reads no environment variable and no settings file: the address is the one given here.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = limits.ConnectionCount;
            kestrel.Limits.MaxRequestLineSize = limits.RequestLineLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = limits.RequestHeadersLength;
            kestrel.Limits.RequestHeadersTimeout = limits.RequestHeadTimeout;
            kestrel.Limits.KeepAliveTimeout = limits.IdleTimeout;
            // Nothing here takes a body; whoever sends one is disconnected after the answer.
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private void Map(WebApplication application, LocalEndpointHandlers handlers)
    {
        application.Use(GuardAsync);
        application.UseRouting();
        MapRead(application, "/", LocalEndpointHandlers.IndexAsync);
        MapRead(application, "/healthz", handlers.HealthAsync);
        MapRead(application, "/readyz", handlers.ReadyAsync);
        MapRead(application, "/metrics", handlers.MetricsAsync);
        MapRead(application, "/api/v1/status", handlers.StatusAsync);
        MapRead(application, "/api/v1/explain", handlers.ExplainAsync);
        application.MapPost("/api/v1/push/{monitor}/{member}", (RequestDelegate)handlers.PushAsync);
        application.MapPost("/api/v1/geo/accept", (RequestDelegate)handlers.AcceptPlacesAsync);
        application.MapPost("/api/v1/breaker/freeze", (RequestDelegate)handlers.FreezeAsync);
        application.MapPost("/api/v1/breaker/thaw", (RequestDelegate)handlers.ThawAsync);
    }

    private static void MapRead(IEndpointRouteBuilder routes, string path, RequestDelegate handler) => routes.MapMethods(path, ReadMethods, handler);

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        // State is of now: a cached "ready" is a lie a minute later.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!LoopbackGuard.Admits(context))
        {
            await LocalEndpointHandlers.WriteErrorsAsync(context, StatusCodes.Status403Forbidden, ["this endpoint answers its own machine only"]);
            return;
        }
        try
        {
            await next(context);
            await ExplainRefusalAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to tell.
        }
        catch (Exception fault)
        {
            // The one boundary of this endpoint: a fault in one document must not hide the others, nor say more than that it is one.
            LogFault(fault, context.Request.Path);
            if (!context.Response.HasStarted)
            {
                await LocalEndpointHandlers.WriteErrorsAsync(context, StatusCodes.Status500InternalServerError, ["an internal fault; the log has it"]);
            }
        }
    }

    // Routing refuses with a bare status; a person with curl deserves a sentence.
    private static Task ExplainRefusalAsync(HttpContext context) => context.Response switch
    {
        { HasStarted: true } => Task.CompletedTask,
        { StatusCode: StatusCodes.Status404NotFound } => LocalEndpointHandlers.WriteErrorsAsync(context, StatusCodes.Status404NotFound,
            [$"there is nothing at {context.Request.Path}; / lists what there is"]),
        { StatusCode: StatusCodes.Status405MethodNotAllowed } => LocalEndpointHandlers.WriteErrorsAsync(context, StatusCodes.Status405MethodNotAllowed,
            [$"this path is read-only: {context.Request.Method} is not among {context.Response.Headers.Allow}"]),
        _ => Task.CompletedTask,
    };

    /// <summary>Signals belong to the process that hosts the endpoint; the web host's default would stop on them by itself.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
