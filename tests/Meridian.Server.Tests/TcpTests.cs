using System.Net;
using System.Net.Sockets;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

public sealed class TcpTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Answer_OneQuery_IsEchoed(string address)
    {
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.Parse(address)));
        using TcpDnsClient client = server.ConnectTcp();
        Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), client.Exchange(Queries.Query(7, "www")));
        Assert.Equal(Queries.EchoOf(Queries.Query(8, "www")), client.Exchange(Queries.Query(8, "www")));
    }

    [Fact]
    public async Task Answer_PipelinedInOneWrite_AllInOrder()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        byte[][] queries = [.. Enumerable.Range(0, 1000).Select(id => Queries.Query((ushort)id, $"h{id}"))];
        client.Send(queries);
        foreach (byte[] query in queries)
        {
            Assert.Equal(Queries.EchoOf(query), client.Receive());
        }

        Assert.Equal(1000, server.Report.Tcp.Answers);
        Assert.InRange(server.Report.Tcp.Batches, 1, 100);
    }

    [Fact]
    public async Task Answer_OneOctetAtATime_IsAnswered()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        byte[] frames = Queries.Framed(Queries.Query(1, "first"), Queries.Query(2, "second"));
        foreach (byte octet in frames)
        {
            client.SendRaw([octet]);
        }

        Assert.Equal(Queries.EchoOf(Queries.Query(1, "first")), client.Receive());
        Assert.Equal(Queries.EchoOf(Queries.Query(2, "second")), client.Receive());
    }

    [Fact]
    public async Task Answer_EverySplitOfTwoMessages_IsAnswered()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        byte[] first = Queries.Query(1, "first");
        byte[] second = Queries.Query(2, "second");
        byte[] frames = Queries.Framed(first, second);
        for (int split = 1; split < frames.Length; split++)
        {
            client.SendRaw(frames.AsSpan(0, split));

            // What was sent before the round has been read by its end: the split is real, not merged.
            server.PassTcpRound();
            client.SendRaw(frames.AsSpan(split));
            Assert.Equal(Queries.EchoOf(first), client.Receive());
            Assert.Equal(Queries.EchoOf(second), client.Receive());
        }
    }

    [Fact]
    public async Task Answer_LargestQuery_IsEchoed()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        byte[] query = Queries.Padded(7, "large", 65_535);
        Assert.Equal(Queries.EchoOf(query), client.Exchange(query));
        Assert.Equal(Queries.EchoOf(Queries.Query(8, "www")), client.Exchange(Queries.Query(8, "www")));
    }

    [Fact]
    public async Task Answer_LargestAnswersToSlowReader_AllArriveAndOthersAreServed()
    {
        ServerOptions options = TestServer.OptionsFor(IPAddress.Loopback);
        await using TestServer server = TestServer.Start(options);
        using TcpDnsClient slow = server.ConnectTcp(receiveBuffer: 4096);
        const int Count = 300;
        byte[][] queries = [.. Enumerable.Range(0, Count).Select(id => Queries.Query((ushort)id, "big-65535"))];
        slow.Send(queries);

        using TcpDnsClient other = server.ConnectTcp();
        for (ushort id = 0; id < 50; id++)
        {
            Assert.Equal(Queries.EchoOf(Queries.Query(id, "www")), other.Exchange(Queries.Query(id, "www")));
        }

        // 20 MiB of answers were asked for; what the server holds of them stays near the limit.
        int bound = options.Tcp.QueuedAnswerOctets + (4 * 65_537) + (1 << 20);
        Assert.InRange(server.Report.Connections.BufferedOctets, 1, bound);
        for (int id = 0; id < Count; id++)
        {
            byte[]? answer = slow.Receive();
            Assert.NotNull(answer);
            Assert.Equal(65_535, answer.Length);
            Assert.Equal(id, Queries.Id(answer));
            Assert.Equal(0x5A, answer[^1]);
        }

        Assert.Equal(Count, server.Report.Tcp.AnswersWith(Engine.Answering.AnswerFlags.Steered));
    }

    [Fact]
    public async Task Answer_HalfClosedClient_GetsAllAnswersThenEnd()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp(receiveBuffer: 4096);
        byte[][] queries = [.. Enumerable.Range(0, 100).Select(id => Queries.Query((ushort)id, "big-60000"))];
        client.Send(queries);
        client.Socket.Shutdown(SocketShutdown.Send);
        for (int id = 0; id < queries.Length; id++)
        {
            Assert.Equal(id, Queries.Id(client.Receive()));
        }

        Assert.Null(client.Receive());
        await server.DisposeAsync();
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.Client));
    }

    [Fact]
    public async Task Answer_DropAmongQueries_OnlyTheOthersAreAnswered()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        client.Send(Queries.Query(1, "drop"), Queries.Query(2, "www"), Queries.Query(3, "defer"), Queries.Query(4, "www"));
        Assert.Equal(2, Queries.Id(client.Receive()));
        Assert.Equal(4, Queries.Id(client.Receive()));
        Assert.Equal(1, server.Report.Tcp.DropsOf(ServerDrop.NoRoom));
        Assert.Equal(1, server.Report.Tcp.DropsOf(ServerDrop.Deferred));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(11)]
    public async Task Answer_MessageTooShort_EarlierAreAnsweredThenClosed(int length)
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        client.Send(Queries.Query(1, "www"), new byte[length], Queries.Query(2, "www"));
        Assert.Equal(1, Queries.Id(client.Receive()));
        Assert.True(client.IsClosedByServer());
        await server.DisposeAsync();
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.Malformed));
    }

    [Fact]
    public async Task Answer_RandomStreams_ServiceGoesOn()
    {
        await using TestServer server = TestServer.Start();
        Random random = new(4711);
        for (int count = 0; count < 100; count++)
        {
            using TcpDnsClient garbler = server.ConnectTcp();
            byte[] garbage = new byte[random.Next(1, 3000)];
            random.NextBytes(garbage);
            garbler.SendRaw(garbage);
        }

        using TcpDnsClient client = server.ConnectTcp();
        Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), client.Exchange(Queries.Query(7, "www")));
    }

    [Fact]
    public async Task Answer_AnswererThrows_OnlyThatConnectionIsClosed()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient victim = server.ConnectTcp();
        using TcpDnsClient other = server.ConnectTcp();
        other.Exchange(Queries.Query(1, "www"));
        victim.Send(Queries.Query(2, "throw"));
        Assert.True(victim.IsClosedByServer());
        Assert.Equal(Queries.EchoOf(Queries.Query(3, "www")), other.Exchange(Queries.Query(3, "www")));
        Assert.Equal(1, server.Report.Faults);
        Assert.Equal(1, server.Report.Connections.ClosedFor(TcpCloseReason.Fault));
    }

    [Fact]
    public async Task Answer_ManyQueries_AllocatesNothing()
    {
        await using TestServer server = TestServer.Start();
        using TcpDnsClient client = server.ConnectTcp();
        byte[] frames = Queries.Framed([.. Enumerable.Range(0, 100).Select(id => Queries.Query((ushort)id, $"h{id}"))]);
        Pipeline(client, frames, 20);
        long before = Queries.Number(client.Exchange(Queries.Query(1, "alloc")));
        Pipeline(client, frames, 300);
        long after = Queries.Number(client.Exchange(Queries.Query(2, "alloc")));

        Assert.Equal(before, after);
    }

    private static void Pipeline(TcpDnsClient client, byte[] frames, int rounds)
    {
        byte[] echoes = new byte[frames.Length];
        for (int round = 0; round < rounds; round++)
        {
            client.SendRaw(frames);
            for (int received = 0; received < echoes.Length;)
            {
                received += client.Socket.Receive(echoes.AsSpan(received));
            }
        }
    }
}
