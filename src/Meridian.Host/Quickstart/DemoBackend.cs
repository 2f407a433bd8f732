using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meridian.Host.Quickstart;

/// <summary>
/// A web server as small as one can be that still can be healthy or not: / says who it is, /healthz says 200 or 503, and
/// POST /down and /up choose which, so that a script can fail a backend without ending it.
/// </summary>
internal sealed class DemoBackend : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly IPEndPoint _listen;
    private readonly string _name;

    // Written and read by request threads: volatile, so that a change is seen by the next request.
    private volatile bool _isDown;

    public DemoBackend(IPEndPoint listen, string name, string site)
    {
        _listen = listen;
        _name = name;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(listen);
        });
        _application = builder.Build();
        string self = site.Length > 0 ? $"{name} at site {site}, {listen.Address}\n" : $"{name}, {listen.Address}\n";
        _application.Run(context => AnswerAsync(context, self));
    }

    /// <summary>Where it listens; the real port once it runs.</summary>
    public IPEndPoint Address
    {
        get
        {
            string? bound = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
            return bound is null ? _listen : new IPEndPoint(_listen.Address, new Uri(bound).Port);
        }
    }

    /// <summary>Serves until cancelled.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (IOException fault)
        {
            await error.WriteLineAsync($"{_name}: cannot listen on {_listen}: {fault.GetBaseException().Message}");
            return ExitCodes.Failure;
        }
        await output.WriteLineAsync($"{_name} listens on http://{Address}");
        await output.FlushAsync(CancellationToken.None);
        await _application.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context, string self)
    {
        string path = context.Request.Path.Value ?? "";
        if (HttpMethods.IsPost(context.Request.Method))
        {
            switch (path)
            {
                case "/down":
                    _isDown = true;
                    return SayAsync(context, StatusCodes.Status200OK, "/healthz says 503 from now on\n");
                case "/up":
                    _isDown = false;
                    return SayAsync(context, StatusCodes.Status200OK, "/healthz says 200 from now on\n");
                default:
                    return SayAsync(context, StatusCodes.Status404NotFound, "POST goes to /down or /up\n");
            }
        }
        return path switch
        {
            "/healthz" when _isDown => SayAsync(context, StatusCodes.Status503ServiceUnavailable, "down by request\n"),
            "/healthz" => SayAsync(context, StatusCodes.Status200OK, "ok\n"),
            "/" => SayAsync(context, StatusCodes.Status200OK, self),
            _ => SayAsync(context, StatusCodes.Status404NotFound, "nothing here\n"),
        };
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Signals belong to the command that runs the backend.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
