using System.Net;
using System.Net.Sockets;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Tests.Support;

/// <summary>A server with an echo behind it, on loopback and a free port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>Far longer than anything takes; reached only when something is broken.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TestServer(ServerOptions options, TimeProvider time, Gate? gate, DeferredQueue? deferred)
    {
        Server = DnsServer.Create(options, _ => new EchoAnswerer(gate), time, Log, deferred);
    }

    public DnsServer Server { get; }

    public RecordingLogger Log { get; } = new();

    public IPEndPoint Endpoint => Server.BoundEndpoints[0];

    public ServerReport Report => Server.Counters.Sum();

    public static TestServer Start(
        ServerOptions? options = null, TimeProvider? time = null, Gate? gate = null, DeferredQueue? deferred = null)
    {
        TestServer server = new(options ?? OptionsFor(IPAddress.Loopback), time ?? TimeProvider.System, gate, deferred);
        server.Server.Start();
        return server;
    }

    /// <summary>One thread of each transport, and no pinning: the tests run side by side.</summary>
    public static ServerOptions OptionsFor(params IPAddress[] addresses) => new()
    {
        Listen = [.. addresses.Select(static address => new IPEndPoint(address, 0))],
        UdpThreads = 1,
        PinThreads = false,
    };

    public Socket ConnectUdp(IPAddress? local = null)
    {
        Socket socket = new(Endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.ReceiveBufferSize = 4 << 20;
        if (local is not null)
        {
            socket.Bind(new IPEndPoint(local, 0));
        }

        socket.Connect(Endpoint);
        return socket;
    }

    public TcpDnsClient ConnectTcp(int? receiveBuffer = null) => TcpDnsClient.Connect(Endpoint, receiveBuffer);

    /// <summary>
    /// Returns after the TCP thread has ended the round in which it took a new connection: by then it has read what was
    /// sent before, and has set its timer. To be called before the clock is moved.
    /// </summary>
    public void PassTcpRound()
    {
        using TcpDnsClient probe = ConnectTcp();

        // A connection is read once in the round that accepts it; the second query can only come in a later one.
        probe.Exchange(Queries.Query(1, "sync"));
        probe.Exchange(Queries.Query(2, "sync"));
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger : ILogger<DnsServer>
{
    private readonly List<(EventId Id, string Text)> _lines = [];

    public int CountOf(int eventId)
    {
        lock (_lines)
        {
            return _lines.Count(line => line.Id.Id == eventId);
        }
    }

    /// <summary>What the only line of an event says.</summary>
    public string TextOf(int eventId)
    {
        lock (_lines)
        {
            return _lines.Single(line => line.Id.Id == eventId).Text;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add((eventId, formatter(state, exception)));
        }
    }
}
