using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Meridian.Dns.Names;
using Meridian.Engine.Health;
using Meridian.Engine.Model;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Publishing;
using Meridian.Health.Quorum;
using Meridian.Health.Quorum.Streaming;
using Meridian.Health.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Health.Tests.Quorum;

/// <summary>A vantage point and a server, over real HTTP/2 on loopback.</summary>
public sealed class VoteStreamTests
{
    private const string Token = "a-token-of-us-0123456789";
    private static readonly MemberKey Member = new("eu", "203.0.113.10");

    private static readonly MonitorModel Monitor = Models.Monitor() with
    {
        Interval = TimeSpan.FromMilliseconds(200),
        Timeout = TimeSpan.FromMilliseconds(200),
        Rise = 1,
        Fall = 1,
        Quorum = new QuorumModel { From = ["us"] },
    };

    private volatile bool _isUp = true;

    [Fact]
    public async Task Join_ServerRestarts_VantagePointComesBackAndVotesAtOnce()
    {
        RecordingSink first = new();
        VotingServer server = await VotingServer.StartAsync(first, port: 0);
        int port = server.Address.Port;
        using VantageAgent agent = Agent(new Uri($"http://127.0.0.1:{port}"), Token);
        using CancellationTokenSource stop = new();
        Task running = agent.RunAsync(stop.Token);
        await first.WaitForAsync(Member, HealthState.Up, TestContext.Current.CancellationToken);

        _isUp = false;
        await first.WaitForAsync(Member, HealthState.Down, TestContext.Current.CancellationToken);
        MemberHealthReport report = server.Engine.GetReport(Member)!;
        Assert.Contains("1 of 1 sighted vantage points say down (up when majority); us: status 503", report.Cause, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", Assert.Single(server.Engine.Vantages, vantage => vantage.Name == "us").Address);
        await server.DisposeAsync();

        RecordingSink second = new();
        server = await VotingServer.StartAsync(second, port);
        await second.WaitForAsync(Member, HealthState.Down, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await running;
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Join_WithCertificates_EachKnowsTheOther()
    {
        string directory = Directory.CreateTempSubdirectory("meridian-votes").FullName;
        string serverFile = WriteCertificate(directory, "server", out _);
        string clientFile = WriteCertificate(directory, "client", out string fingerprint);
        string otherFile = WriteCertificate(directory, "other", out _);
        RecordingSink sink = new();
        VotingServer server = await VotingServer.StartAsync(
            sink, 0, serverFile, new VantagePointModel { Name = "us", Certificate = fingerprint });
        Uri url = new($"https://127.0.0.1:{server.Address.Port}");
        using VantageAgent impostor = Agent(url, null, otherFile, serverFile);
        using VantageAgent agent = Agent(url, null, clientFile, serverFile);
        using CancellationTokenSource stop = new();
        Task running = Task.WhenAll(impostor.RunAsync(stop.Token), agent.RunAsync(stop.Token));

        await sink.WaitForAsync(Member, HealthState.Up, TestContext.Current.CancellationToken);
        Assert.True(agent.IsJoined);
        Assert.False(impostor.IsJoined);

        await stop.CancelAsync();
        await running;
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Write_MonitorWithEverything_ArrivesAsItWas()
    {
        MonitorModel monitor = Monitor with
        {
            Quorum = null,
            Headers = Monitor.Headers.Add("X", "y"),
            ExpectedStatus = [new StatusRange(200, 204), new StatusRange(404, 404)],
            SourceAddress = IPAddress.IPv6Loopback,
            Redirects = new RedirectModel { Max = 7, AllowsDowngrade = true },
            Confirm = new ConfirmModel { Probes = 7 },
            Dns = new DnsQuestionModel { Name = DomainName.Parse("www.example."), ExpectedRcodes = [Dns.Rcode.NXDomain] },
            Script = new ScriptModel { Command = ["/bin/true", "{address}"] },
            Prometheus = new PrometheusModel { Url = "http://x", Query = "up", Threshold = 0.5 },
            Damping = new DampingModel { Changes = 9 },
            Degraded = new DegradedModel { Above = TimeSpan.FromMilliseconds(80) },
            SlowStart = TimeSpan.FromMinutes(2),
        };
        CheckKey key = new(monitor with { Quorum = new QuorumModel { From = ["us"] } }, new ProbeTarget(null, "web.example", 8080));

        byte[] line = VoteCodec.Write(new Assignment([new AssignedCheck(42, key)], [IPEndPoint.Parse("[2001:db8::1]:443")]));
        AssignmentMessage read = JsonLine.Read(new System.Buffers.ReadOnlySequence<byte>(line), VoteJson.Default.DeskLine)!.Assignment!;

        // Damping is of what the votes come to, where they are counted.
        Assert.True(CheckKey.AreSame(monitor with { Damping = null }, Assert.Single(read.Monitors)));
        CheckMessage check = Assert.Single(read.Checks);
        Assert.Equal((42, 0), (check.Id, check.Monitor));
        Assert.Equal(key.Target, VoteCodec.TargetOf(check));
        Assert.Equal(["[2001:db8::1]:443"], read.References);
    }

    [Fact]
    public void Read_WhatIsNotOfTheProtocol_IsRefusedWithoutAnythingElse()
    {
        foreach (string text in new[] { "{", "[]", "{\"vote\":{\"check\":\"x\"}}", "{\"beat\":7}", "nonsense" })
        {
            Assert.Throws<InvalidDataException>(() => JsonLine.Read(
                new System.Buffers.ReadOnlySequence<byte>(System.Text.Encoding.UTF8.GetBytes(text)), VoteJson.Default.VoteLine));
        }
    }

    private VantageAgent Agent(Uri server, string? token, string? certificate = null, string? authority = null) => new(
        new AgentOptions { Server = server, Name = "us", Token = token, CertificateFile = certificate, AuthorityFile = authority },
        ScriptedProbe.Answering(_ => _isUp),
        TimeProvider.System,
        new Random(1),
        NullLoggerFactory.Instance);

    private static string WriteCertificate(string directory, string name, out string fingerprint)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        string path = Path.Combine(directory, name + ".pem");
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return path;
    }

    /// <summary>The health engine of a server with the endpoint for votes.</summary>
    private sealed class VotingServer : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly VoteEndpoint _endpoint;

        private VotingServer(RecordingSink sink, int port, string? certificate, VantagePointModel us)
        {
            Engine = new HealthEngine(
                sink, ScriptedProbe.Answering(_ => true), new HealthOptions(), TimeProvider.System, NullLogger<HealthEngine>.Instance, store: null);
            Engine.Reconfigure(
                [Models.Slot(Member.Pool, Member.Target, Monitor)], null, null,
                ImmutableSortedDictionary<string, VantagePointModel>.Empty.Add("us", us));
            VoteListenModel listen = new() { Address = new IPEndPoint(IPAddress.Loopback, port), CertificateFile = certificate };
            _endpoint = new VoteEndpoint(listen, Engine.Votes, TimeProvider.System, NullLoggerFactory.Instance);
        }

        internal HealthEngine Engine { get; }

        internal IPEndPoint Address => _endpoint.Address;

        public async ValueTask DisposeAsync()
        {
            await _endpoint.DisposeAsync();
            await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // Started by this very object, and there is no synchronisation context.
            await _ended.Task;
#pragma warning restore VSTHRD003
            Engine.Dispose();
            _stop.Dispose();
        }

        internal static async Task<VotingServer> StartAsync(
            RecordingSink sink, int port, string? certificate = null, VantagePointModel? us = null)
        {
            VotingServer server = new(sink, port, certificate, us ?? new VantagePointModel { Name = "us", Token = Token });
            await server._endpoint.StartAsync(TestContext.Current.CancellationToken);
            _ = server.RunAsync();
            return server;
        }

        private async Task RunAsync()
        {
            await Engine.RunAsync(_stop.Token);
            _ended.SetResult();
        }
    }
}
