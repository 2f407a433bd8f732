using System.Collections.Immutable;
using System.Net;
using Meridian.Control.Http;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Http;

/// <summary>A local endpoint on a free port, whose sources a test sets, and a client for it.</summary>
internal sealed class EndpointUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);

    private readonly LocalEndpoint _endpoint;

    private EndpointUnderTest(LocalEndpointLimits limits, AccessUnderTest access, ILoggerFactory loggers)
    {
        var sources = new LocalEndpointSources
        {
            Configuration = () => Configuration,
            Readiness = () => Readiness,
            Status = () => Status(),
            Metrics = writer => Metrics(writer),
            Explain = (request, cancellationToken) => Explain(request, cancellationToken),
            Push = report => Push(report),
            Breaker = command => Breaker(command),
        };
        Access = access;
        EndpointOptions options = new() { Address = new IPEndPoint(IPAddress.Loopback, 0), Limits = limits };
        _endpoint = new LocalEndpoint(options, sources, access.Endpoint, loggers);
    }

    public ConfigurationStatus Configuration { get; set; } =
        new() { State = ConfigurationState.Ok, Source = "meridian.yaml", LoadedAt = Now };

    public Readiness Readiness { get; set; } = new(true, true, true);

    public Func<StatusReport> Status { get; set; } = () => Report;

    public Action<TextWriter> Metrics { get; set; } = _ => { };

    public Func<ExplainRequest, CancellationToken, Task<ExplainReply>> Explain { get; set; } = (_, _) => Task.FromResult(ExplainReply.Explained("{}", ""));

    public Action<BreakerCommand> Breaker { get; set; } = _ => { };

    public Func<PushRequest, bool> Push { get; set; } = _ => false;

    public AccessUnderTest Access { get; }

    public IPEndPoint Address => _endpoint.Address;

    public HttpClient Client { get; } = new();

    public static StatusReport Report { get; } = new()
    {
        Version = "0.1.0",
        StartedAt = Now.AddHours(-1),
        Now = Now,
        Listening = ["udp 127.0.0.1:5300", "tcp 127.0.0.1:5300"],
        Configuration = new ConfigurationStatus { State = ConfigurationState.Ok, Source = "meridian.yaml", LoadedAt = Now.AddHours(-1) },
        Readiness = new Readiness(true, true, true),
        Revision = new RevisionStatus(7, 2026112000, "ab12", 2),
        Geo = new GeoStatus("builtin", Now.AddDays(-9)),
        Members =
        [
            new MemberReport
            {
                Pool = "web-eu",
                Target = "127.0.1.1",
                Site = "eu",
                Weight = 3,
                AdminState = AdminState.ForcedUp,
                AdminReason = "disk swap",
                Monitor = "web",
                Health = HealthState.Down,
                Since = Now.AddMinutes(-2),
                Reason = "connection refused",
            },
        ],
        Counters = new CounterStatus
        {
            QueriesUdp = 12,
            Responses = ImmutableSortedDictionary<string, long>.Empty.Add("NoError", 11).Add("NXDomain", 1),
        },
    };

    public static async Task<EndpointUnderTest> StartAsync(
        LocalEndpointLimits? limits = null, ILoggerFactory? loggers = null, AccessUnderTest? access = null)
    {
        var started = new EndpointUnderTest(limits ?? new LocalEndpointLimits(), access ?? new AccessUnderTest(), loggers ?? NullLoggerFactory.Instance);
        await started._endpoint.StartAsync(TestContext.Current.CancellationToken);
        started.Client.BaseAddress = new Uri($"http://{started.Address}");
        return started;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Client.SendAsync(request, TestContext.Current.CancellationToken);

    public static Task<string> BodyOfAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _endpoint.DisposeAsync();
        await Access.DisposeAsync();
    }
}
