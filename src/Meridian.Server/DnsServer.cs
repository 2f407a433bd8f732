using System.Collections.Immutable;
using System.Net;
using Meridian.Engine.Answering;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Native;
using Meridian.Server.Tcp;
using Meridian.Server.Udp;
using Meridian.Server.Xdp;
using Microsoft.Extensions.Logging;

namespace Meridian.Server;

/// <summary>
/// The DNS transports as one thing to start and stop: for every listen address, UDP and TCP on the same port. Runs on
/// 64-bit Linux (x64 and arm64).
/// </summary>
public sealed class DnsServer : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DeferredQueue? _deferred;
    private readonly Func<WorkerPlan, TransportWorker> _createWorker;
    private readonly ImmutableArray<TrafficCounters> _udpCounters;
    private readonly ImmutableArray<TrafficCounters> _tcpCounters;
    private readonly ImmutableArray<TcpConnectionCounters> _connectionCounters;
    private ImmutableArray<ListenSockets> _sockets = [];
    private ImmutableArray<TransportWorker> _workers = [];
    private ImmutableArray<TrafficCounters> _xdpCounters = [];
    private XdpAttachment? _xdp;
    private ServerMeter? _meter;
    private long _finalReceiveQueueDrops;
    private int _phase;

    /// <summary>A server that answers through the engine.</summary>
    /// <param name="options">Where and how to serve.</param>
    /// <param name="answerers">
    /// Makes the answerer of each thread; called once per thread, with 0, 1, 2 …, when the server starts.
    /// </param>
    /// <param name="time">The clock of answers and timeouts.</param>
    /// <param name="logger">Where starting, stopping and faults are told.</param>
    /// <param name="deferred">Takes what is not answered in place; null drops it.</param>
    public DnsServer(
        ServerOptions options,
        Func<int, QueryAnswerer> answerers,
        TimeProvider time,
        ILogger<DnsServer> logger,
        DeferredQueue? deferred = null)
        : this(options, time, logger, CreateWorkers(worker => new EngineAnswerer(answerers(worker)), time, logger), deferred)
    {
    }

    private DnsServer(
        ServerOptions options, TimeProvider time, ILogger logger, Func<WorkerPlan, TransportWorker> createWorker, DeferredQueue? deferred)
    {
        ImmutableArray<string> errors = options.Validate();
        if (!errors.IsEmpty)
        {
            throw ServerStartException.ForOptions(errors);
        }

        _options = options;
        _time = time;
        _logger = logger;
        _createWorker = createWorker;
        _deferred = deferred;
        _udpCounters = CreateEach<TrafficCounters>(options.UdpThreadCount);
        _tcpCounters = CreateEach<TrafficCounters>(options.TcpThreads);
        _connectionCounters = CreateEach<TcpConnectionCounters>(options.TcpThreads);
        Counters = new ServerCounters(_udpCounters, _tcpCounters, _connectionCounters, ReceiveQueueDrops);
    }

    /// <summary>
    /// Threads that share the traffic of datagrams, once the server starts: those of AF_XDP where it is attached, because
    /// the sockets get what is left, and the UDP threads otherwise.
    /// </summary>
    public int DatagramThreadCount => _xdpCounters.IsEmpty ? _udpCounters.Length : _xdpCounters.Length;

    private enum Phase
    {
        New,
        Running,
        Stopped,
    }

    /// <summary>What has been counted; outlives the stop.</summary>
    public ServerCounters Counters { get; }

    /// <summary>What its answerers count by view, for the metrics.</summary>
    public ViewQueries Views { get; init; } = new();

    /// <summary>
    /// Where the server listens, in the order of the options, with the ports that were chosen for port 0.
    /// </summary>
    public ImmutableArray<IPEndPoint> BoundEndpoints { get; private set; } = [];

    /// <summary>A server over any answerer: tests, benchmarks, and whatever wraps the engine.</summary>
    /// <param name="options">Where and how to serve.</param>
    /// <param name="answerers">Makes the answerer of each thread, as for the constructor.</param>
    /// <param name="time">The clock of answers and timeouts.</param>
    /// <param name="logger">Where starting, stopping and faults are told.</param>
    /// <param name="deferred">Takes what is not answered in place; null drops it.</param>
    public static DnsServer Create<TAnswerer>(
        ServerOptions options,
        Func<int, TAnswerer> answerers,
        TimeProvider time,
        ILogger<DnsServer> logger,
        DeferredQueue? deferred = null)
        where TAnswerer : struct, IQueryAnswerer =>
        new(options, time, logger, CreateWorkers(answerers, time, logger), deferred);

    /// <summary>Binds every socket, then serves. Once.</summary>
    /// <exception cref="ServerStartException">
    /// A socket cannot be bound; none is left open, and the message says what to do.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">Not a 64-bit Linux on x64 or arm64.</exception>
    public void Start()
    {
        Platform.ThrowUnlessSupported();
        if (Interlocked.CompareExchange(ref _phase, (int)Phase.Running, (int)Phase.New) != (int)Phase.New)
        {
            throw new InvalidOperationException("The server was started before.");
        }

        Libc.BindDataPath();
        _sockets = BindAll();
        BoundEndpoints = [.. _sockets.Select(static sockets => sockets.Endpoint)];
        if (_options.Xdp is { } xdp && XdpAttachment.TryOpen(xdp, BoundEndpoints, _logger) is { } attachment)
        {
            _xdp = attachment;
            _xdpCounters = CreateEach<TrafficCounters>(attachment.Sockets.Length);
            Counters.AddXdp(_xdpCounters);
        }

        _workers = CreateAllWorkers();
        _meter = new ServerMeter(Counters, Views);
        foreach (TransportWorker worker in _workers)
        {
            worker.Start();
        }

        foreach (IPEndPoint endpoint in BoundEndpoints)
        {
            ServerLog.Listening(_logger, endpoint, _udpCounters.Length, _tcpCounters.Length);
        }
    }

    /// <summary>
    /// Lets the answering threads go before the process's others where they share a core, if it may. To be called when what
    /// follows a start is done: earlier, under load on one core, they would keep the compiler from making them fast.
    /// </summary>
    public void PreferAnswering()
    {
        foreach (TransportWorker worker in _workers)
        {
            worker.Prefer();
        }
    }

    /// <summary>
    /// Takes nothing new, answers what had arrived, and closes. TCP clients that are slow to take their answers are
    /// given <see cref="ServerOptions.DrainTimeout"/>. Stopping what does not run does nothing.
    /// </summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _phase, (int)Phase.Stopped) != (int)Phase.Running)
        {
            return;
        }

        // First, so that no frame comes any more that nobody would answer: from here on they go to the sockets.
        _xdp?.Detach();
        foreach (TransportWorker worker in _workers)
        {
            worker.RequestStop();
        }

        foreach (TransportWorker worker in _workers)
        {
            await worker.WaitForEndAsync(CancellationToken.None);
            await worker.DisposeAsync();
        }

        Volatile.Write(ref _finalReceiveQueueDrops, ReceiveQueueDrops());
        ImmutableArray<ListenSockets> sockets = _sockets;
        _sockets = [];
        _xdp?.Dispose();
        foreach (ListenSockets group in sockets)
        {
            group.Dispose();
        }

        _meter?.Dispose();
        ServerReport report = Counters.Sum();
        ServerLog.Stopped(_logger, report.Udp.Queries + report.Xdp.Queries + report.Tcp.Queries);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static ImmutableArray<T> CreateEach<T>(int count)
        where T : new() => [.. Enumerable.Range(0, count).Select(static _ => new T())];

    private static Func<WorkerPlan, TransportWorker> CreateWorkers<TAnswerer>(
        Func<int, TAnswerer> answerers, TimeProvider time, ILogger logger)
        where TAnswerer : struct, IQueryAnswerer => plan => plan switch
        {
            { Connections: { } connections } => new TcpLoop<TAnswerer>(
                plan.Name, plan.Listeners, answerers(plan.Number), plan.Options, plan.Traffic, connections, plan.Deferred, time, logger),
            { Frames: { } frames, Options.Xdp: { } xdp } => new XdpWorker<TAnswerer>(
                plan.Name, frames, answerers(plan.Number), xdp.BatchSize, plan.Traffic, time, logger)
            {
                Core = plan.Core,
            },
            _ => new UdpWorker<TAnswerer>(
                plan.Name, plan.Datagrams, answerers(plan.Number), plan.Options.Udp, plan.Traffic, plan.Deferred, time, logger)
            {
                Core = plan.Core,
            },
        };

    private ImmutableArray<ListenSockets> BindAll()
    {
        ImmutableArray<ListenSockets>.Builder bound = ImmutableArray.CreateBuilder<ListenSockets>(_options.Listen.Length);
        try
        {
            foreach (IPEndPoint endpoint in _options.Listen)
            {
                bound.Add(ListenSockets.Bind(endpoint, _options, _udpCounters.Length));
            }

            return bound.MoveToImmutable();
        }
        catch (ServerStartException)
        {
            foreach (ListenSockets sockets in bound)
            {
                sockets.Dispose();
            }

            throw;
        }
    }

    private ImmutableArray<TransportWorker> CreateAllWorkers()
    {
        ImmutableArray<int> cores = ThreadPlacement.AllowedCores();
        bool pin = _options.PinThreads && _udpCounters.Length <= cores.Length;
        ImmutableArray<TransportWorker>.Builder workers = ImmutableArray.CreateBuilder<TransportWorker>();
        for (int index = 0; index < _udpCounters.Length; index++)
        {
            workers.Add(_createWorker(new WorkerPlan
            {
                Number = workers.Count,
                Name = $"dns-udp-{index}",
                Options = _options,
                Traffic = _udpCounters[index],
                Deferred = _deferred,
                Core = pin ? cores[index] : null,
                Datagrams = [.. _sockets.Select(sockets => UdpSocket.Prepare(
                    sockets.Udp[index], sockets.Endpoint, _options.Udp, index == 0 ? _logger : null))],
            }));
        }

        for (int index = 0; index < _xdpCounters.Length; index++)
        {
            workers.Add(_createWorker(new WorkerPlan
            {
                Number = workers.Count,
                Name = $"dns-xdp-{index}",
                Options = _options,
                Traffic = _xdpCounters[index],
                // Beside the UDP threads, which have little to do then.
                Core = _options.PinThreads && _xdpCounters.Length <= cores.Length ? cores[index] : null,
                Frames = _xdp?.Sockets[index],
            }));
        }

        for (int index = 0; index < _tcpCounters.Length; index++)
        {
            workers.Add(_createWorker(new WorkerPlan
            {
                Number = workers.Count,
                Name = $"dns-tcp-{index}",
                Options = _options,
                Traffic = _tcpCounters[index],
                Deferred = _deferred,
                Connections = _connectionCounters[index],
                Listeners = [.. _sockets.Select(sockets => sockets.Tcp[index])],
            }));
        }

        return workers.ToImmutable();
    }

    private long ReceiveQueueDrops()
    {
        ImmutableArray<ListenSockets> open = _sockets;
        return open.IsEmpty
            ? Volatile.Read(ref _finalReceiveQueueDrops)
            : open.Sum(static sockets => sockets.Udp.Sum(static socket => socket.ReceiveQueueDrops())) + (_xdp?.Drops() ?? 0);
    }
}
