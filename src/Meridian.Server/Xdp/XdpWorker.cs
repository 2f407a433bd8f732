using System.Diagnostics;
using System.Runtime.CompilerServices;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Native;
using Microsoft.Extensions.Logging;

namespace Meridian.Server.Xdp;

/// <summary>
/// One thread with one queue of an interface: takes frames from the receive ring, answers each where it lies, and puts
/// it into the transmit ring. Nothing in the loop allocates, locks or throws; under load its only system calls are those
/// that make the kernel send.
/// </summary>
internal sealed unsafe class XdpWorker<TAnswerer> : TransportWorker
    where TAnswerer : struct, IQueryAnswerer
{
    // As for sockets: a device that takes nothing for 5 ms is stuck, and nobody gains from answers that wait for it.
    private const int SendWaitMs = 5;

    // Frames that one system call sends where the kernel copies (TX_BATCH_SIZE), at the least.
    private const int FramesPerKick = 16;

    // Batches answered after the program was taken off: more than the receive ring can hold.
    private const int MaxDrainBatches = 4096;

    private readonly XdpSocket _socket;
    private readonly TAnswerer _answerer;
    private readonly TrafficCounters _counters;
    private readonly TimeProvider _time;
    private readonly PollEntry[] _entries;
    private readonly uint _batchSize;
    private readonly int _maxKicks;

    // The batch being answered, in fields so that it can be finished after a fault.
    private XdpDescriptor _current;
    private uint _left;
    private uint _transmitRoom;

    public XdpWorker(
        string name,
        XdpSocket socket,
        TAnswerer answerer,
        int batchSize,
        TrafficCounters counters,
        TimeProvider time,
        ILogger logger)
        : base(name, time, logger)
    {
        _socket = socket;
        _answerer = answerer;
        _counters = counters;
        _time = time;
        _batchSize = (uint)batchSize;
        _maxKicks = 2 + (batchSize / FramesPerKick);
        _entries = GC.AllocateArray<PollEntry>(2, pinned: true);
        _entries[0] = new PollEntry { Descriptor = Wake.Descriptor, Events = Linux.PollIn };
        _entries[1] = new PollEntry { Descriptor = socket.Descriptor, Events = Linux.PollIn };
    }

    protected override void Serve()
    {
        // What a fault interrupted.
        FinishBatch();
        while (!StopRequested)
        {
            if (!ServeBatch())
            {
                Wait();
            }
        }

        for (int batches = 0; batches < MaxDrainBatches && ServeBatch(); batches++)
        {
        }

        WaitUntilSent();
    }

    protected override void OnFault()
    {
        // The query that failed is dropped; Serve goes on behind it.
        _counters.CountDrop(ServerDrop.Fault);
        GiveBack(_current);
    }

    /// <returns>False when no frame was waiting.</returns>
    // Not put into the loop that calls it: that never ends, so code that was compiled ahead of time into it would never be compiled
    // again with what was seen while running.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ServeBatch()
    {
        TakeCompletions();
        uint available = _socket.Receive.Available();
        if (available == 0)
        {
            return false;
        }

        _counters.CountBatch();
        _left = Math.Min(available, _batchSize);
        _transmitRoom = MakeTransmitRoom(_left);
        FinishBatch();
        return true;
    }

    private void FinishBatch()
    {
        if (_left == 0)
        {
            return;
        }

        // One reading of the clock for the batch: its frames arrived within microseconds.
        long milliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds();
        while (_left > 0)
        {
            _left--;
            _current = _socket.Receive.Read();
            int length = Answer(_current, milliseconds);
            if (length == 0)
            {
                GiveBack(_current);
                continue;
            }

            _socket.Transmit.Write(new XdpDescriptor { Address = _current.Address, Length = (uint)length });
            _transmitRoom--;
        }

        _socket.Receive.Release();
        _socket.Fill.Publish();
        _socket.Transmit.Publish();
        Kick();
    }

    /// <returns>Octets of the frame to send; 0 for none.</returns>
    private int Answer(in XdpDescriptor received, long milliseconds)
    {
        ReadOnlySpan<byte> frame = _socket.Frame(received);
        if (!FrameHeaders.TryParse(frame, out FrameHeaders headers) || !headers.IsAnswerable(frame))
        {
            _counters.CountQuery(default);
            _counters.CountDrop(ServerDrop.BadFrame);
            return 0;
        }

        ReadOnlySpan<byte> query = frame.Slice(headers.PayloadOffset, headers.PayloadLength);
        _counters.CountQuery(query);
        ClientAddress address = headers.Source(frame, out ushort port);
        if (port == 0)
        {
            _counters.CountDrop(ServerDrop.NoSourcePort);
            return 0;
        }

        if (_transmitRoom == 0)
        {
            _counters.CountDrop(ServerDrop.SendFailed);
            return 0;
        }

        // The interface's longest packet bounds the answer: nobody behind us would put it into fragments.
        Span<byte> memory = _socket.FrameMemory(received)[..(headers.NetworkOffset + _socket.Plan.MaxPacketOctets)];
        ClientInfo client = ClientInfo.At(address, port, Transport.Udp, milliseconds);
        AnswerResult result = _answerer.Answer(query, client, memory[headers.PayloadOffset..]);
        Debug.Assert(result.Disposition != AnswerDisposition.Respond || result.Length > 0);
        int length = _counters.CountResult(result);
        return length == 0 ? 0 : AnswerFrame.Complete(memory, headers, length);
    }

    private void GiveBack(in XdpDescriptor frame) => _socket.Fill.Write(_socket.StartOf(frame.Address));

    /// <summary>Frames that have been sent can be received into again.</summary>
    private void TakeCompletions()
    {
        uint completed = _socket.Completion.Available();
        if (completed == 0)
        {
            return;
        }

        for (; completed > 0; completed--)
        {
            _socket.Fill.Write(_socket.StartOf(_socket.Completion.Read()));
        }

        _socket.Completion.Release();
        _socket.Fill.Publish();
        if (_socket.Fill.WantsWakeup)
        {
            // The driver ran out of frames and went to sleep; a receive of nothing wakes it.
            _ = Libc.Receive(_socket.Descriptor, null, 0, Linux.MessageDontWait);
        }
    }

    /// <returns>Answers that the transmit ring can take now.</returns>
    private uint MakeTransmitRoom(uint wanted)
    {
        uint free = _socket.Transmit.Free();
        if (free >= wanted)
        {
            return free;
        }

        Kick();
        PollEntry writable = new() { Descriptor = _socket.Descriptor, Events = Linux.PollOut };
        _ = Libc.Poll(&writable, 1, SendWaitMs);
        return _socket.Transmit.Free();
    }

    private void Kick()
    {
        // The kernel may be going to sleep just now: our counter must be out before its flag is read.
        Interlocked.MemoryBarrier();
        for (int kicks = 0; kicks < _maxKicks && HasUnsent && _socket.Transmit.WantsWakeup; kicks++)
        {
            if (!_socket.TryKickTransmit())
            {
                _counters.CountSendError();
                return;
            }
        }
    }

    private bool HasUnsent => _socket.Transmit.Free() != _socket.Transmit.Length;

    private void Wait()
    {
        // Polling makes the kernel send as well, but only once: what the device did not take is tried again soon.
        int timeoutMs = HasUnsent ? 1 : -1;
        fixed (PollEntry* entries = _entries)
        {
            _ = Libc.Poll(entries, (nuint)_entries.Length, timeoutMs);
        }
    }

    private void WaitUntilSent()
    {
        PollEntry writable = new() { Descriptor = _socket.Descriptor };
        for (int waits = 0; waits < SendWaitMs && HasUnsent; waits++)
        {
            Kick();
            _ = Libc.Poll(&writable, 1, 1);
        }
    }
}
