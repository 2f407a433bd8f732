using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server;

/// <summary>A dedicated thread that serves sockets until it is asked to stop, and then drains them.</summary>
internal abstract class TransportWorker : IAsyncDisposable
{
    // A bug that every query meets would write a line per query.
    private static readonly TimeSpan FaultLogInterval = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _ended = new(0, 1);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile bool _stopRequested;
    private int _threadId;
    private int _isPreferred;
    private long? _lastFaultLogged;

    protected TransportWorker(string name, TimeProvider time, ILogger logger)
    {
        Name = name;
        _time = time;
        _logger = logger;
    }

    /// <summary>The thread's name, in logs, debuggers and `top -H`.</summary>
    public string Name { get; }

    /// <summary>The core to stay on, or null.</summary>
    public int? Core { get; init; }

    protected WakeEvent Wake { get; } = new();

    /// <summary>Volatile: set by another thread, which then wakes this one.</summary>
    protected bool StopRequested => _stopRequested;

    public void Start()
    {
        Thread thread = new(Main) { Name = Name, IsBackground = true };
        thread.Start();
    }

    public void RequestStop()
    {
        _stopRequested = true;
        Wake.Signal();
    }

    /// <summary>
    /// Lets the thread go before the process's other threads where they share a core, from now on. Best effort: it takes
    /// CAP_SYS_NICE, which most services lack, and without it all are equal.
    /// </summary>
    public void Prefer()
    {
        // Both write before they read, with a full fence, so that at least one of the two sees the other.
        Interlocked.Exchange(ref _isPreferred, 1);
        if (Volatile.Read(ref _threadId) is not 0 and int thread)
        {
            _ = ThreadPlacement.TryPrefer(thread);
        }
    }

    /// <summary>Completes when the thread has ended. One caller.</summary>
    public Task WaitForEndAsync(CancellationToken cancellationToken) => _ended.WaitAsync(cancellationToken);

    /// <summary>To be called after the thread has ended, or when it was never started.</summary>
    public virtual ValueTask DisposeAsync()
    {
        Wake.Dispose();
        _ended.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Serves until <see cref="StopRequested"/>, then drains and returns. Called again after it has thrown.
    /// </summary>
    protected abstract void Serve();

    /// <summary>Counts a failure and leaves what caused it behind, so that serving can go on.</summary>
    protected abstract void OnFault();

    private void Main()
    {
        if (Core is int core && !ThreadPlacement.TryPin(core))
        {
            ServerLog.PinFailed(_logger, Name, core);
        }

        Interlocked.Exchange(ref _threadId, ThreadPlacement.CurrentThread());
        if (Volatile.Read(ref _isPreferred) != 0)
        {
            _ = ThreadPlacement.TryPrefer(_threadId);
        }

        while (!TryServe())
        {
        }

        // The kernel may give the number to another thread of this process once this one has ended.
        Interlocked.Exchange(ref _threadId, 0);
        _ended.Release();
    }

    private bool TryServe()
    {
        try
        {
            Serve();
            return true;
        }
#pragma warning disable CA1031 // The boundary of the loop: a bug in one answer must not end the service of the others.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            OnFault();
            LogFault(fault);
            return false;
        }
    }

    private void LogFault(Exception fault)
    {
        long now = _time.GetTimestamp();
        if (_lastFaultLogged is not long last || _time.GetElapsedTime(last, now) >= FaultLogInterval)
        {
            _lastFaultLogged = now;
            ServerLog.AnswererFault(_logger, Name, fault);
        }
    }
}
