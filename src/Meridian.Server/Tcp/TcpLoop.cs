using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Tcp;

/// <summary>
/// One thread that serves every TCP connection given to its listening sockets: no task, no thread and no timer per
/// connection or query. A client that is slow to write or to read costs its own buffer and nothing else.
/// </summary>
internal sealed class TcpLoop<TAnswerer> : TransportWorker
    where TAnswerer : struct, IQueryAnswerer
{
    private const ulong WakeKey = 0;
    private const ulong FirstListenerKey = 1;
    private const ulong FirstConnectionKey = 1UL << 32;

    // Events of one round: large enough to spread the cost of the clock readings, small enough to look at accepts
    // often.
    private const int EventsPerRound = 256;

    // Accepted from one listener in a round, so that a flood of connections does not starve those there are.
    private const int AcceptsPerRound = 64;

    // Failures of accept in one round after which the thread takes a pause from it, until the next tick.
    private const int MaxAcceptFailures = 16;

    // Reads of one connection while draining: 8 MiB, more than any default TCP receive buffer holds.
    private const int DrainReads = 128;

    private readonly TcpListeners _listeners;
    private readonly TcpConnectionCounters _connectionCounters;
    private readonly TrafficCounters _trafficCounters;
    private readonly TcpResponder<TAnswerer> _responder;
    private readonly ConnectionTable _table;
    private readonly EpollSet _epoll = new(EventsPerRound);
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _origin;
    private readonly long _drainTimeoutMs;
    private readonly LoopTick _tick;
    private readonly StreamReplies _replies;
    private TcpConnection? _current;
    private long? _drainDeadline;
    private long _now;

    public TcpLoop(
        string name,
        ImmutableArray<NativeSocket> listeners,
        TAnswerer answerer,
        ServerOptions options,
        TrafficCounters trafficCounters,
        TcpConnectionCounters connectionCounters,
        DeferredQueue? deferred,
        TimeProvider time,
        ILogger logger)
        : base(name, time, logger)
    {
        TcpLimits limits = options.Tcp.ShareOf(options.TcpThreads);
        _listeners = new TcpListeners(listeners, _epoll, FirstListenerKey);
        _replies = new StreamReplies(Wake);
        _trafficCounters = trafficCounters;
        _connectionCounters = connectionCounters;
        _responder = new TcpResponder<TAnswerer>(
            answerer, limits, trafficCounters, new StreamDeferral(deferred, _replies, trafficCounters), MakeRoomFor);
        _table = new ConnectionTable(limits);
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _drainTimeoutMs = (long)options.DrainTimeout.TotalMilliseconds;
        _tick = new LoopTick(time, Wake.Signal);
        _epoll.TryAdd(Wake.Descriptor, EpollInterest.Read, WakeKey);
        _listeners.Watch();
    }

    public override async ValueTask DisposeAsync()
    {
        // The timer first, and to its end: its callback writes to the wake descriptor.
        await _tick.DisposeAsync();
        _replies.Close();
        for (int slot = 0; slot < _table.SlotCount; slot++)
        {
            if (_table[slot] is { } connection)
            {
                Close(connection, TcpCloseReason.Stopping);
            }
        }

        _epoll.Dispose();
        await base.DisposeAsync();
    }

    protected override void Serve()
    {
        while (_drainDeadline is not { } deadline || (_table.Count > 0 && _now < deadline))
        {
            int ready = _epoll.Wait();
            ReadClocks();
            for (int index = 0; index < ready; index++)
            {
                Dispatch(_epoll.Key(index), _epoll.CanRead(index), _epoll.CanWrite(index));
            }

            DeliverReplies();
            if (StopRequested && _drainDeadline is null)
            {
                BeginDrain();
            }

            CloseExpired();
            ArmTick();
        }

        if (_table.Count > 0)
        {
            ServerLog.DrainTimedOut(_logger, _table.Count);
        }
    }

    protected override void OnFault()
    {
        _trafficCounters.CountDrop(ServerDrop.Fault);
        if (_current is { } connection)
        {
            // Where the stream stands is unknown now.
            _current = null;
            Close(connection, TcpCloseReason.Fault);
        }

        // A stop may have been under way: the loop must look again without waiting for an event.
        Wake.Signal();
    }

    private void ReadClocks()
    {
        _now = (long)_time.GetElapsedTime(_origin).TotalMilliseconds;
        _responder.UnixMilliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    private void Dispatch(ulong key, bool canRead, bool canWrite)
    {
        if (key >= FirstConnectionKey)
        {
            // The connection may have been closed earlier in this round, and its slot taken by a new one: that one is
            // then tried in vain, which does no harm.
            if (_table[(int)(key - FirstConnectionKey)] is { } connection)
            {
                Handle(connection, canRead, canWrite);
            }
        }
        else if (key >= FirstListenerKey)
        {
            AcceptFrom((int)(key - FirstListenerKey), AcceptsPerRound);
        }
        else
        {
            Wake.Reset();
        }
    }

    private void Handle(TcpConnection connection, bool canRead, bool canWrite)
    {
        _current = connection;
        TcpCloseReason reason = TcpCloseReason.None;
        if (canWrite || connection.Paused || connection.ReadClosed)
        {
            // A paused connection that became "readable" has failed: sending tells how.
            reason = _responder.Continue(connection);
        }

        if (reason == TcpCloseReason.None && canRead && !connection.Paused && !connection.ReadClosed)
        {
            reason = _responder.Receive(connection);
        }

        _current = null;
        _connectionCounters.SetBufferedOctets(_responder.BufferedOctets);
        Settle(connection, reason);
    }

    /// <summary>Sends what was answered elsewhere, on connections that are still there.</summary>
    private void DeliverReplies()
    {
        while (_replies.TryTake(out StreamReply? reply))
        {
            if (_table[reply.Slot] is not { } connection || connection.Generation != reply.Generation)
            {
                reply.Taken?.TrySetResult(false);
                continue;
            }

            _current = connection;
            TcpCloseReason reason = _responder.Deliver(connection, reply.Message);
            _current = null;
            if (reply.Taken is { } taken)
            {
                connection.Taken?.TrySetResult(true);
                connection.Taken = taken;
            }

            Settle(connection, reason);
        }
    }

    /// <summary>Closes the connection, or puts it where what it waits for now is watched and timed.</summary>
    private void Settle(TcpConnection connection, TcpCloseReason reason)
    {
        bool draining = _drainDeadline is not null;
        if (reason == TcpCloseReason.None && draining && connection is { OutputLength: 0, Deferred: 0 })
        {
            reason = TcpCloseReason.Stopping;
        }

        if (reason != TcpCloseReason.None)
        {
            Close(connection, reason);
            return;
        }

        if (connection is { OutputLength: 0, Taken: { } taken })
        {
            connection.Taken = null;
            taken.TrySetResult(true);
        }

        TcpConnectionState state = connection.OutputLength > 0 ? TcpConnectionState.Sending
            : connection.InputLength > 0 ? TcpConnectionState.Reading
            : TcpConnectionState.Idle;
        bool gotOn = state == TcpConnectionState.Sending ? connection.Sent : connection.Answered;
        if (state != connection.State || gotOn)
        {
            _table.Enter(connection, state, _now);
        }

        connection.Answered = false;
        connection.Sent = false;
        bool read = !connection.Paused && !connection.ReadClosed && !draining;
        EpollInterest interest = (read ? EpollInterest.Read : EpollInterest.None)
            | (state == TcpConnectionState.Sending ? EpollInterest.Write : EpollInterest.None);
        if (interest != connection.Interest)
        {
            connection.Interest = interest;
            _epoll.TryModify(connection.Descriptor, interest, FirstConnectionKey + (ulong)connection.Slot);
        }
    }

    private void AcceptFrom(int listener, int most)
    {
        int failures = 0;
        for (int count = 0; count < most; count++)
        {
            AcceptStatus status = _listeners.TryAccept(listener, out int descriptor, out ClientAddress client, out ushort port);
            if (status == AcceptStatus.Accepted)
            {
                Admit(descriptor, client, port);
                continue;
            }

            if (status == AcceptStatus.Empty)
            {
                return;
            }

            // An idle connection makes room. Any other failure is that of the connection, unless there is no end to them.
            if ((status == AcceptStatus.Exhausted && !TryEvict()) || ++failures == MaxAcceptFailures)
            {
                _listeners.Pause();
                return;
            }
        }
    }

    private void Admit(int descriptor, ClientAddress client, ushort port)
    {
        TcpCloseReason refusal = !_table.HasRoomFor(client) ? TcpCloseReason.ClientLimit
            : _table.IsFull && !TryEvict() ? TcpCloseReason.Full
            : TcpCloseReason.None;
        if (refusal != TcpCloseReason.None)
        {
            _connectionCounters.CountRefused(refusal);
            _ = Libc.Close(descriptor);
            return;
        }

        TcpConnection connection = _table.Add(descriptor, client, port, _now);
        _connectionCounters.CountAccepted();
        connection.Interest = EpollInterest.Read;
        if (!_epoll.TryAdd(descriptor, EpollInterest.Read, FirstConnectionKey + (ulong)connection.Slot))
        {
            Close(connection, TcpCloseReason.Error);
            return;
        }

        // The query has often come with the handshake's last segment: reading now saves a round through epoll.
        Handle(connection, canRead: true, canWrite: false);
    }

    private bool TryEvict()
    {
        if (_table.LongestIdle is not { } idle)
        {
            return false;
        }

        Close(idle, TcpCloseReason.Evicted);
        return true;
    }

    /// <summary>
    /// Closes the connection whose client has not taken anything for longest, so that those who hoard answers do not cost
    /// others theirs.
    /// </summary>
    private bool MakeRoomFor(TcpConnection connection)
    {
        if (_table.LongestSending is not { } hoarder || hoarder == connection)
        {
            return false;
        }

        Close(hoarder, TcpCloseReason.BufferLimit);
        return true;
    }

    private void Close(TcpConnection connection, TcpCloseReason reason)
    {
        _responder.Release(connection);
        _table.Remove(connection);
        connection.Taken?.TrySetResult(false);
        connection.Taken = null;
        _connectionCounters.CountClosed(reason);
        _connectionCounters.SetBufferedOctets(_responder.BufferedOctets);

        // Closing the descriptor takes it out of the epoll set.
        _ = Libc.Close(connection.Descriptor);
    }

    private void CloseExpired()
    {
        while (_table.NextExpired(_now, out TcpCloseReason reason) is { } connection)
        {
            Close(connection, reason);
        }
    }

    /// <summary>
    /// Keeps the tick coming while there is something to time, and only then: an idle server sleeps.
    /// </summary>
    private void ArmTick()
    {
        if (_tick.TakeDue() && _listeners.IsPaused && _drainDeadline is null)
        {
            _listeners.Resume();
        }

        if (_table.Count > 0 || _listeners.IsPaused)
        {
            _tick.Arm();
        }
    }

    /// <summary>
    /// Takes and answers all that has arrived; from then on only waits for clients to take their answers.
    /// </summary>
    private void BeginDrain()
    {
        for (int listener = 0; listener < _listeners.Count; listener++)
        {
            if (_listeners.IsOpen(listener))
            {
                AcceptFrom(listener, int.MaxValue);
                _listeners.Close(listener);
            }
        }

        for (int slot = 0; slot < _table.SlotCount; slot++)
        {
            for (int reads = 0; reads < DrainReads && _table[slot] is { Paused: false, ReadClosed: false } open; reads++)
            {
                Handle(open, canRead: true, canWrite: false);
                if (_responder.Drained)
                {
                    break;
                }
            }
        }

        _drainDeadline = _now + _drainTimeoutMs;
        for (int slot = 0; slot < _table.SlotCount; slot++)
        {
            if (_table[slot] is { } open)
            {
                Settle(open, TcpCloseReason.None);
            }
        }
    }
}
