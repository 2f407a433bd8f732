using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Http;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meridian.Health.Tests.Probes;

public sealed class Http2ProbeTests
{
    private static readonly MonitorModel Plain = Models.Monitor() with
    {
        IsHttp2 = true,
        Host = "www.example.com",
        Path = "/healthz?deep=1",
        ExpectedBody = "ready",
        Timeout = TimeSpan.FromSeconds(10),
    };

    [Fact]
    public async Task Probe_CleartextWithPriorKnowledge_Succeeds()
    {
        string? asked = null;
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            asked = $"{context.Request.Protocol} {context.Request.Method} {context.Request.Host}{context.Request.Path}{context.Request.QueryString} {context.Request.Headers["X-Probe"]}";
            return context.Response.WriteAsync("ready");
        });

        ProbeResult result = await Probing.OnceAsync(Probe(), Plain with { Headers = Plain.Headers.Add("X-Probe", "m") }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
        Assert.Equal("HTTP/2 GET www.example.com/healthz?deep=1 m", asked);
        Assert.NotNull(result.Timings.Connect);
        Assert.NotNull(result.Timings.FirstByte);
        Assert.NotNull(result.Timings.Body);
    }

    [Fact]
    public async Task Probe_Content_IsSentWithItsType()
    {
        string? asked = null;
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            using StreamReader reader = new(context.Request.Body);
            asked = $"{context.Request.Method} {context.Request.ContentType} {await reader.ReadToEndAsync()}";
            await context.Response.WriteAsync("ready");
        });

        ProbeResult result = await Probing.OnceAsync(
            Probe(), Plain with { Method = "POST", Content = "{}", Headers = Plain.Headers.Add("Content-Type", "application/json") }, server.Port);

        Assert.True(result.Outcome == ProbeOutcome.Success, result.Reason);
        Assert.Equal("POST application/json {}", asked);
    }

    [Fact]
    public async Task Probe_OverTls_IsChosenInTheHandshake()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using WebServer server = await WebServer.StartAsync(context => context.Response.WriteAsync($"ready {context.Request.Protocol}"), certificate: certificate);

        ProbeResult result = await Probing.OnceAsync(
            Probe(certificate), Plain with { Type = MonitorType.Https, ExpectedBody = "ready HTTP/2" }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "status 200"), (result.Outcome, result.Reason));
        Assert.NotNull(result.Timings.Tls);
    }

    [Fact]
    public async Task Probe_ServerWithoutHttp2_SaysSo()
    {
        using X509Certificate2 certificate = Certificates.Make("www.example.com");
        await using WebServer server = await WebServer.StartAsync(
            context => context.Response.WriteAsync("ready"), HttpProtocols.Http1, certificate);

        ProbeResult tls = await Probing.OnceAsync(Probe(certificate), Plain with { Type = MonitorType.Https }, server.Port);

        Assert.NotEqual(ProbeOutcome.Success, tls.Outcome);
        Assert.True(tls.Outcome.IsConclusive());
    }

    [Fact]
    public async Task Probe_UnexpectedStatusOrBodyOrRedirect_Fails()
    {
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = context.Request.Path == "/moved" ? 302 : context.Request.Path == "/broken" ? 503 : 200;
            context.Response.Headers.Location = "/";
            return context.Response.WriteAsync("not yet");
        });

        ProbeResult body = await Probing.OnceAsync(Probe(), Plain, server.Port);
        ProbeResult status = await Probing.OnceAsync(Probe(), Plain with { Path = "/broken" }, server.Port);
        ProbeResult moved = await Probing.OnceAsync(Probe(), Plain with { Path = "/moved" }, server.Port);

        Assert.Equal((ProbeOutcome.UnexpectedBody, "body does not hold \"ready\""), (body.Outcome, body.Reason));
        Assert.Equal((ProbeOutcome.UnexpectedStatus, "status 503, expected 200-299"), (status.Outcome, status.Reason));
        Assert.Equal((ProbeOutcome.UnexpectedStatus, "status 302, expected 200-299"), (moved.Outcome, moved.Reason));
    }

    [Fact]
    public async Task Probe_NobodyListensOrSilent_IsWordedAsInEveryProbe()
    {
        await using LoopbackServer silent = LoopbackServer.Start((_, stop) => Task.Delay(Timeout.Infinite, stop));

        ProbeResult refused = await Probing.OnceAsync(Probe(), Plain, LoopbackServer.FreePort());
        ProbeResult timedOut = await Probing.OnceAsync(Probe(), Plain with { Timeout = TimeSpan.FromMilliseconds(200) }, silent.Port);

        Assert.Equal(ProbeOutcome.Refused, refused.Outcome);
        Assert.Equal((ProbeOutcome.TimedOut, "no answer within 200 ms (stopped waiting for the first byte)"), (timedOut.Outcome, timedOut.Reason));
    }

    private static Http2Probe Probe(X509Certificate2? trusted = null) =>
        new(TimeProvider.System, new SystemNameResolver(), trusted is null ? null : [trusted]);
}
