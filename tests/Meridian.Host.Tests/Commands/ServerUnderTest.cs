using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Http;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Host.Tests.Commands;

/// <summary>The local endpoint of a server with a known state, on a free port.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);

    private readonly EndpointAccess _access = OpenAccess();
    private readonly LocalEndpoint _endpoint;

    private ServerUnderTest() => _endpoint = new LocalEndpoint(
        new EndpointOptions { Address = new IPEndPoint(IPAddress.Loopback, 0) },
        new LocalEndpointSources
        {
            Configuration = () => Report.Configuration,
            Readiness = () => Report.Readiness,
            Status = () => Report,
            Metrics = _ => { },
            Explain = (request, _) => Task.FromResult(Explain(request)),
        },
        _access,
        NullLoggerFactory.Instance);

    public StatusReport Report { get; set; } = new()
    {
        Version = "0.1.0",
        StartedAt = Now.AddMinutes(-90),
        Now = Now,
        Listening = ["udp 127.0.0.1:5300"],
        Configuration = new ConfigurationStatus { State = ConfigurationState.Ok, Source = "meridian.yaml", LoadedAt = Now.AddMinutes(-1) },
        Readiness = new Readiness(true, true, true),
        Revision = new RevisionStatus(7, 2026112000, "0123456789abcdef", 2),
        Members =
        [
            Member("127.0.1.1") with { Health = HealthState.Down, Reason = "connection refused", Since = Now.AddSeconds(-42) },
            Member("127.0.1.2") with { AdminState = AdminState.Draining, AdminReason = "disk [swap]", AdminUntil = Now.AddHours(3) },
        ],
        Counters = new CounterStatus
        {
            QueriesUdp = 12,
            QueriesTcp = 3,
            Steered = 5,
            Responses = ImmutableSortedDictionary<string, long>.Empty.Add("NoError", 14).Add("NXDomain", 1),
        },
    };

    public Func<ExplainRequest, ExplainReply> Explain { get; set; } = _ => ExplainReply.Refused("not set");

    public string Url => $"http://{_endpoint.Address}";

    public static async Task<ServerUnderTest> StartAsync()
    {
        var server = new ServerUnderTest();
        await server._endpoint.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        await _access.Audit.DisposeAsync();
    }

    private static EndpointAccess OpenAccess()
    {
        TimeProvider time = TimeProvider.System;
        AccessLimits limits = new();
        TokenIndex index = new(new TokenUses(null));
        LoginThrottle throttle = new(limits, time);
        MemoryChangeLog log = new(time);
        return new EndpointAccess
        {
            Authenticator = new Authenticator(index, throttle, Role.Admin, time),
            Throttle = throttle,
            Audit = new AuditLog(null, limits, time, NullLogger<AuditLog>.Instance),
            Tokens = new TokenService(log, index, limits, time, RandomNumberGenerator.Fill, NullLogger<TokenService>.Instance),
            Keys = new AccessKeyService(log, new AccessKeyIndex(index.Uses), limits, time, RandomNumberGenerator.Fill, NullLogger<AccessKeyService>.Instance),
        };
    }

    private static MemberReport Member(string target) => new()
    {
        Pool = "web-eu",
        Target = target,
        Site = "eu",
        Weight = 1,
        AdminState = AdminState.Auto,
        Monitor = "web",
        Health = HealthState.Up,
    };
}
