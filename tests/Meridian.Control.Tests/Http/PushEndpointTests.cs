using System.Net;
using System.Net.Http.Headers;
using Meridian.Control.Http;

namespace Meridian.Control.Tests.Http;

public sealed class PushEndpointTests
{
    [Fact]
    public async Task Post_ReportWithToken_IsPassedOn()
    {
        List<PushRequest> reports = [];
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Push = report =>
        {
            reports.Add(report);
            return true;
        };

        HttpResponseMessage plain = await PostAsync(endpoint, "/api/v1/push/batch/203.0.113.10", "secret-token");
        HttpResponseMessage down = await PostAsync(endpoint, "/api/v1/push/batch/2001:db8::1?status=down&message=disk%20full", "secret-token");

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (plain.StatusCode, down.StatusCode));
        Assert.Equal(
            [
                new PushRequest("batch", "203.0.113.10", "secret-token", true, null),
                new PushRequest("batch", "2001:db8::1", "secret-token", false, "disk full"),
            ],
            reports);
    }

    [Fact]
    public async Task Post_WithoutTokenOrWithAWrongOne_IsRefused()
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Push = _ => false;

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(endpoint, "/api/v1/push/batch/203.0.113.10", "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(endpoint, "/api/v1/push/batch/203.0.113.10", null)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(endpoint, "/api/v1/push/batch/203.0.113.10?status=ill", "x")).StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(EndpointUnderTest endpoint, string path, string? token)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{endpoint.Address}{path}"));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await endpoint.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
