using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meridian.Server.Metrics;
using Meridian.Server.Tcp;
using Meridian.Server.Tests.Support;
using Meridian.Server.Udp;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Server.Tests;

public sealed class DnsServerTests
{
    [Fact]
    public async Task Start_PortZero_UdpAndTcpShareTheNumber()
    {
        await using TestServer server = TestServer.Start();
        Assert.NotEqual(0, server.Endpoint.Port);
        using Socket udp = server.ConnectUdp();
        using TcpDnsClient tcp = server.ConnectTcp();
        udp.Send(Queries.Query(1, "www"));
        Assert.Equal(Queries.Query(1, "www").Length, udp.Receive(new byte[512]));
        tcp.Exchange(Queries.Query(2, "www"));
        Assert.Equal(1, server.Log.CountOf(3000));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public async Task Start_AddressHeldByAnotherServer_SaysWhichAndHowToFindIt(int udpThreads, int tcpThreads)
    {
        ServerOptions options = TestServer.OptionsFor(IPAddress.Loopback) with { UdpThreads = udpThreads, TcpThreads = tcpThreads };
        await using TestServer holder = TestServer.Start(options);

        // The same user and the same options: SO_REUSEPORT alone would let the second one in.
        ServerStartException error = Assert.Throws<ServerStartException>(
            () => TestServer.Start(options with { Listen = [holder.Endpoint] }));
        Assert.Contains(holder.Endpoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains($"'sport = :{holder.Endpoint.Port}'", error.Message, StringComparison.Ordinal);
        using Socket client = holder.ConnectUdp();
        client.Send(Queries.Query(1, "www"));
        Assert.True(client.Receive(new byte[512]) > 0);
    }

    [Fact]
    public async Task Start_OneOfTwoAddressesInUse_LeavesTheOtherFree()
    {
        await using TestServer holder = TestServer.Start();
        IPEndPoint free = new(IPAddress.Parse("127.0.0.9"), holder.Endpoint.Port);
        ServerOptions options = TestServer.OptionsFor(IPAddress.Loopback);
        Assert.Throws<ServerStartException>(() => TestServer.Start(options with { Listen = [free, holder.Endpoint] }));
        await using TestServer next = TestServer.Start(options with { Listen = [free] });
        Assert.Equal(free, next.Endpoint);
    }

    [Fact]
    public void Start_AddressOfAnotherMachine_SaysSo()
    {
        ServerOptions options = TestServer.OptionsFor(IPAddress.Parse("192.0.2.1"));
        ServerStartException error = Assert.Throws<ServerStartException>(() => TestServer.Start(options));
        Assert.Contains("192.0.2.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("no interface of this machine has the address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_PrivilegedPort_NamesTheCapability()
    {
        BindException denied = new(13, new IPEndPoint(IPAddress.Loopback, 53), type: 2);
        Assert.Contains("CAP_NET_BIND_SERVICE", BindAdvice.Explain(denied).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OptionsOutOfRange_AllAreReported()
    {
        ServerOptions options = new()
        {
            Listen = [],
            UdpThreads = 0,
            Udp = new UdpLimits { BatchSize = 0 },
            Tcp = new TcpLimits { Connections = 0, IdleTimeout = TimeSpan.Zero },
        };
        Assert.Equal(5, options.Validate().Length);
        ServerStartException error = Assert.Throws<ServerStartException>(() => TestServer.Start(options));
        Assert.Contains("TCP idle timeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Twice_Throws()
    {
        await using TestServer server = TestServer.Start();
        Assert.Throws<InvalidOperationException>(server.Server.Start);
    }

    [Fact]
    public async Task Stop_QueriesWaitingInTheSocket_AllAreAnswered()
    {
        const int Count = 3000;
        using Gate gate = new();
        await using TestServer server = TestServer.Start(gate: gate);
        using Socket client = server.ConnectUdp();
        client.Send(Queries.Query(Count, "wait"));
        gate.WaitForArrival();
        for (ushort id = 0; id < Count; id++)
        {
            client.Send(Queries.Query(id, "www"));
        }

        Task stopped = server.Server.StopAsync();
        gate.Open();
        byte[] buffer = new byte[512];
        HashSet<int> ids = [];
        for (int received = 0; received <= Count; received++)
        {
            client.Receive(buffer);
            Assert.True(ids.Add(Queries.Id(buffer)));
        }

        await stopped;
        Assert.Equal(Count + 1, server.Report.Udp.Answers);
        Assert.Equal(0, server.Report.UdpReceiveQueueDrops);
        Assert.Equal(1, server.Log.CountOf(3001));
    }

    [Fact]
    public async Task Stop_TcpConnectionsWithQueriesUnread_AllAreAnsweredThenClosed()
    {
        using Gate gate = new();
        await using TestServer server = TestServer.Start(gate: gate);
        using TcpDnsClient blocker = server.ConnectTcp();
        blocker.Send(Queries.Query(1, "wait"));
        gate.WaitForArrival();

        // Connected by the kernel, not accepted yet.
        List<TcpDnsClient> clients = [.. Enumerable.Range(0, 20).Select(_ => server.ConnectTcp())];
        clients.ForEach(static client => client.Send(Queries.Query(2, "www"), Queries.Query(3, "big-60000")));
        Task stopped = server.Server.StopAsync();
        gate.Open();
        Assert.Equal(1, Queries.Id(blocker.Receive()));
        foreach (TcpDnsClient client in clients)
        {
            Assert.Equal(2, Queries.Id(client.Receive()));
            Assert.Equal(60_000, client.Receive()!.Length);
            Assert.Null(client.Receive());
            client.Dispose();
        }

        await stopped;
        Assert.Equal(0, server.Report.Connections.Open);
        Assert.Equal(21, server.Report.Connections.ClosedFor(TcpCloseReason.Stopping));
    }

    [Fact]
    public async Task Stop_ClientThatNeverReads_WaitsNoLongerThanTheDrainTimeout()
    {
        ManualTime time = new();
        await using TestServer server = TestServer.Start(time: time);
        using TcpDnsClient deaf = server.ConnectTcp(receiveBuffer: 4096);
        using TcpDnsClient other = server.ConnectTcp();
        deaf.Send([.. Enumerable.Range(0, 200).Select(id => Queries.Query((ushort)id, "big-65535"))]);
        deaf.Receive();
        other.Exchange(Queries.Query(1, "www"));
        server.PassTcpRound();
        Task stopped = server.Server.StopAsync();
        Assert.True(other.IsClosedByServer());
        Assert.False(stopped.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(3));
        await stopped.WaitAsync(TestServer.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(1, server.Log.CountOf(3006));
    }

    [Fact]
    public async Task Stop_ThenStartAnotherOnTheSamePort_Works()
    {
        ServerOptions options = TestServer.OptionsFor(IPAddress.Loopback);
        await using TestServer first = TestServer.Start(options);
        using TcpDnsClient client = first.ConnectTcp();
        client.Exchange(Queries.Query(1, "www"));
        await first.Server.StopAsync();
        await first.Server.StopAsync();

        await using TestServer second = TestServer.Start(options with { Listen = [first.Endpoint] });
        using TcpDnsClient next = second.ConnectTcp();
        next.Exchange(Queries.Query(2, "www"));
    }

    [Fact]
    public async Task Counters_MixedTraffic_SumByTypeRcodeKindAndOctets()
    {
        await using TestServer server = TestServer.Start();
        using Socket udp = server.ConnectUdp();
        using TcpDnsClient tcp = server.ConnectTcp();
        byte[] buffer = new byte[512];
        int octets = 0;
        foreach (ushort type in new ushort[] { 1, 28, 28, 65, 257, 9999 })
        {
            byte[] query = Queries.Query(1, "www", type);
            udp.Send(query);
            octets += udp.Receive(buffer);
            tcp.Exchange(query);
        }

        await server.DisposeAsync();
        foreach (TrafficReport report in new[] { server.Report.Udp, server.Report.Tcp })
        {
            Assert.Equal(6, report.Queries);
            Assert.Equal(1, report.QueriesOf("A"));
            Assert.Equal(2, report.QueriesOf("AAAA"));
            Assert.Equal(1, report.QueriesOf("HTTPS"));
            Assert.Equal(1, report.QueriesOf("CAA"));
            Assert.Equal(1, report.QueriesOf("other"));
            Assert.Equal(6, report.AnswersOf(Dns.Rcode.NoError));
            Assert.Equal(6, report.AnswersOf(Engine.Answering.AnswerKind.Positive));
            Assert.Equal(octets, report.QueryOctets);
            Assert.Equal(octets, report.AnswerOctets);
            Assert.Equal(6, report.Batches);
        }

        Assert.Equal(1, server.Report.Connections.Accepted);
    }

    [Fact]
    public async Task PreferAnswering_WhileRunning_PutsTheThreadsFirst()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes CAP_SYS_NICE.");
        const string Name = "dns-udp-prefer";
        await using IdleWorker worker = new(Name);
        worker.Start();
        Assert.True(await worker.Started.WaitAsync(TestServer.Patience, TestContext.Current.CancellationToken));
        Assert.NotEqual(-10, NiceOf(Name));

        worker.Prefer();

        Assert.Equal(-10, NiceOf(Name));
        worker.RequestStop();
        await worker.WaitForEndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PreferAnswering_BeforeTheThreadRuns_PutsItFirstWhenItDoes()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "It takes CAP_SYS_NICE.");
        const string Name = "dns-udp-early";
        await using IdleWorker worker = new(Name);
        worker.Prefer();
        worker.Start();

        Assert.True(await worker.Started.WaitAsync(TestServer.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(-10, NiceOf(Name));
        worker.RequestStop();
        await worker.WaitForEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The nice value of this process's thread of a name (proc_pid_stat(5), field 19).</summary>
    private static int NiceOf(string thread)
    {
        string stat = Directory.EnumerateDirectories("/proc/self/task").Select(static task => File.ReadAllText($"{task}/stat"))
            .Single(text => text.Contains($"({thread})", StringComparison.Ordinal));
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }

    private sealed class IdleWorker(string name) : TransportWorker(name, TimeProvider.System, NullLogger.Instance)
    {
        public SemaphoreSlim Started { get; } = new(0, 1);

        public override ValueTask DisposeAsync()
        {
            Started.Dispose();
            return base.DisposeAsync();
        }

        protected override void Serve()
        {
            Started.Release();
            SpinWait.SpinUntil(() => StopRequested, TestServer.Patience);
        }

        protected override void OnFault()
        {
        }
    }
}
