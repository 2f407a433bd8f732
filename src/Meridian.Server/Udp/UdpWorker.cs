using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Udp;

/// <summary>
/// One thread with a socket per listen address: waits for datagrams, takes a batch, answers each in its own buffer, and
/// gives the batch back to the kernel. Nothing in the loop allocates, locks or throws.
/// </summary>
internal sealed unsafe class UdpWorker<TAnswerer> : TransportWorker
    where TAnswerer : struct, IQueryAnswerer
{
    // Full batches taken from one socket before the others and the stop request are looked at: some milliseconds of
    // work.
    private const int MaxBatchesInRow = 64;

    // A socket that fails this often in a row will fail again at once; the thread then waits a little between attempts.
    private const int FailuresBeforePause = 16;
    private const int FailurePauseMicroseconds = 1000;

    // A thread whose last query is longer ago waits in poll, which a stop request ends at once.
    private const int ReceiveWaitMs = 20;

    private readonly ImmutableArray<UdpSocket> _sockets;
    private readonly PollEntry[] _entries;
    private readonly DatagramBatch _batch;
    private readonly DatagramSender _sender;
    private readonly TimeProvider _time;
    private readonly TrafficCounters _counters;
    private readonly TAnswerer _answerer;
    private readonly DeferredQueue? _deferred;
    private readonly ImmutableArray<DatagramReplies> _replies;
    private readonly bool _receiveWaits;
    private Gathering _gathering;
    private int _failuresInRow;

    // The batch being answered, in fields so that it can be finished after a fault.
    private UdpSocket? _batchSocket;
    private int _received;
    private int _position;
    private int _kept;

    public UdpWorker(
        string name,
        ImmutableArray<UdpSocket> sockets,
        TAnswerer answerer,
        UdpLimits limits,
        TrafficCounters counters,
        DeferredQueue? deferred,
        TimeProvider time,
        ILogger logger)
        : base(name, time, logger)
    {
        _deferred = deferred;
        _replies = [.. sockets.Select(static socket => new DatagramReplies(socket))];
        _sockets = sockets;
        _answerer = answerer;
        _counters = counters;
        _time = time;
        _batch = new DatagramBatch(limits.BatchSize, limits.DatagramOctets);
        _sender = new DatagramSender(_batch, counters);
        _entries = GC.AllocateArray<PollEntry>(sockets.Length + 1, pinned: true);
        _gathering = new Gathering(time, limits.CoalesceMicroseconds);

        // With one socket, the call that receives can wait as well: half the system calls of a query that comes alone.
        _receiveWaits = sockets is [UdpSocket only] && only.Socket.TryWaitWhenReceiving(ReceiveWaitMs);
        _entries[0] = new PollEntry { Descriptor = Wake.Descriptor, Events = Linux.PollIn };
        for (int index = 0; index < sockets.Length; index++)
        {
            _entries[index + 1] = new PollEntry { Descriptor = sockets[index].Descriptor, Events = Linux.PollIn };
        }
    }

    public override ValueTask DisposeAsync()
    {
        foreach (DatagramReplies replies in _replies)
        {
            replies.Close();
        }

        _batch.Dispose();
        return base.DisposeAsync();
    }

    protected override void Serve()
    {
        if (_batchSocket is { } interrupted)
        {
            FinishBatch(interrupted);
        }

        while (!StopRequested)
        {
            if (_gathering.IsDue)
            {
                _gathering.Pause();
                if (ServeSockets(onlyReady: false))
                {
                    continue;
                }
            }

            WaitAndServe();
        }

        Drain();
    }

    protected override void OnFault()
    {
        // The query that failed is dropped; Serve goes on behind it.
        _counters.CountDrop(ServerDrop.Fault);
        _position++;
    }

    // Not put into the loop that calls it: that never ends, so code that was compiled ahead of time into it would never be compiled
    // again with what was seen while running.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitAndServe()
    {
        long from = _gathering.BeginWait();
        if (_receiveWaits)
        {
            int received = Receive(_sockets[0], Linux.MessageWaitForOne);
            _gathering.EndWait(from);
            if (received > 0)
            {
                FinishBatch(_sockets[0]);
                if (received == _batch.Capacity)
                {
                    ServeSocket(_sockets[0], MaxBatchesInRow);
                }

                return;
            }

            from = _gathering.BeginWait();
        }

        bool isReadable = WaitReadable();
        _gathering.EndWait(from);
        if (isReadable)
        {
            ServeSockets(onlyReady: true);
        }
    }

    private bool WaitReadable()
    {
        fixed (PollEntry* entries = _entries)
        {
            return Libc.Poll(entries, (nuint)_entries.Length, -1) > 0;
        }
    }

    /// <returns>True when there was anything to serve.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ServeSockets(bool onlyReady)
    {
        int served = 0;
        for (int index = 0; index < _sockets.Length; index++)
        {
            if (!onlyReady || _entries[index + 1].Ready != 0)
            {
                served += ServeSocket(_sockets[index], MaxBatchesInRow);
            }
        }

        return served > 0;
    }

    /// <summary>Answers until the socket's queue holds less than a batch.</summary>
    /// <returns>Datagrams received.</returns>
    private int ServeSocket(UdpSocket socket, int maxBatches)
    {
        int total = 0;
        for (int batches = 0; batches < maxBatches; batches++)
        {
            int received = Receive(socket, Linux.MessageDontWait);
            if (received > 0)
            {
                FinishBatch(socket);
                total += received;
            }

            if (received < _batch.Capacity)
            {
                break;
            }
        }

        return total;
    }

    private int Receive(UdpSocket socket, int flags)
    {
        int received = Libc.ReceiveMessages(
            socket.Descriptor, _batch.Messages, (uint)_batch.Capacity, flags, null);
        if (received > 0)
        {
            _counters.CountBatch();
            _batchSocket = socket;
            _received = received;
            _position = 0;
            _kept = 0;
            _failuresInRow = 0;
            return received;
        }

        if (!UdpSocket.IsTransient(UdpSocket.LastError))
        {
            // Errors of earlier datagrams (ECONNREFUSED), or a want of kernel memory: neither is a reason to stop.
            _counters.CountReceiveError();
            if (++_failuresInRow >= FailuresBeforePause)
            {
                ThreadPause.Sleep(FailurePauseMicroseconds);
            }
        }

        return 0;
    }

    private void FinishBatch(UdpSocket socket)
    {
        AnswerBatch(socket.WantsPacketInfo);
        _sender.Send(socket, _kept);
        _batch.Rearm(_received, socket.WantsPacketInfo);
        _batchSocket = null;
    }

    /// <summary>Answers each datagram in place, and moves those that have an answer to the front.</summary>
    private void AnswerBatch(bool packetInfo)
    {
        // One reading of the clock for the batch: its datagrams arrived within microseconds.
        long milliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds();
        MultiMessage* messages = _batch.Messages;
        for (; _position < _received; _position++)
        {
            MultiMessage* message = messages + _position;
            int length = Answer(message, milliseconds);
            if (length == 0)
            {
                continue;
            }

            message->Header.Vectors->Length = (nuint)length;
            if (packetInfo)
            {
                DatagramBatch.AnswerFromAddressAsked(message);
            }

            if (_kept != _position)
            {
                // Swapped, not copied: every header must go on pointing at memory of its own.
                (messages[_kept], *message) = (*message, messages[_kept]);
            }

            _kept++;
        }
    }

    /// <returns>Octets of the answer; 0 for none.</returns>
    private int Answer(MultiMessage* message, long milliseconds)
    {
        ReadOnlySpan<byte> query = DatagramBatch.Query(message);
        _counters.CountQuery(query);
        if ((message->Header.Flags & Linux.MessageTruncated) != 0)
        {
            _counters.CountDrop(ServerDrop.Oversized);
            return 0;
        }

        ClientAddress address = DatagramBatch.Source(message, out ushort port);
        if (port == 0)
        {
            _counters.CountDrop(ServerDrop.NoSourcePort);
            return 0;
        }

        ClientInfo client = ClientInfo.At(address, port, Transport.Udp, milliseconds);
        AnswerResult result = _answerer.Answer(query, client, _batch.Slot(message));
        Debug.Assert(result.Disposition != AnswerDisposition.Respond || result.Length > 0);
        if (result.Disposition == AnswerDisposition.Deferred && TryDefer(message, client))
        {
            return 0;
        }

        return _counters.CountResult(result);
    }

    private bool TryDefer(MultiMessage* message, in ClientInfo client)
    {
        // Few sockets: one per listen address.
        UdpSocket? socket = _batchSocket;
        int index = socket is null ? -1 : _sockets.IndexOf(socket);
        if (index < 0 || _deferred is not { } queue || !queue.TryRent(out DeferredRequest? request))
        {
            return false;
        }

        ReplyAddress address = DatagramReplies.AddressOf(message, _sockets[index].WantsPacketInfo);
        request.Fill(DatagramBatch.Query(message), in client, _replies[index], in address);
        // Before it is handed over: whoever looks after its answer has come finds it counted.
        _counters.CountDeferred();
        queue.Add(request);
        return true;
    }

    /// <summary>Answers all that had arrived when the stop was asked for, and nothing that comes later.</summary>
    private void Drain()
    {
        foreach (UdpSocket socket in _sockets)
        {
            // Without the filter the drain would chase the arrivals; then a bounded number of batches has to do.
            bool refused = socket.Socket.TryRefuseNewDatagrams();
            int rounds = refused ? int.MaxValue : MaxBatchesInRow;
            while (rounds-- > 0 && ServeSocket(socket, MaxBatchesInRow) > 0)
            {
            }
        }
    }
}
