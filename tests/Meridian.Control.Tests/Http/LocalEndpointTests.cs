using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Meridian.Control.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Http;

public sealed class LocalEndpointTests
{
    [Fact]
    public async Task Health_NewestConfigurationServed_IsOk()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();

        using HttpResponseMessage response = await endpoint.GetAsync("/healthz");
        JsonElement body = await JsonOfAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok", body.GetProperty("status").GetString());
        Assert.Equal("ok", body.GetProperty("configuration").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Health_NewestConfigurationRefused_IsDegradedAndStill200()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Configuration = endpoint.Configuration with
        {
            State = ConfigurationState.Broken,
            RefusedAt = EndpointUnderTest.Now,
            Errors = ["meridian.yaml:3:7: unknown key 'liste', did you mean 'listen'?"],
        };

        using HttpResponseMessage response = await endpoint.GetAsync("/healthz");
        JsonElement body = await JsonOfAsync(response);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("degraded", body.GetProperty("status").GetString());
        Assert.Equal("broken", body.GetProperty("configuration").GetProperty("state").GetString());
        Assert.Contains("meridian.yaml:3:7", body.GetProperty("configuration").GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, true, HttpStatusCode.OK, null)]
    [InlineData(false, true, true, HttpStatusCode.ServiceUnavailable, "configuration")]
    [InlineData(true, false, true, HttpStatusCode.ServiceUnavailable, "sockets")]
    [InlineData(true, true, false, HttpStatusCode.ServiceUnavailable, "warming up")]
    public async Task Ready_WhatIsMissing_DecidesAndIsSaid(bool snapshot, bool sockets, bool warm, HttpStatusCode status, string? missing)
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Readiness = new Readiness(snapshot, sockets, warm);

        using HttpResponseMessage response = await endpoint.GetAsync("/readyz");
        JsonElement body = await JsonOfAsync(response);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(missing is null, body.GetProperty("isReady").GetBoolean());
        Assert.Equal(missing is null ? 0 : 1, body.GetProperty("missing").GetArrayLength());
        if (missing is not null)
        {
            Assert.Contains(missing, body.GetProperty("missing")[0].GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Metrics_WhatTheWriterWrites_IsPrometheusText()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Metrics = writer =>
        {
            writer.WriteLine("# TYPE meridian_up gauge");
            writer.WriteLine("meridian_up 1");
        };

        using HttpResponseMessage response = await endpoint.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("# TYPE meridian_up gauge\nmeridian_up 1\n", await EndpointUnderTest.BodyOfAsync(response));
    }

    [Fact]
    public async Task Status_Report_ComesBackWhole()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v1/status");
        string body = await EndpointUnderTest.BodyOfAsync(response);
        StatusReport? read = JsonSerializer.Deserialize(body, LocalEndpointJson.Default.StatusReport);

        Assert.NotNull(read);
        Assert.Equal(body, JsonSerializer.Serialize(read, LocalEndpointJson.Default.StatusReport));
        Assert.Equal(EndpointUnderTest.Report.Members[0], read.Members[0]);
        Assert.Equal(11, read.Counters.Responses["NoError"]);
        Assert.Contains("\"adminState\": \"forced-up\"", body, StringComparison.Ordinal);
        Assert.Contains("\"health\": \"down\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_WholeQuery_ReachesTheExplainer()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        ExplainRequest? seen = null;
        endpoint.Explain = (request, _) =>
        {
            seen = request;
            return Task.FromResult(ExplainReply.Explained("""{"answer":"127.0.1.1"}""", "answer 127.0.1.1\n"));
        };
        const string Query = "?name=www.example.test&type=AAAA&client=2001:200::/48&resolver=192.0.2.1&port=5353&id=4660&time=1795154400";

        using HttpResponseMessage json = await endpoint.GetAsync("/api/v1/explain" + Query);
        using HttpResponseMessage text = await endpoint.GetAsync("/api/v1/explain" + Query + "&format=text");

        Assert.Equal("""{"answer":"127.0.1.1"}""", await EndpointUnderTest.BodyOfAsync(json));
        Assert.Equal("application/json", json.Content.Headers.ContentType?.MediaType);
        Assert.Equal("answer 127.0.1.1\n", await EndpointUnderTest.BodyOfAsync(text));
        Assert.Equal("text/plain", text.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            new ExplainRequest
            {
                Name = "www.example.test",
                Type = "AAAA",
                Client = IPAddress.Parse("2001:200::"),
                ClientPrefixLength = 48,
                Resolver = IPAddress.Parse("192.0.2.1"),
                Port = 5353,
                MessageId = 4660,
                Time = DateTimeOffset.FromUnixTimeSeconds(1795154400),
            },
            seen);
    }

    [Fact]
    public async Task Explain_SeveralMistakes_AreAllSaid()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Explain = (_, _) => throw new InvalidOperationException("must not be reached");

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v1/explain?client=1/24&port=65536&time=soon&format=xml");
        JsonElement errors = (await JsonOfAsync(response)).GetProperty("errors");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(5, errors.GetArrayLength());
    }

    [Fact]
    public async Task Explain_RefusedByTheExplainer_Is400WithItsReason()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Explain = (_, _) => Task.FromResult(ExplainReply.Refused("no zone serves www.example.org"));

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v1/explain?name=www.example.org");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("no zone serves www.example.org", (await JsonOfAsync(response)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Explain_BeyondItsTime_Is503()
    {
        await using EndpointUnderTest endpoint =
            await EndpointUnderTest.StartAsync(new LocalEndpointLimits { ExplainTimeout = TimeSpan.FromMilliseconds(100) });
        endpoint.Explain = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ExplainReply.Explained("{}", "");
        };

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v1/explain?name=www.example.test");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Fact]
    public async Task AnyPath_Response_MayNotBeStored()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        foreach (string path in (string[])["/", "/healthz", "/readyz", "/metrics", "/api/v1/status", "/api/v1/explain", "/nothing"])
        {
            using HttpResponseMessage response = await endpoint.GetAsync(path);

            Assert.True(response.Headers.CacheControl?.NoStore, path);
            Assert.Empty(response.Headers.Server);
        }
    }

    [Fact]
    public async Task Fault_InOneDocument_Is500WithoutDetailsAndLeavesTheOthers()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Status = () => throw new InvalidOperationException("secret");

        using HttpResponseMessage broken = await endpoint.GetAsync("/api/v1/status");
        using HttpResponseMessage healthy = await endpoint.GetAsync("/healthz");

        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        Assert.DoesNotContain("secret", await EndpointUnderTest.BodyOfAsync(broken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, healthy.StatusCode);
    }

    [Fact]
    public async Task UnknownPath_IsNotFoundWithAHint()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v2/status.json");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/api/v2/status.json", await EndpointUnderTest.BodyOfAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_IsRefused()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/status") { Content = JsonContent.Create("x") };

        using HttpResponseMessage response = await endpoint.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("GET, HEAD", await EndpointUnderTest.BodyOfAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/healthz");

        using HttpResponseMessage response = await endpoint.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 0);
        Assert.Empty(await EndpointUnderTest.BodyOfAsync(response));
    }

    [Theory]
    [InlineData("localhost:8053", HttpStatusCode.OK)]
    [InlineData("[::1]:8053", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("rebound.example:8053", HttpStatusCode.Unauthorized)]
    [InlineData("127.0.0.1.example", HttpStatusCode.Unauthorized)]
    [InlineData("192.0.2.1", HttpStatusCode.Unauthorized)]
    public async Task HostField_OfAForeignName_IsNotLocal(string host, HttpStatusCode status)
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status") { Headers = { Host = host } };

        using HttpResponseMessage response = await endpoint.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task RequestLine_BeyondItsLimit_IsRefused()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();

        using HttpResponseMessage response = await endpoint.GetAsync("/api/v1/explain?name=" + new string('a', 5000));

        Assert.Equal(HttpStatusCode.RequestUriTooLong, response.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("::")]
    public async Task Construct_AddressBeyondThisMachine_IsRefused(string address)
    {
        await using AccessUnderTest access = new();
        var beyond = new IPEndPoint(IPAddress.Parse(address), 0);
        var sources = new LocalEndpointSources
        {
            Configuration = () => EndpointUnderTest.Report.Configuration,
            Readiness = () => EndpointUnderTest.Report.Readiness,
            Status = () => EndpointUnderTest.Report,
            Metrics = _ => { },
            Explain = (_, _) => Task.FromResult(ExplainReply.Refused("")),
        };

        Assert.Contains("http-tls", LocalEndpoint.RefuseToListen(beyond), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LocalEndpoint(new EndpointOptions { Address = beyond }, sources, access.Endpoint, NullLoggerFactory.Instance));
    }

    [Fact]
    public async Task Start_AddressInUse_Throws()
    {
        await using EndpointUnderTest first = await EndpointUnderTest.StartAsync();
        var sources = new LocalEndpointSources
        {
            Configuration = () => first.Configuration,
            Readiness = () => first.Readiness,
            Status = () => EndpointUnderTest.Report,
            Metrics = _ => { },
            Explain = (_, _) => Task.FromResult(ExplainReply.Refused("")),
        };
        await using var second = new LocalEndpoint(new EndpointOptions { Address = first.Address }, sources, first.Access.Endpoint, NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Limits_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalEndpointLimits { ConnectionCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalEndpointLimits { RequestLineLength = 1_000_000 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalEndpointLimits { IdleTimeout = TimeSpan.Zero });
    }

    private static async Task<JsonElement> JsonOfAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await EndpointUnderTest.BodyOfAsync(response)).RootElement;
}
