using System.Net;
using System.Net.Sockets;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Tests.Support;
using Meridian.Server.Xdp;

namespace Meridian.Server.Tests.Xdp;

/// <summary>Frames of a real (virtual) interface, in network namespaces.</summary>
public sealed class XdpTests : IDisposable
{
    private const int AttachedEvent = 3007;
    private const int UnavailableEvent = 3008;

    private readonly VethPair _pair = VethPair.Create();
    private readonly byte[] _buffer = new byte[65_536];

    public static TheoryData<XdpAttachMode, bool> ModesAndFamilies => new()
    {
        { XdpAttachMode.Native, true },
        { XdpAttachMode.Native, false },
        { XdpAttachMode.Generic, true },
        { XdpAttachMode.Generic, false },
    };

    public void Dispose() => _pair.Dispose();

    [Theory]
    [MemberData(nameof(ModesAndFamilies))]
    public async Task Answer_QueriesOverTheInterface_AreTakenAsFrames(XdpAttachMode mode, bool isIPv4)
    {
        await using TestServer server = Start(mode);
        using Socket client = Connect(server, isIPv4);
        for (ushort id = 0; id < 50; id++)
        {
            // Every length, odd ones too, so that checksums of both kinds reach the receiver's check.
            byte[] query = Queries.Padded(id, "www", 40 + id);
            Assert.Equal(Queries.EchoOf(query), Exchange(client, query));
        }

        Assert.Equal(50, server.Report.Xdp.Queries);
        Assert.Equal(50, server.Report.Xdp.Answers);
        Assert.Equal(0, server.Report.Udp.Queries);
        Assert.Equal(1, server.Log.CountOf(AttachedEvent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_ClientAndTime_AreThoseOfTheQuery(bool isIPv4)
    {
        ManualTime time = new();
        await using TestServer server = Start(XdpAttachMode.Auto, time);
        using Socket client = Connect(server, isIPv4);
        IPEndPoint local = (IPEndPoint)client.LocalEndPoint!;
        ClientAddress address = ClientAddress.FromIPAddress(local.Address);

        Assert.Equal(1_800_000_000, Queries.Number(Exchange(client, Queries.Query(1, "time"))));
        Assert.Equal((long)((address.Low << 16) | (ushort)local.Port), Queries.Number(Exchange(client, Queries.Query(2, "from"))));
    }

    [Fact]
    public async Task Answer_LargestThatFitsThePacket_IsSentWhole()
    {
        await using TestServer server = Start(XdpAttachMode.Native);
        using Socket ipv4 = Connect(server, isIPv4: true);
        using Socket ipv6 = Connect(server, isIPv4: false);

        Assert.Equal(1500 - 28, Exchange(ipv4, Queries.Query(1, "big-1472")).Length);
        Assert.Equal(1500 - 48, Exchange(ipv6, Queries.Query(2, "big-1452")).Length);
    }

    [Fact]
    public async Task Answer_Fragments_AreLeftToTheKernelAndItsSockets()
    {
        await using TestServer server = Start(XdpAttachMode.Native);
        foreach (bool isIPv4 in new[] { true, false })
        {
            using Socket client = Connect(server, isIPv4);
            byte[] query = Queries.Padded(7, "www", 3000);
            Assert.Equal(Queries.EchoOf(query), Exchange(client, query));
        }

        Assert.Equal(0, server.Report.Xdp.Queries);
        Assert.Equal(2, server.Report.Udp.Queries);
    }

    [Fact]
    public async Task Answer_OtherTraffic_PassesToTheKernel()
    {
        await using TestServer server = Start(XdpAttachMode.Native);
        using Socket other = _pair.OnServer(static () =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(VethPair.ServerIPv4, 0));
            return socket;
        });
        other.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        using Socket client = _pair.OnClient(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(other.LocalEndPoint!);
            return socket;
        });
        client.Send([1, 2, 3]);
        Assert.Equal(3, other.Receive(_buffer));

        IPEndPoint endpoint = server.Server.BoundEndpoints[0];
        using TcpDnsClient tcp = _pair.OnClient(() => TcpDnsClient.Connect(endpoint, null));
        Assert.Equal(Queries.EchoOf(Queries.Query(9, "www")), tcp.Exchange(Queries.Query(9, "www")));
        Assert.Equal(0, server.Report.Xdp.Queries);
    }

    [Fact]
    public async Task Answer_AddressThatIsNotListenedOn_PassesToTheKernel()
    {
        _pair.RunOnServer("ip", "address", "add", "198.18.0.9/24", "dev", VethPair.ServerInterface);
        await using TestServer server = Start(XdpAttachMode.Native);
        IPEndPoint elsewhere = new(IPAddress.Parse("198.18.0.9"), server.Endpoint.Port);
        using Socket other = _pair.OnServer(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(elsewhere);
            return socket;
        });
        other.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        using Socket client = ConnectTo(elsewhere);
        client.Send(Queries.Query(1, "www"));

        Assert.Equal(Queries.Query(1, "www").Length, other.Receive(_buffer));
        Assert.Equal(0, server.Report.Xdp.Queries);
    }

    [Fact]
    public async Task Answer_WildcardAddress_StandsForTheAddressesOfTheHost()
    {
        _pair.RunOnServer("ip", "address", "add", "198.18.0.9/24", "dev", VethPair.ServerInterface);
        await using TestServer server = Start(XdpAttachMode.Native, null, IPAddress.Any, IPAddress.IPv6Any);
        foreach (string asked in new[] { "198.18.0.1", "198.18.0.9", "2001:db8:5::1" })
        {
            IPAddress address = IPAddress.Parse(asked);
            IPEndPoint bound = server.Server.BoundEndpoints.Single(e => e.AddressFamily == address.AddressFamily);
            using Socket client = ConnectTo(new IPEndPoint(address, bound.Port));
            Assert.Equal(Queries.EchoOf(Queries.Query(7, "www")), Exchange(client, Queries.Query(7, "www")));
        }

        Assert.Equal(3, server.Report.Xdp.Queries);
    }

    [Fact]
    public async Task Answer_ManyClientsOverAllQueues_LosesNoneAndReusesItsFrames()
    {
        const int Rounds = 40;
        const int Burst = 64;
        await using TestServer server = Start(XdpAttachMode.Native);
        using Socket client = Connect(server, isIPv4: true);
        client.ReceiveBufferSize = 4 << 20;
        // With 256 frames a queue, every frame is used several times.
        for (int round = 0; round < Rounds; round++)
        {
            for (ushort id = 0; id < Burst; id++)
            {
                client.Send(Queries.Query(id, "www"));
            }

            HashSet<ushort> answered = [];
            while (answered.Count < Burst)
            {
                int length = client.Receive(_buffer);
                answered.Add(Queries.Id(_buffer.AsSpan(0, length)));
            }
        }

        Assert.Equal(Rounds * Burst, server.Report.Xdp.Answers);
        Assert.Equal(0, server.Report.UdpReceiveQueueDrops);
    }

    [Fact]
    public async Task Answer_SteadyState_AllocatesNothing()
    {
        await using TestServer server = Start(XdpAttachMode.Native);
        using Socket client = Connect(server, isIPv4: true);
        for (ushort id = 0; id < 200; id++)
        {
            Exchange(client, Queries.Query(id, "www"));
        }

        long before = Queries.Number(Exchange(client, Queries.Query(1, "alloc")));
        for (ushort id = 0; id < 1000; id++)
        {
            Exchange(client, Queries.Query(id, "www"));
        }

        Assert.Equal(before, Queries.Number(Exchange(client, Queries.Query(1, "alloc"))));
    }

    [Fact]
    public async Task Answer_FaultAndDrop_CostOneQueryEach()
    {
        await using TestServer server = Start(XdpAttachMode.Native);
        using Socket client = Connect(server, isIPv4: true);
        client.Send(Queries.Query(1, "throw"));
        client.Send(Queries.Query(2, "drop"));
        Assert.Equal(Queries.EchoOf(Queries.Query(3, "www")), Exchange(client, Queries.Query(3, "www")));

        TrafficReport xdp = server.Report.Xdp;
        Assert.Equal(1, xdp.DropsOf(ServerDrop.Fault));
        Assert.Equal(1, xdp.DropsOf(ServerDrop.NoRoom));
        Assert.Equal(3, xdp.Queries);
    }

    [Fact]
    public async Task StopAsync_AfterServing_LeavesNothingOnTheInterface()
    {
        TestServer server = Start(XdpAttachMode.Native);
        Assert.Contains("prog/xdp", _pair.RunOnServer("ip", "link", "show", "dev", VethPair.ServerInterface), StringComparison.Ordinal);
        using Socket client = Connect(server, isIPv4: true);
        Exchange(client, Queries.Query(1, "www"));
        long queries = server.Report.Xdp.Queries;

        await server.DisposeAsync();

        Assert.DoesNotContain("prog/xdp", _pair.RunOnServer("ip", "link", "show", "dev", VethPair.ServerInterface), StringComparison.Ordinal);
        Assert.Equal(queries, server.Report.Xdp.Queries);
        await using TestServer again = Start(XdpAttachMode.Native);
        Assert.Equal(1, again.Log.CountOf(AttachedEvent));
    }

    [Theory]
    [InlineData(XdpAttachMode.Native)]
    [InlineData(XdpAttachMode.Auto)]
    public async Task Start_AnotherProgramAttached_SaysSoAndServesFromSockets(XdpAttachMode mode)
    {
        await using TestServer first = Start(mode);
        await using TestServer second = Start(mode);

        Assert.Equal(1, second.Log.CountOf(UnavailableEvent));
        Assert.Contains("another XDP program is attached to server0", second.Log.TextOf(UnavailableEvent), StringComparison.Ordinal);
        using Socket client = Connect(second, isIPv4: true);
        Assert.Equal(Queries.EchoOf(Queries.Query(1, "www")), Exchange(client, Queries.Query(1, "www")));
        Assert.Equal(1, second.Report.Udp.Queries);
    }

    [Fact]
    public async Task Start_InterfaceThatIsNotThere_SaysSoAndServesFromSockets()
    {
        await using TestServer server = Start(OptionsFor(VethPair.ServerIPv4) with { Xdp = new XdpOptions { Interface = "absent0" } });
        Assert.Contains("there is no interface absent0", server.Log.TextOf(UnavailableEvent), StringComparison.Ordinal);
        using Socket client = Connect(server, isIPv4: true);
        Assert.Equal(Queries.EchoOf(Queries.Query(1, "www")), Exchange(client, Queries.Query(1, "www")));
    }

    [Fact]
    public async Task Start_MoreQueuesThanThereAre_SaysHowMany()
    {
        ServerOptions options = OptionsFor(VethPair.ServerIPv4);
        await using TestServer server = Start(options with
        {
            Xdp = new XdpOptions { Interface = VethPair.ServerInterface, Queues = 100 },
        });
        Assert.Contains(
            $"server0 has {VethPair.Queues} receive queues, not 100", server.Log.TextOf(UnavailableEvent), StringComparison.Ordinal);
    }

    private static ServerOptions OptionsFor(params IPAddress[] addresses) => TestServer.OptionsFor(addresses) with
    {
        Xdp = new XdpOptions { Interface = VethPair.ServerInterface, Frames = 256, BatchSize = 16 },
    };

    private TestServer Start(XdpAttachMode mode, TimeProvider? time = null, params IPAddress[] addresses)
    {
        ServerOptions options = OptionsFor(addresses.Length > 0 ? addresses : [VethPair.ServerIPv4, VethPair.ServerIPv6]);
        return Start(options with { Xdp = options.Xdp! with { Mode = mode } }, time);
    }

    private TestServer Start(ServerOptions options, TimeProvider? time = null) =>
        _pair.OnServer(() => TestServer.Start(options, time));

    private Socket Connect(TestServer server, bool isIPv4)
    {
        AddressFamily family = isIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return ConnectTo(server.Server.BoundEndpoints.Single(endpoint => endpoint.AddressFamily == family));
    }

    private Socket ConnectTo(IPEndPoint endpoint) => _pair.OnClient(() =>
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)TestServer.Patience.TotalMilliseconds;
        socket.Connect(endpoint);
        return socket;
    });

    private byte[] Exchange(Socket client, byte[] query)
    {
        client.Send(query);
        return _buffer[..client.Receive(_buffer)];
    }
}
