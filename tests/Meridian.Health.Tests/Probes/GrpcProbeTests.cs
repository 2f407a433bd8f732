using System.Security.Cryptography.X509Certificates;
using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Grpc;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Meridian.Health.Tests.Probes;

public sealed class GrpcProbeTests
{
    private static readonly MonitorModel Monitor = Models.Monitor(MonitorType.Grpc) with { GrpcService = "shop.Cart", Timeout = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(1, ProbeOutcome.Success, "shop.Cart is SERVING")]
    [InlineData(2, ProbeOutcome.UnexpectedAnswer, "shop.Cart is NOT_SERVING, expected SERVING")]
    [InlineData(3, ProbeOutcome.UnexpectedAnswer, "shop.Cart is SERVICE_UNKNOWN, expected SERVING")]
    public async Task Probe_ServerSays_IsTheResult(byte status, ProbeOutcome outcome, string reason)
    {
        byte[] request = [];
        string head = "";
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            (request, head) = (body.ToArray(), $"{context.Request.Method} {context.Request.Path} {context.Request.ContentType} {context.Request.Headers.TE}");
            await AnswerAsync(context, [0, 0, 0, 0, 2, 8, status], "0");
        });

        ProbeResult result = await Probing.OnceAsync(Probe(), Monitor, server.Port);

        Assert.Equal((outcome, reason), (result.Outcome, result.Reason));
        Assert.Equal("POST /grpc.health.v1.Health/Check application/grpc trailers", head);
        Assert.Equal([0, 0, 0, 0, 11, 0x0A, 9, .. "shop.Cart"u8], request);
    }

    [Fact]
    public async Task Probe_OverTls_Succeeds()
    {
        using X509Certificate2 certificate = Certificates.Make("127.0.0.1");
        await using WebServer server = await WebServer.StartAsync(context => AnswerAsync(context, [0, 0, 0, 0, 2, 8, 1], "0"), certificate: certificate);

        ProbeResult result = await Probing.OnceAsync(Probe(certificate), Monitor with { IsTls = true, GrpcService = "" }, server.Port);

        Assert.Equal((ProbeOutcome.Success, "the server is SERVING"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Probe_NoHealthServiceOrNoGrpc_SaysSo()
    {
        await using WebServer noService = await WebServer.StartAsync(context => AnswerAsync(context, [], "12"));
        await using WebServer noGrpc = await WebServer.StartAsync(context => context.Response.WriteAsync("hello"));

        ProbeResult unimplemented = await Probing.OnceAsync(Probe(), Monitor, noService.Port);
        ProbeResult other = await Probing.OnceAsync(Probe(), Monitor, noGrpc.Port);

        Assert.Equal(
            (ProbeOutcome.UnexpectedAnswer, "grpc-status 12 (UNIMPLEMENTED): the server has no health service"),
            (unimplemented.Outcome, unimplemented.Reason));
        Assert.Equal((ProbeOutcome.InvalidAnswer, "the answer is not of gRPC: HTTP status 200, type none"), (other.Outcome, other.Reason));
    }

    [Fact]
    public void TryReadResponse_UnknownFields_ArePassedOver()
    {
        byte[] framed = [0, 0, 0, 0, 18, 0x12, 3, 1, 2, 3, 0x1D, 1, 2, 3, 4, 0x20, 0x96, 0x01, 0x08, 2, 0x08, 1, 0];
        framed[4] = 17;

        Assert.True(HealthMessages.TryReadResponse(framed.AsSpan(0, 22), out HealthServingStatus status));
        Assert.Equal(HealthServingStatus.Serving, status);
    }

    [Fact]
    public void TryReadResponse_AnyOctets_NeitherThrowsNorReadsOn()
    {
        Random random = new(5);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] octets = new byte[random.Next(0, 24)];
            random.NextBytes(octets);
            if (octets.Length >= HealthMessages.FrameLength)
            {
                octets.AsSpan(0, 4).Clear();
                octets[4] = (byte)(octets.Length - HealthMessages.FrameLength);
            }

            HealthMessages.TryReadResponse(octets, out HealthServingStatus status);
            Assert.True(Enum.IsDefined(status));
        }
    }

    private static async Task AnswerAsync(HttpContext context, byte[] body, string status)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", status);
    }

    private static GrpcProbe Probe(X509Certificate2? trusted = null) =>
        new(TimeProvider.System, new SystemNameResolver(), trusted is null ? null : [trusted]);
}
