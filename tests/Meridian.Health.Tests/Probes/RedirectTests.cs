using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meridian.Health.Tests.Probes;

/// <summary>What probes do with answers that send them elsewhere, against real servers.</summary>
public sealed class RedirectTests
{
    private static readonly MonitorModel Plain = Models.Monitor() with
    {
        Host = "www.example.com",
        Redirects = new RedirectModel(),
        Headers = Models.Monitor().Headers.Add("Authorization", "Bearer secret"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    // What servers were asked, in order: method, host, path and the secret.
    private readonly ConcurrentQueue<string> _asked = new();

    [Fact]
    public async Task Probe_NotAskedToFollow_TakesTheStatusForTheAnswer()
    {
        await using WebServer server = await ServeAsync(_ => (302, "/login"));

        ProbeResult result = await ProbeAsync(server, Plain with { Redirects = null });

        Assert.Equal((ProbeOutcome.UnexpectedStatus, "status 302, expected 200-299"), (result.Outcome, result.Reason));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Probe_RelativeLocation_AsksTheSameMemberAsBefore()
    {
        await using WebServer server = await ServeAsync(path => path == "/" ? (302, "/login?from=/") : (200, null));

        ProbeResult result = await ProbeAsync(server, Plain);

        Assert.Equal(ProbeOutcome.Success, result.Outcome);
        Assert.Equal(["GET www.example.com/ Bearer secret", "GET www.example.com/login?from=/ Bearer secret"], _asked);
        Assert.Matches(
            @"^status 200 at http://www\.example\.com/login\?from=/ \(connect .+, first byte .+\); by way of http://www\.example\.com/ \(status 302: connect .+\)$",
            result.Reason);
        Assert.Null(result.Timings.Resolve);
        Assert.True(result.Timings.Connect > TimeSpan.Zero);
    }

    [Fact]
    public async Task Probe_ToTlsOnTheSameName_AsksTheMemberItselfAndKeepsTheSecret()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using WebServer secure = await ServeAsync(_ => (200, null), certificate);
        await using WebServer server = await ServeAsync(_ => (301, $"https://www.example.com:{secure.Port}/"));

        ProbeResult result = await ProbeAsync(server, Plain, certificate);

        Assert.True(result.Outcome == ProbeOutcome.Success, result.Reason);
        Assert.Equal(["GET www.example.com/ Bearer secret", $"GET www.example.com:{secure.Port}/ "], _asked);
        Assert.NotNull(result.Timings.Tls);
    }

    [Fact]
    public async Task Probe_CertificateOfAHopIsForAnotherName_IsRejected()
    {
        using X509Certificate2 certificate = Certificates.Make("other.example");
        await using WebServer secure = await ServeAsync(_ => (200, null), certificate);
        await using WebServer server = await ServeAsync(_ => (301, $"https://www.example.com:{secure.Port}/"));

        ProbeResult result = await ProbeAsync(server, Plain, certificate);

        Assert.Equal(ProbeOutcome.CertificateRejected, result.Outcome);
        Assert.StartsWith("certificate name does not match: it is for other.example, not for www.example.com at https://", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("elsewhere.example")]
    [InlineData("127.0.0.1")]
    [InlineData("user:password@elsewhere.example")]
    public async Task Probe_ToAnotherHost_LooksItUpAndTellsItNoSecret(string host)
    {
        await using WebServer other = await ServeAsync(_ => (200, null));
        await using WebServer server = await ServeAsync(_ => (307, $"http://{host}:{other.Port}/up#part"));

        ProbeResult result = await ProbeAsync(server, Plain);

        Assert.True(result.Outcome == ProbeOutcome.Success, result.Reason);
        Assert.Equal(["GET www.example.com/ Bearer secret", $"GET {host[(host.IndexOf('@', StringComparison.Ordinal) + 1)..]}:{other.Port}/up "], _asked);
        Assert.Equal(host != "127.0.0.1", result.Timings.Resolve is not null);
        Assert.DoesNotContain("password", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_FromTlsToPlain_IsFollowedOnlyWhereThatIsSaid()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using WebServer plain = await ServeAsync(_ => (200, null));
        await using WebServer server = await ServeAsync(_ => (302, $"http://www.example.com:{plain.Port}/"), certificate);
        MonitorModel monitor = Plain with { Type = MonitorType.Https };

        ProbeResult refused = await ProbeAsync(server, monitor, certificate);
        Assert.Equal(ProbeOutcome.InvalidAnswer, refused.Outcome);
        Assert.Equal($"status 302 sends from https to http, which is not followed: \"http://www.example.com:{plain.Port}/\"", refused.Reason);
        Assert.Single(_asked);

        ProbeResult followed = await ProbeAsync(server, monitor with { Redirects = new RedirectModel { AllowsDowngrade = true } }, certificate);
        Assert.True(followed.Outcome == ProbeOutcome.Success, followed.Reason);
        Assert.Equal($"GET www.example.com:{plain.Port}/ ", _asked.Last());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Probe_InACircle_EndsAfterTheBound(int max)
    {
        await using WebServer server = await ServeAsync(_ => (302, "again"));

        ProbeResult result = await ProbeAsync(server, Plain with { Redirects = new RedirectModel { Max = max } });

        Assert.Equal(ProbeOutcome.UnexpectedStatus, result.Outcome);
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"status 302 after {max} redirects, and no more are followed at http://www.example.com/again ("),
            result.Reason,
            StringComparison.Ordinal);
        Assert.Equal(max + 1, _asked.Count);
    }

    [Fact]
    public async Task Probe_LaterHopIsSilent_EndsAtTheOneDeadline()
    {
        await using LoopbackServer silent = LoopbackServer.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));
        await using WebServer server = await ServeAsync(_ => (302, $"http://127.0.0.1:{silent.Port}/"));

        ProbeResult result = await ProbeAsync(server, Plain with { Timeout = TimeSpan.FromSeconds(3) });

        Assert.Equal(ProbeOutcome.TimedOut, result.Outcome);
        Assert.StartsWith(
            $"no answer within 3 s (stopped waiting for the first byte) at http://127.0.0.1:{silent.Port}/ (", result.Reason, StringComparison.Ordinal);
        Assert.Contains("; by way of http://www.example.com/ (status 302: ", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Timings.Total, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Probe_HopRefusesTheConnection_IsRefused()
    {
        await using WebServer server = await ServeAsync(_ => (302, $"http://127.0.0.1:{LoopbackServer.FreePort()}/"));

        ProbeResult result = await ProbeAsync(server, Plain);

        Assert.Equal(ProbeOutcome.Refused, result.Outcome);
    }

    [Theory]
    [InlineData(null, "status 302 does not say where to (no Location, or one beyond 2048 octets)")]
    [InlineData("", "status 302 does not say where to (no Location, or one beyond 2048 octets)")]
    [InlineData("mailto:ops@example.com", "status 302 sends to neither http nor https: \"mailto:ops@example.com\"")]
    [InlineData("file:///etc/passwd", "status 302 sends to neither http nor https: \"file:///etc/passwd\"")]
    [InlineData("http://[::1", "status 302 sends to what is no URL: \"http://[::1\"")]
    public async Task Probe_LocationThatLeadsNowhere_IsAnInvalidAnswer(string? location, string reason)
    {
        await using WebServer server = await ServeAsync(_ => (302, location));

        ProbeResult result = await ProbeAsync(server, Plain);

        Assert.Equal((ProbeOutcome.InvalidAnswer, reason), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_LocationBeyondTheLimit_IsNotReadInPart()
    {
        await using WebServer server = await ServeAsync(_ => (302, "/" + new string('x', 3000)));

        ProbeResult result = await ProbeAsync(server, Plain);

        Assert.Equal(ProbeOutcome.InvalidAnswer, result.Outcome);
        Assert.Single(_asked);
    }

    [Theory]
    [InlineData(302, "GET")]
    [InlineData(303, "GET")]
    [InlineData(307, "POST")]
    [InlineData(308, "POST")]
    public async Task Probe_PostIsRedirected_KeepsItsMethodWhereTheStatusSaysSo(int status, string method)
    {
        await using WebServer server = await ServeAsync(path => path == "/" ? (status, "/next") : (200, null));

        ProbeResult result = await ProbeAsync(server, Plain with { Method = "POST" });

        Assert.True(result.Outcome == ProbeOutcome.Success, result.Reason);
        Assert.Equal($"{method} www.example.com/next Bearer secret", _asked.Last());
    }

    [Fact]
    public async Task Probe_ExpectedStatus_IsTheAnswerAndNotFollowed()
    {
        await using WebServer server = await ServeAsync(_ => (301, "/elsewhere"));

        ProbeResult result = await ProbeAsync(server, Plain with { ExpectedStatus = [new StatusRange(301, 301)] });

        Assert.Equal((ProbeOutcome.Success, "status 301"), (result.Outcome, result.Reason));
        Assert.Single(_asked);
    }

    [Fact]
    public async Task Probe_ByHttp2_FollowsAsWell()
    {
        await using WebServer other = await ServeAsync(_ => (200, null), protocols: HttpProtocols.Http2);
        await using WebServer server = await ServeAsync(_ => (302, $"http://elsewhere.example:{other.Port}/"), protocols: HttpProtocols.Http2);
        using CancellationTokenSource deadline = new(Plain.Timeout);

        ProbeResult result = await new Http2Probe(TimeProvider.System, new LoopbackResolver())
            .ProbeAsync(new ProbeTarget(IPAddress.Loopback, null, server.Port), Plain with { IsHttp2 = true }, deadline.Token);

        Assert.True(result.Outcome == ProbeOutcome.Success, result.Reason);
        Assert.Equal(["GET www.example.com/ Bearer secret", $"GET elsewhere.example:{other.Port}/ "], _asked);
    }

    [Fact]
    public void TryNext_ClientCertificate_IsForTheOwnOriginOnly()
    {
        MonitorModel monitor = Plain with { Type = MonitorType.Https, ClientCertificateFile = "probe.pem", Method = "POST", Content = "secret" };
        HttpHop first = HttpHop.First(new ProbeTarget(IPAddress.Loopback, null, 8443), monitor)!;

        Assert.Equal(("probe.pem", 8443, "127.0.0.1"), Follow("https://WWW.example.com/x"));
        Assert.Equal((null, 9443, "127.0.0.1"), Follow("https://www.example.com:9443/x"));
        Assert.Equal((null, 443, "www.example.org"), Follow("//www.example.org/x"));
        Assert.Equal(("probe.pem", 8443, "127.0.0.1"), Follow("/x"));

        (string?, int, string) Follow(string location)
        {
            RedirectAnswer answer = new();
            answer.Take(monitor, 307, location);
            Assert.True(first.TryNext(answer, new RedirectModel(), out HttpHop? next, out string problem), problem);
            Assert.Equal(next.Monitor.ClientCertificateFile is null, next.Monitor.Content is null);
            return (next.Monitor.ClientCertificateFile, next.Target.Port, next.Target.Host);
        }
    }

    [Fact]
    public void TryNext_AnyText_NeverThrowsNorBreaksOutOfTheRequest()
    {
        Random random = new(20);
        const string Alphabet = "/:?#[]@!$&'()*+,;=%.-~htps0189azAZ \t\r\n\0\\éß";
        HttpHop first = HttpHop.First(new ProbeTarget(IPAddress.Loopback, null, 80), Plain)!;
        byte[] request = new byte[HttpProbeLimits.BufferLength];
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            RedirectAnswer answer = new();
            answer.Take(Plain, 302, random.Next(2) == 0 ? text : $"http://{text}");
            if (first.TryNext(answer, new RedirectModel(), out HttpHop? next, out _)
                && HttpRequestWriter.TryWrite(next.Target, next.Monitor, request, out int length))
            {
                string written = System.Text.Encoding.Latin1.GetString(request, 0, length);
                Assert.Equal(1, written.Split("\r\n").Count(line => line.StartsWith("Host:", StringComparison.Ordinal)));
                Assert.Equal(3, written.Split("\r\n")[0].Split(' ').Length);
            }
        }
    }

    private Task<WebServer> ServeAsync(
        Func<string, (int Status, string? Location)> answer, X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http1) =>
        WebServer.StartAsync(
            context =>
            {
                HttpRequest request = context.Request;
                _asked.Enqueue($"{request.Method} {request.Host}{request.Path}{request.QueryString} {request.Headers.Authorization}");
                (context.Response.StatusCode, string? location) = answer(request.Path.Value ?? "");
                if (location is not null)
                {
                    context.Response.Headers.Location = location;
                }

                return context.Response.CompleteAsync();
            },
            protocols,
            certificate);

    private static async Task<ProbeResult> ProbeAsync(WebServer server, MonitorModel monitor, X509Certificate2? root = null)
    {
        using CancellationTokenSource deadline = new(monitor.Timeout);
        HttpProbe probe = new(TimeProvider.System, new LoopbackResolver(), root is null ? null : [root]);
        return await probe.ProbeAsync(new ProbeTarget(IPAddress.Loopback, null, server.Port), monitor, deadline.Token);
    }

    /// <summary>Every name is this machine.</summary>
    private sealed class LoopbackResolver : INameResolver
    {
        public ValueTask<IPAddress?> ResolveAsync(string hostname, bool isIPv4Only, CancellationToken deadline) =>
            ValueTask.FromResult<IPAddress?>(hostname == "elsewhere.example" ? IPAddress.Loopback : null);
    }
}
