using System.Net.Sockets;
using System.Text;
using Meridian.Control.Route53;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Tests.Route53;

/// <summary>What a client can make the server hold before anybody knows who it is.</summary>
[Collection("changes")]
public sealed class Route53BodyTests
{
    [Theory]
    [InlineData("no signature", "403 Forbidden", "MissingAuthenticationToken")]
    [InlineData("an unknown key", "403 Forbidden", "InvalidClientTokenId")]
    [InlineData("an old date", "403 Forbidden", "RequestExpired")]
    [InlineData("no form", "400 Bad Request", "IncompleteSignature")]
    public async Task Serve_HeadThatCannotBeRight_IsAnsweredWithoutABody(string what, string status, string code)
    {
        await using Route53UnderTest api = await Route53UnderTest.StartAsync();
        string head = api.Head("POST", "hostedzone", 4_000_000);
        string sent = what switch
        {
            "no signature" => string.Join("\r\n", head.Split("\r\n").Where(line => !line.StartsWith("Authorization", StringComparison.Ordinal))),
            "an unknown key" => head.Replace(api.Key.Id, "MDNRANOTHERKEY222222", StringComparison.Ordinal),
            "an old date" => OtherDay(head),
            _ => head.Replace("SignedHeaders=", "Signed=", StringComparison.Ordinal),
        };
        using TcpClient client = await ConnectAsync(api, sent);

        string answer = await ReadAnswerAsync(client);

        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.Contains($"<Code>{code}</Code>", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_BodiesOfManyConnections_ShareOneBound()
    {
        await using Route53UnderTest api = await Route53UnderTest.StartAsync(limits: new Route53Limits { BodiesInFlightLength = 1024 * 1024 });
        string half = api.Head("POST", "hostedzone", 1_000_000) + new string('x', 600_000);
        using TcpClient first = await ConnectAsync(api, half);
        using TcpClient second = await ConnectAsync(api, half);

        // The one that comes second finds no room. Which one that is, nobody can say.
        Task<string> one = ReadAnswerAsync(first);
        Task<string> other = ReadAnswerAsync(second);
        string refused = await await Task.WhenAny(one, other);

        Assert.Contains("<Code>Throttling</Code>", refused, StringComparison.Ordinal);
        // And others that are as small as usual get through all the same.
        Assert.NotEmpty(await api.CreateZoneAsync("example.com"));
    }

    [Fact]
    public async Task ReadAsync_BodyUpToTheLimit_IsTakenAndCountsUntilItIsDone()
    {
        BodyIntake intake = new(100_000, 1_000_000);
        using (HeldBody body = await intake.ReadAsync(new MemoryStream(Content(100_000)), TestContext.Current.CancellationToken))
        {
            Assert.Equal(Content(100_000), body.Octets.ToArray());
            Assert.InRange(intake.InFlight, 100_000, 100_001);
        }
        Assert.Equal(0, intake.InFlight);
    }

    [Fact]
    public async Task ReadAsync_BodyBeyondTheLimit_IsRefusedAndHoldsNothing()
    {
        BodyIntake intake = new(100_000, 1_000_000);

        Route53Exception refused = await Assert.ThrowsAsync<Route53Exception>(
            () => intake.ReadAsync(new MemoryStream(Content(100_001)), TestContext.Current.CancellationToken));

        Assert.Equal(("InvalidInput", 0), (refused.Error.Code, intake.InFlight));
    }

    [Fact]
    public async Task ReadAsync_NoRoom_SaysToTryAgainAndHoldsNothingMore()
    {
        BodyIntake intake = new(100_000, 120_000);
        HeldBody first = await intake.ReadAsync(new MemoryStream(Content(60_000)), TestContext.Current.CancellationToken);
        long held = intake.InFlight;

        Route53Exception refused = await Assert.ThrowsAsync<Route53Exception>(
            () => intake.ReadAsync(new MemoryStream(Content(60_000)), TestContext.Current.CancellationToken));

        Assert.Equal((400, "Throttling"), (refused.Error.Status, refused.Error.Code));
        Assert.Equal(held, intake.InFlight);
        first.Dispose();
        first.Dispose();
        using HeldBody second = await intake.ReadAsync(new MemoryStream(Content(60_000)), TestContext.Current.CancellationToken);
        Assert.Equal(held, intake.InFlight);
    }

    [Fact]
    public async Task ReadAsync_NoBodyWhileThereIsNoRoom_GetsThroughAndTakesNothing()
    {
        BodyIntake full = new(100_000, 1);

        using HeldBody none = await full.ReadAsync(new MemoryStream([]), TestContext.Current.CancellationToken);

        Assert.Equal((0, 0L), (none.Octets.Length, full.InFlight));
        await Assert.ThrowsAsync<Route53Exception>(() => full.ReadAsync(new MemoryStream([1]), TestContext.Current.CancellationToken));
        Assert.Equal(0, full.InFlight);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    public async Task ReadAsync_AnyLength_GivesAllOctets(int length)
    {
        BodyIntake intake = new(100_000, 1_000_000);
        using HeldBody body = await intake.ReadAsync(new MemoryStream(Content(length)), TestContext.Current.CancellationToken);
        Assert.Equal(Content(length), body.Octets.ToArray());
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)i)];

    private static string OtherDay(string head)
    {
        int at = head.IndexOf("x-amz-date: ", StringComparison.OrdinalIgnoreCase) + "x-amz-date: ".Length;
        string day = head.Substring(at, 8);
        return head.Replace(day, "20200101", StringComparison.Ordinal);
    }

    private static async Task<TcpClient> ConnectAsync(Route53UnderTest api, string sent)
    {
        TcpClient client = new();
        await client.ConnectAsync(api.Address, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent), TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<string> ReadAnswerAsync(TcpClient client)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        while (!text.ToString().Contains("</ErrorResponse>", StringComparison.Ordinal))
        {
            int length = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (length == 0)
            {
                break;
            }
            text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        return text.ToString();
    }
}
