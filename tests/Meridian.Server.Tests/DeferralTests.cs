using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

/// <summary>What is not answered in place goes through a bounded queue, and its answer finds the way back.</summary>
public sealed class DeferralTests
{
    private static readonly byte[] Deferred = Queries.Query(7, "defer");
    private static readonly byte[] Answer = Queries.EchoOf(Deferred);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("0.0.0.0", "127.0.0.2")]
    [InlineData("::", "::1")]
    public async Task Udp_Deferred_IsAnsweredFromTheAddressAsked(string listen, string asked)
    {
        DeferredQueue queue = new();
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.Parse(listen)), deferred: queue);
        // A connected socket takes nothing from another address than the one it is connected to.
        using Socket client = new(server.Endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        client.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        await client.ConnectAsync(new IPEndPoint(IPAddress.Parse(asked), server.Endpoint.Port), TestContext.Current.CancellationToken);
        await client.SendAsync(Deferred);
        using (DeferredRequest request = await ReadAsync(queue))
        {
            Assert.Equal(Deferred, request.Message.ToArray());
            Assert.Equal(Transport.Udp, request.Client.Transport);
            Assert.True(request.TryReply(Answer));
        }
        byte[] received = new byte[512];
        Assert.Equal(Answer, received[..client.Receive(received)]);
        Assert.Equal((1L, 0L), (server.Report.Udp.Deferred, server.Report.Udp.DropsOf(ServerDrop.Deferred)));
    }

    [Fact]
    public async Task Udp_QueueFull_IsDroppedAndCountedUntilThereIsRoom()
    {
        DeferredQueue queue = new(capacity: 2);
        await using TestServer server = TestServer.Start(deferred: queue);
        using Socket client = server.ConnectUdp();
        for (int i = 0; i < 5; i++)
        {
            await client.SendAsync(Deferred);
        }
        // Answered in turn, so the five before it have been dealt with.
        await client.SendAsync(Queries.Query(1, "www"));
        byte[] received = new byte[512];
        Assert.Equal(Queries.EchoOf(Queries.Query(1, "www")), received[..client.Receive(received)]);
        Assert.Equal((2L, 3L), (server.Report.Udp.Deferred, server.Report.Udp.DropsOf(ServerDrop.Deferred)));
        (await ReadAsync(queue)).Dispose();
        await client.SendAsync(Deferred);
        (await ReadAsync(queue)).Dispose();
        (await ReadAsync(queue)).Dispose();
        Assert.Equal(3, server.Report.Udp.Deferred);
    }

    [Fact]
    public async Task Tcp_Deferred_OthersAreAnsweredBeforeIt()
    {
        DeferredQueue queue = new();
        await using TestServer server = TestServer.Start(deferred: queue);
        using TcpDnsClient client = server.ConnectTcp();
        client.Send(Deferred, Queries.Query(8, "www"));
        using DeferredRequest request = await ReadAsync(queue);
        Assert.Equal(Queries.EchoOf(Queries.Query(8, "www")), client.Receive());
        Assert.True(request.TryReply(Answer));
        Assert.True(request.TryReply(Queries.Query(9, "more")));
        Assert.Equal(Answer, client.Receive());
        Assert.Equal(Queries.Query(9, "more"), client.Receive());
    }

    [Fact]
    public async Task Tcp_ClientHasSentAll_StillGetsItsAnswerAndThenTheEnd()
    {
        DeferredQueue queue = new();
        await using TestServer server = TestServer.Start(deferred: queue);
        using TcpDnsClient client = server.ConnectTcp();
        client.Send(Deferred);
        client.Socket.Shutdown(SocketShutdown.Send);
        using (DeferredRequest request = await ReadAsync(queue))
        {
            server.PassTcpRound();
            Assert.True(request.TryReply(Answer));
        }
        Assert.Equal(Answer, client.Receive());
        Assert.Null(client.Receive());
    }

    [Fact]
    public async Task Tcp_ClientGone_AnswerGoesToNobodyElse()
    {
        DeferredQueue queue = new();
        await using TestServer server = TestServer.Start(deferred: queue);
        TcpDnsClient gone = server.ConnectTcp();
        gone.Send(Deferred);
        using DeferredRequest request = await ReadAsync(queue);
        gone.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        gone.Dispose();
        await WaitUntilAsync(() => server.Report.Connections.Open == 0);
        // It takes the slot that the first one had.
        using TcpDnsClient next = server.ConnectTcp();
        next.Exchange(Queries.Query(1, "www"));
        request.TryReply(Answer);
        Assert.Equal(Queries.EchoOf(Queries.Query(2, "www")), next.Exchange(Queries.Query(2, "www")));
    }

    [Fact]
    public async Task Tcp_LargeMessage_IsDeferredWhole()
    {
        DeferredQueue queue = new();
        await using TestServer server = TestServer.Start(deferred: queue);
        using TcpDnsClient client = server.ConnectTcp();
        byte[] large = Queries.Padded(3, "defer", 60_000);
        client.Send(large);
        using DeferredRequest request = await ReadAsync(queue);
        Assert.Equal(large, request.Message.ToArray());
    }

    [Fact]
    public async Task Stop_WithDeferred_WaitsForItsAnswerAndRefusesLaterOnes()
    {
        DeferredQueue queue = new();
        TestServer server = TestServer.Start(deferred: queue);
        using Socket udp = server.ConnectUdp();
        await udp.SendAsync(Deferred);
        using DeferredRequest late = await ReadAsync(queue);
        using TcpDnsClient client = server.ConnectTcp();
        client.Send(Deferred);
        DeferredRequest request = await ReadAsync(queue);
        Task stopping = server.DisposeAsync().AsTask();
        Assert.True(request.TryReply(Answer));
        request.Dispose();
        Assert.Equal(Answer, client.Receive());
        await stopping;
        Assert.False(late.TryReply(Answer));
    }

    private static async Task<DeferredRequest> ReadAsync(DeferredQueue queue)
    {
        using CancellationTokenSource patience = new(TestServer.Patience);
        return await queue.ReadAsync(patience.Token);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource patience = new(TestServer.Patience);
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }
}
