using Meridian.Engine.Model;
using Meridian.Health.Probes;
using Meridian.Health.Probes.Prometheus;
using Meridian.Health.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Meridian.Health.Tests.Probes;

public sealed class PrometheusProbeTests
{
    [Theory]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1.5,"0.2"]},{"metric":{},"value":[1.5,"0.4"]}]}""", ProbeOutcome.Success, "the value 0.2 is below 0.5")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1.5,"0.2"]},{"metric":{},"value":[1.5,"0.6"]}]}""", ProbeOutcome.UnexpectedAnswer, "the value 0.6 is not below 0.5")]
    [InlineData("""{"resultType":"vector","result":[{"metric":{},"value":[1.5,"NaN"]}]}""", ProbeOutcome.UnexpectedAnswer, "the value NaN is not below 0.5")]
    [InlineData("""{"resultType":"scalar","result":[1.5,"-Inf"]}""", ProbeOutcome.Success, "the value -Infinity is below 0.5")]
    [InlineData("""{"resultType":"vector","result":[]}""", ProbeOutcome.UnexpectedAnswer, "the query gave no value")]
    public async Task Probe_ResultOfTheQuery_IsCompared(string data, ProbeOutcome outcome, string reason)
    {
        string? query = null;
        await using WebServer server = await WebServer.StartAsync(
            context =>
            {
                query = $"{context.Request.Path} {context.Request.Query["query"]}";
                return context.Response.WriteAsync($$"""{"status":"success","data":{{data}}}""");
            },
            HttpProtocols.Http1);

        ProbeResult result = await ProbeAsync($"http://127.0.0.1:{server.Port}/prom/");

        Assert.Equal((outcome, reason), (result.Outcome, result.Reason));
        Assert.Equal("/prom/api/v1/query errors{instance=\"192.0.2.7:8080\"} > 0", query);
    }

    [Fact]
    public async Task Probe_PrometheusIsTheOneInTrouble_IsNotHeldAgainstTheMember()
    {
        await using WebServer broken = await WebServer.StartAsync(
            context =>
            {
                context.Response.StatusCode = 400;
                return context.Response.WriteAsync("""{"status":"error","errorType":"bad_data","error":"parse error"}""");
            },
            HttpProtocols.Http1);
        int free = LoopbackServer.FreePort();

        ProbeResult refused = await ProbeAsync($"http://127.0.0.1:{free}");
        ProbeResult failed = await ProbeAsync($"http://127.0.0.1:{broken.Port}");

        Assert.Equal(ProbeOutcome.NotMade, refused.Outcome);
        Assert.StartsWith($"not judged: Prometheus at 127.0.0.1:{free}: connection refused", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(
            (ProbeOutcome.NotMade, $"not judged: Prometheus at 127.0.0.1:{broken.Port}: status 400: the query failed: \"parse error\""),
            (failed.Outcome, failed.Reason));
    }

    [Fact]
    public void TryRead_AnyMutation_NeverThrows()
    {
        byte[] valid = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"b"},"value":[1.5,"0.2"]}]}}"""u8.ToArray();
        Random random = new(9);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] mutated = [.. valid];
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            PrometheusAnswer.TryRead(mutated.AsSpan(0, random.Next(1, mutated.Length)), out _, out _);
            PrometheusAnswer.TryRead(mutated, out _, out _);
        }
    }

    private static Task<ProbeResult> ProbeAsync(string url) => Probing.OnceAsync(
        new PrometheusProbe(TimeProvider.System, new SystemNameResolver()),
        Models.Monitor(MonitorType.Prometheus) with
        {
            Timeout = TimeSpan.FromSeconds(10),
            Prometheus = new PrometheusModel
            {
                Url = url,
                Query = "errors{instance=\"{address}:{port}\"} > 0",
                Operator = ThresholdOperator.Below,
                Threshold = 0.5,
            },
        },
        8080,
        "192.0.2.7");
}
