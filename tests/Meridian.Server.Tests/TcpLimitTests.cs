using System.Net;
using Meridian.Server.Metrics;
using Meridian.Server.Tcp;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

public sealed class TcpLimitTests
{
    [Fact]
    public async Task Connections_Idle_AreClosedAfterTheTimeoutAndNotBefore()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using TcpDnsClient early = server.ConnectTcp();
        early.Exchange(Queries.Query(1, "www"));
        server.PassTcpRound();
        time.Advance(TimeSpan.FromSeconds(6));
        using TcpDnsClient late = server.ConnectTcp();
        late.Exchange(Queries.Query(2, "www"));
        server.PassTcpRound();
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.True(early.IsClosedByServer());
        late.Exchange(Queries.Query(3, "www"));
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.IdleTimeout));
    }

    [Fact]
    public async Task Connections_SilentFromTheStart_AreClosedToo()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using TcpDnsClient silent = server.ConnectTcp();
        server.PassTcpRound();
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(silent.IsClosedByServer());
    }

    [Fact]
    public async Task Connections_QueryDribbledIn_AreClosedAfterTheQueryTimeout()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using TcpDnsClient slow = server.ConnectTcp();
        byte[] frame = Queries.Framed(Queries.Query(1, "www"));
        slow.SendRaw([.. frame, .. frame.AsSpan(0, 5)]);
        slow.Receive();
        server.PassTcpRound();
        time.Advance(TimeSpan.FromSeconds(3));
        slow.SendRaw(frame.AsSpan(5, 5));
        server.PassTcpRound();

        // Octets that do not complete the query buy no time.
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(slow.IsClosedByServer());
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.QueryTimeout));
    }

    [Fact]
    public async Task Connections_ClientThatNeverReads_AreClosedAfterTheSendTimeout()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using TcpDnsClient deaf = server.ConnectTcp(receiveBuffer: 4096);
        deaf.Send([.. Enumerable.Range(0, 200).Select(id => Queries.Query((ushort)id, "big-65535"))]);
        deaf.Receive();
        server.PassTcpRound();
        Assert.InRange(server.Report.Connections.BufferedOctets, 1, long.MaxValue);

        time.Advance(TimeSpan.FromSeconds(11));
        WaitUntilClosed(server, deaf);
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.SendTimeout));
    }

    [Fact]
    public async Task Connections_TableFull_LongestIdleMakesRoom()
    {
        await using TestServer server = StartWith(new TcpLimits { Connections = 3 });
        using TcpDnsClient first = server.ConnectTcp();
        first.Exchange(Queries.Query(1, "www"));
        using TcpDnsClient second = server.ConnectTcp();
        second.Exchange(Queries.Query(2, "www"));
        using TcpDnsClient third = server.ConnectTcp();
        third.Exchange(Queries.Query(3, "www"));
        first.Exchange(Queries.Query(4, "www"));
        using TcpDnsClient fourth = server.ConnectTcp();
        fourth.Exchange(Queries.Query(5, "www"));

        Assert.True(second.IsClosedByServer());
        first.Exchange(Queries.Query(6, "www"));
        third.Exchange(Queries.Query(7, "www"));
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.Evicted));
        Assert.Equal(3, server.Report.Connections.Open);
    }

    [Fact]
    public async Task Connections_TableFullAndNoneIdle_NewOneIsRefused()
    {
        await using TestServer server = StartWith(new TcpLimits { Connections = 2 });
        using TcpDnsClient first = server.ConnectTcp();
        using TcpDnsClient second = server.ConnectTcp();

        // A query and the beginning of another in one write: once answered, the connection is known to wait for the
        // rest.
        byte[] oneAndABit = [.. Queries.Framed(Queries.Query(1, "www")), 0, 50];
        first.SendRaw(oneAndABit);
        second.SendRaw(oneAndABit);
        first.Receive();
        second.Receive();
        using TcpDnsClient third = server.ConnectTcp();
        Assert.True(third.IsClosedByServer());
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.Full));
    }

    [Fact]
    public async Task Connections_OneClientTakesItsShare_FurtherAreRefusedOthersAreNot()
    {
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.Any) with
        {
            Tcp = new TcpLimits { ConnectionsPerClient = 2 },
        });
        IPEndPoint target = new(IPAddress.Loopback, server.Endpoint.Port);
        using TcpDnsClient first = TcpDnsClient.Connect(target, null);
        using TcpDnsClient second = TcpDnsClient.Connect(target, null);
        first.Exchange(Queries.Query(1, "www"));
        second.Exchange(Queries.Query(2, "www"));
        using TcpDnsClient third = TcpDnsClient.Connect(target, null);
        Assert.True(third.IsClosedByServer());

        // From 127.0.0.2 it is another client.
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.InterNetwork,
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        socket.Connect(target);
        socket.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        socket.Send(Queries.Framed(Queries.Query(3, "www")));
        Assert.True(socket.Receive(new byte[100]) > 2);

        // A closed connection gives its place back.
        first.Dispose();
        second.Exchange(Queries.Query(4, "www"));
        using TcpDnsClient fourth = TcpDnsClient.Connect(target, null);
        Assert.Equal(5, Queries.Id(fourth.Exchange(Queries.Query(5, "www"))));
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.ClientLimit));
    }

    [Fact]
    public async Task Connections_BuffersUsedUp_TheOneThatNeedsMoreIsClosed()
    {
        await using TestServer server = StartWith(new TcpLimits { BufferedOctets = 1 << 20, QueuedAnswerOctets = 1 << 20 });
        using TcpDnsClient deaf = server.ConnectTcp(receiveBuffer: 4096);
        using TcpDnsClient other = server.ConnectTcp();
        deaf.Send([.. Enumerable.Range(0, 400).Select(id => Queries.Query((ushort)id, "big-65535"))]);
        WaitUntilClosed(server, deaf);
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.BufferLimit));
        other.Exchange(Queries.Query(1, "www"));
        Assert.InRange(server.Report.Connections.BufferedOctets, 0, 1 << 20);
    }

    [Fact]
    public async Task Connections_BuffersUsedUpByThoseWhoDoNotRead_OneOfThemMakesRoomForOneThatDoes()
    {
        await using TestServer server = StartWith(new TcpLimits { BufferedOctets = 1 << 20 });
        List<TcpDnsClient> deaf = [];
        byte[][] queries = [.. Enumerable.Range(0, 20).Select(id => Queries.Query((ushort)id, "big-65535"))];
        while (server.Report.Connections.ClosedFor(TcpCloseReason.BufferLimit) == 0)
        {
            Assert.True(deaf.Count < 100, "the buffers are never used up");
            deaf.Add(server.ConnectTcp(receiveBuffer: 4096));
            deaf[^1].Send(queries);
            server.PassTcpRound();
        }

        using TcpDnsClient reader = server.ConnectTcp(receiveBuffer: 4096);
        reader.Send(queries);
        for (int index = 0; index < queries.Length; index++)
        {
            Assert.Equal(65_535, reader.Receive()?.Length);
        }

        // Those that were there first held their answers longest.
        WaitUntilClosed(server, deaf[0]);
        Assert.InRange(server.Report.Connections.BufferedOctets, 0, 1 << 20);
        deaf.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Connections_IdleAfterWork_HoldNoBuffers()
    {
        await using TestServer server = TestServer.Start();
        List<TcpDnsClient> clients = [.. Enumerable.Range(0, 200).Select(_ => server.ConnectTcp())];
        long before = Queries.Number(clients[0].Exchange(Queries.Query(1, "alloc")));
        for (int index = 1; index < clients.Count; index++)
        {
            clients[index].Exchange(Queries.Query(2, "www"));
        }

        long after = Queries.Number(clients[0].Exchange(Queries.Query(3, "alloc")));
        Assert.Equal(0, server.Report.Connections.BufferedOctets);
        Assert.InRange((after - before) / clients.Count, 0, 1024);
        clients.ForEach(static client => client.Dispose());
    }

    private static TestServer StartWith(TcpLimits limits) =>
        TestServer.Start(TestServer.OptionsFor(IPAddress.Loopback) with { Tcp = limits });

    /// <summary>Reads the answers that were on their way, up to the end.</summary>
    private static void WaitUntilClosed(TestServer server, TcpDnsClient client)
    {
        server.PassTcpRound();
        byte[] sink = new byte[65_536];
        try
        {
            while (client.Socket.Receive(sink) > 0)
            {
            }
        }
        catch (System.Net.Sockets.SocketException reset)
            when (reset.SocketErrorCode == System.Net.Sockets.SocketError.ConnectionReset)
        {
            // Closed with queries unread.
        }
    }
}
