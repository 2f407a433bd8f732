using System.Net;
using Meridian.Host.Quickstart;

namespace Meridian.Host.Tests.Quickstart;

public sealed class DemoBackendTests
{
    [Fact]
    public async Task Backend_ToldToBeDown_IsUnhealthyUntilToldOtherwise()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var backend = new DemoBackend(new IPEndPoint(IPAddress.Loopback, 0), "eu-1", "eu");
        using var output = new LineSignal();
        Task<int> running = backend.RunAsync(output, TextWriter.Null, stop.Token);
        await output.NextLineAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{backend.Address}") };

        Assert.Equal((HttpStatusCode.OK, "eu-1 at site eu, 127.0.0.1\n"), await SendAsync(client, HttpMethod.Get, "/"));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), await SendAsync(client, HttpMethod.Get, "/healthz"));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Post, "/down")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await SendAsync(client, HttpMethod.Get, "/healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Get, "/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Post, "/up")).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(client, HttpMethod.Get, "/healthz")).Status);

        await stop.CancelAsync();
        Assert.Equal(ExitCodes.Success, await running);
    }

    [Fact]
    public async Task Backend_AddressInUse_SaysSo()
    {
        await using var first = new DemoBackend(new IPEndPoint(IPAddress.Loopback, 0), "eu-1", "eu");
        using var stop = new CancellationTokenSource();
        using var output = new LineSignal();
        Task<int> running = first.RunAsync(output, TextWriter.Null, stop.Token);
        await output.NextLineAsync(TestContext.Current.CancellationToken);
        await using var second = new DemoBackend(first.Address, "eu-2", "eu");
        using var error = new StringWriter();

        Assert.Equal(ExitCodes.Failure, await second.RunAsync(TextWriter.Null, error, TestContext.Current.CancellationToken));
        Assert.StartsWith($"eu-2: cannot listen on {first.Address}", error.ToString(), StringComparison.Ordinal);

        await stop.CancelAsync();
        await running;
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
