using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;

namespace Meridian.Server.Tests;

public sealed class UdpTests
{
    private readonly byte[] _buffer = new byte[65_536];

    [Fact]
    public async Task Answer_IPv4Query_IsEchoedWithClientAndTime()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using Socket client = server.ConnectUdp();

        Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), Exchange(client, Queries.Query(7, "www")));

        int port = ((IPEndPoint)client.LocalEndPoint!).Port;
        ulong address = ClientAddress.FromIPAddress(IPAddress.Loopback).Low;
        Assert.Equal((long)((address << 16) | (ushort)port), Queries.Number(Exchange(client, Queries.Query(8, "from"))));
        Assert.Equal(1_800_000_000, Queries.Number(Exchange(client, Queries.Query(9, "time"))));
    }

    [Fact]
    public async Task Answer_IPv6Query_IsEchoedWithClient()
    {
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.IPv6Loopback));
        using Socket client = server.ConnectUdp();

        Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), Exchange(client, Queries.Query(7, "www")));
        int port = ((IPEndPoint)client.LocalEndPoint!).Port;
        Assert.Equal((1L << 16) | (long)port, Queries.Number(Exchange(client, Queries.Query(8, "from"))));
    }

    [Fact]
    public async Task Answer_SeveralListenAddresses_OneThreadServesAll()
    {
        await using TestServer server = TestServer.Start(
            TestServer.OptionsFor(IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.3")));
        foreach (IPEndPoint endpoint in server.Server.BoundEndpoints)
        {
            using Socket client = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            client.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
            client.Connect(endpoint);
            Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), Exchange(client, Queries.Query(7, "www")));
        }

        Assert.Equal(3, server.Report.Udp.Queries);
    }

    [Theory]
    [InlineData("0.0.0.0", "127.0.0.2")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task Answer_WildcardAddress_LeavesFromTheAddressAsked(string listen, string asked)
    {
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.Parse(listen)));
        using Socket client = new(server.Endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        client.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        IPEndPoint target = new(IPAddress.Parse(asked), server.Endpoint.Port);
        for (ushort id = 0; id < 3; id++)
        {
            client.SendTo(Queries.Query(id, "www"), target);
            EndPoint source = new IPEndPoint(server.Endpoint.Address, 0);
            int length = client.ReceiveFrom(_buffer, ref source);
            Assert.Equal(target, source);
            Assert.Equal(Queries.EchoOf(Queries.Query(id, "www")), _buffer[..length]);
        }
    }

    [Fact]
    public async Task Answer_ThousandQueriesAtOnce_AllAnsweredInBatches()
    {
        using Gate gate = new();
        await using TestServer server = TestServer.Start(gate: gate);
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Query(1000, "wait"));
        gate.WaitForArrival();
        for (ushort id = 0; id < 1000; id++)
        {
            client.Send(Queries.Query(id, $"h{id}"));
        }

        gate.Open();
        HashSet<ushort> ids = [];
        for (int count = 0; count < 1001; count++)
        {
            int length = client.Receive(_buffer);
            ushort id = Queries.Id(_buffer);
            Assert.True(ids.Add(id));
            Assert.Equal(Queries.EchoOf(Queries.Query(id, id == 1000 ? "wait" : $"h{id}")), _buffer[..length]);
        }

        // The gathered thousand came in full batches of 32.
        Assert.InRange(server.Report.Udp.Batches, 1, 1 + (1000 / 32) + 1);
        Assert.Equal(1001, server.Report.Udp.Queries);
    }

    [Fact]
    public async Task Answer_DropsAmongQueries_OnlyTheOthersAreAnswered()
    {
        using Gate gate = new();
        await using TestServer server = TestServer.Start(gate: gate);
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Query(999, "wait"));
        gate.WaitForArrival();
        byte[] response = Queries.EchoOf(Queries.Query(0, "loop"));
        for (ushort id = 0; id < 100; id++)
        {
            client.Send((id % 5) switch
            {
                1 => Queries.Query(id, "drop"),
                2 => Queries.Query(id, "defer"),
                3 => response,
                4 => [1, 2, 3],
                _ => Queries.Query(id, "www"),
            });
        }

        gate.Open();
        Assert.Equal(999, ReceiveId(client));
        for (ushort id = 0; id < 100; id += 5)
        {
            Assert.Equal(id, ReceiveId(client));
        }

        // Asked and answered last: nothing else is on its way.
        Assert.Equal(Queries.EchoOf(Queries.Query(500, "end")), Exchange(client, Queries.Query(500, "end")));
        TrafficReport report = server.Report.Udp;
        Assert.Equal(102, report.Queries);
        Assert.Equal(22, report.Answers);
        Assert.Equal(20, report.DropsOf(ServerDrop.NoRoom));
        Assert.Equal(20, report.DropsOf(ServerDrop.Deferred));
        Assert.Equal(20, report.DropsOf(ServerDrop.IsResponse));
        Assert.Equal(20, report.DropsOf(ServerDrop.TooShort));
    }

    [Fact]
    public async Task Answer_DatagramLongerThanTheLimit_IsDroppedAndCounted()
    {
        await using TestServer server = TestServer.Start();
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Padded(1, "long", 4097));
        Assert.Equal(Queries.Padded(2, "fits", 4096).Length, Exchange(client, Queries.Padded(2, "fits", 4096)).Length);
        Assert.Equal(1, server.Report.Udp.DropsOf(ServerDrop.Oversized));
    }

    [Fact]
    public async Task Answer_EmptyAndRandomDatagrams_ServiceGoesOn()
    {
        await using TestServer server = TestServer.Start();
        using Socket client = server.ConnectUdp();
        Random random = new(4711);
        for (int count = 0; count < 500; count++)
        {
            byte[] garbage = new byte[random.Next(0, 600)];
            random.NextBytes(garbage);
            garbage.AsSpan(0, Math.Min(3, garbage.Length)).Fill(0x80);
            client.Send(garbage);
        }

        Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), Exchange(client, Queries.Query(7, "www")));
        Assert.Equal(501, server.Report.Udp.Queries);
    }

    [Fact]
    public async Task Answer_AnswererThrows_OnlyThatQueryIsLostAndOneLineIsLogged()
    {
        using Gate gate = new();
        await using TestServer server = TestServer.Start(gate: gate);
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Query(999, "wait"));
        gate.WaitForArrival();
        for (ushort id = 0; id < 64; id++)
        {
            client.Send(Queries.Query(id, id % 4 == 1 ? "throw" : "www"));
        }

        gate.Open();
        Assert.Equal(999, ReceiveId(client));
        for (ushort id = 0; id < 64; id++)
        {
            if (id % 4 != 1)
            {
                Assert.Equal(id, ReceiveId(client));
            }
        }

        Assert.Equal(16, server.Report.Faults);
        Assert.Equal(1, server.Log.CountOf(3004));
    }

    [Fact]
    public async Task Answer_HundredThousandQueries_AllocatesNothing()
    {
        await using TestServer server = TestServer.Start();
        using Socket client = server.ConnectUdp();
        byte[] query = Queries.Query(7, "www");
        byte[] dropped = Queries.Query(7, "drop");
        // As long as what is measured: the ways of a busy thread are to have been gone before.
        Flood(client, query, dropped, rounds: 2500);
        long before = Queries.Number(Exchange(client, Queries.Query(1, "alloc")));
        Flood(client, query, dropped, rounds: 2500);
        long after = Queries.Number(Exchange(client, Queries.Query(2, "alloc")));

        Assert.Equal(before, after);
        Assert.InRange(server.Report.Udp.Queries, 5000 * 40, long.MaxValue);
    }

    [Fact]
    public async Task Answer_TwoThreads_BothServeOnePort()
    {
        await using TestServer server = TestServer.Start(TestServer.OptionsFor(IPAddress.Loopback) with
        {
            UdpThreads = 2,
            PinThreads = true,
        });
        for (ushort id = 0; id < 40; id++)
        {
            // A new source port each time: the kernel spreads by it.
            using Socket client = server.ConnectUdp();
            Assert.Equal(Queries.EchoOf(Queries.Query(id, "www")), Exchange(client, Queries.Query(id, "www")));
        }

        Assert.Equal(40, server.Report.Udp.Answers);
    }

    private static void Flood(Socket client, byte[] query, byte[] dropped, int rounds)
    {
        Span<byte> buffer = stackalloc byte[512];
        for (int round = 0; round < rounds; round++)
        {
            for (int count = 0; count < 40; count++)
            {
                client.Send(count == 20 ? dropped : query);
            }

            for (int count = 0; count < 39; count++)
            {
                client.Receive(buffer);
            }
        }
    }

    private byte[] Exchange(Socket client, byte[] query)
    {
        client.Send(query);
        return _buffer[..client.Receive(_buffer)];
    }

    private int ReceiveId(Socket client)
    {
        client.Receive(_buffer);
        return Queries.Id(_buffer);
    }
}
