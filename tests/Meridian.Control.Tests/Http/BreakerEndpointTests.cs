using System.Net;
using Meridian.Control.Http;

namespace Meridian.Control.Tests.Http;

public sealed class BreakerEndpointTests
{
    [Theory]
    [InlineData("freeze", true)]
    [InlineData("thaw", false)]
    public async Task Post_Command_IsPassedOn(string word, bool isFreeze)
    {
        List<BreakerCommand> commands = [];
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Breaker = commands.Add;

        HttpStatusCode status = await PostAsync(endpoint, $"/api/v1/breaker/{word}?by=ada:%20looked%20at%20it", isCommand: true);

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal([new BreakerCommand(isFreeze, "ada: looked at it")], commands);
    }

    [Theory]
    [InlineData("/api/v1/breaker/freeze?by=ada", false)]
    [InlineData("/api/v1/breaker/freeze", true)]
    public async Task Post_WithoutTheFieldOrAnAuthor_IsRefused(string path, bool isCommand)
    {
        await using EndpointUnderTest endpoint = await EndpointUnderTest.StartAsync();
        endpoint.Breaker = _ => Assert.Fail("it went through");

        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(endpoint, path, isCommand));
    }

    private static async Task<HttpStatusCode> PostAsync(EndpointUnderTest endpoint, string path, bool isCommand)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri($"http://{endpoint.Address}{path}"));
        if (isCommand)
        {
            request.Headers.Add(BreakerCommand.Header, "1");
        }
        using HttpResponseMessage response = await endpoint.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
