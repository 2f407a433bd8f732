using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Server.Deferral;
using Meridian.Server.Metrics;
using Meridian.Server.Native;

namespace Meridian.Server.Tcp;

/// <summary>
/// Moves octets between connections and the answerer. All connections of a thread are read into one buffer and answered
/// into another, so that a connection owns memory only for what is left over: the beginning of a query, or answers that
/// its client does not take.
/// </summary>
/// <param name="answerer">The seam.</param>
/// <param name="limits">This thread's share of them.</param>
/// <param name="counters">This thread's own.</param>
/// <param name="deferral">Takes what cannot be answered in place.</param>
/// <param name="makeRoom">
/// Frees buffers for a connection when they are used up, by closing another one that is of less use; false when there is none.
/// </param>
internal sealed unsafe class TcpResponder<TAnswerer>(
    TAnswerer answerer, TcpLimits limits, TrafficCounters counters, StreamDeferral deferral, Func<TcpConnection, bool> makeRoom)
    where TAnswerer : struct, IQueryAnswerer
{
    // RFC 1035 §4.2.2: each message comes after its length in two octets.
    private const int PrefixLength = 2;
    private const int MaxFrameLength = PrefixLength + ushort.MaxValue;
    private const int HeaderLength = 12;

    // Taken by one read: many pipelined queries, and other connections still get their turn soon.
    private const int ReadOctets = 64 << 10;

    // In front of what is read there is room for the largest incomplete message that may have come before it.
    private const int Headroom = MaxFrameLength;

    // Small answers gather up to this before they are sent: one segment of a path with offload, and no more than a client
    // that does not read should leave behind.
    private const int GatherOctets = 16 << 10;
    private const int OutputOctets = GatherOctets + MaxFrameLength;

    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(Headroom + ReadOctets, pinned: true);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(OutputOctets, pinned: true);
    private readonly ConnectionBuffers _buffers = new(limits.BufferedOctets);

    /// <summary>Octets of all connections' buffers.</summary>
    public long BufferedOctets => _buffers.Octets;

    /// <summary>Coarse time for the answers, set once per round of events.</summary>
    public long UnixMilliseconds { get; set; }

    /// <summary>The last <see cref="Receive"/> found nothing more to read.</summary>
    public bool Drained { get; private set; }

    /// <summary>
    /// Reads once, and answers every query that is complete, in order (RFC 7766 §6.2.1.1 allows, and clients like it).
    /// </summary>
    /// <returns>Why the connection must be closed, or none.</returns>
    public TcpCloseReason Receive(TcpConnection connection)
    {
        Debug.Assert(!connection.Paused && !connection.ReadClosed && connection.InputLength < Headroom);
        nint received;
        fixed (byte* input = _input)
        {
            received = Libc.Receive(connection.Descriptor, input + Headroom, ReadOctets, Linux.MessageDontWait);
        }

        Drained = received <= 0;
        if (received == 0)
        {
            connection.ReadClosed = true;
            return connection is { OutputLength: 0, Deferred: 0 } ? TcpCloseReason.Client : TcpCloseReason.None;
        }

        if (received < 0)
        {
            return IsTransient() ? TcpCloseReason.None : TcpCloseReason.Error;
        }

        counters.CountBatch();
        int held = connection.InputLength;
        Span<byte> fresh = _input.AsSpan(Headroom, (int)received);
        if (held > 0)
        {
            // Only the fresh octets are copied while a query is incomplete: one that comes octet by octet costs no more
            // than its length.
            if (!CompletesMessage(connection.Input.AsSpan(0, held), fresh))
            {
                return _buffers.TryHold(connection, fresh) || (makeRoom(connection) && _buffers.TryHold(connection, fresh))
                    ? TcpCloseReason.None
                    : TcpCloseReason.BufferLimit;
            }

            connection.Input.AsSpan(0, held).CopyTo(_input.AsSpan(Headroom - held));
        }

        Span<byte> pending = _input.AsSpan(Headroom - held, held + fresh.Length);
        return AnswerAndKeep(connection, pending);
    }

    /// <summary>Sends what is waiting; when enough is gone, answers the queries that were held back for it.</summary>
    /// <returns>Why the connection must be closed, or none.</returns>
    public TcpCloseReason Continue(TcpConnection connection)
    {
        // Reading is over and nothing was to be sent: the event can only tell that the client has gone altogether.
        bool hasGone = connection is { ReadClosed: true, OutputLength: 0 };
        if (connection.Output is { } output)
        {
            nint sent = Send(connection, output, connection.OutputStart, connection.OutputLength);
            if (sent < 0)
            {
                return TcpCloseReason.Error;
            }

            connection.OutputStart += (int)sent;
            if (connection.OutputLength == 0)
            {
                _buffers.ReleaseOutput(connection);
            }
        }

        if (connection.Paused && connection.OutputLength <= limits.QueuedAnswerOctets)
        {
            connection.Paused = false;
            TcpCloseReason reason = AnswerAndKeep(connection, connection.Input.AsSpan(0, connection.InputLength));
            if (reason != TcpCloseReason.None)
            {
                return reason;
            }
        }

        return hasGone || connection is { ReadClosed: true, OutputLength: 0, Deferred: 0 } ? TcpCloseReason.Client : TcpCloseReason.None;
    }

    /// <summary>Sends an answer that was made elsewhere; null says that there will be no more to this request.</summary>
    /// <returns>Why the connection must be closed, or none.</returns>
    public TcpCloseReason Deliver(TcpConnection connection, byte[]? message)
    {
        if (message is null)
        {
            connection.Deferred--;
            return connection is { ReadClosed: true, OutputLength: 0, Deferred: 0 } ? TcpCloseReason.Client : TcpCloseReason.None;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_output, (ushort)message.Length);
        message.CopyTo(_output.AsSpan(PrefixLength));
        connection.Answered = true;
        bool paused = connection.Paused;
        TcpCloseReason reason = Flush(connection, PrefixLength + message.Length);
        // What was held back waits for the client to take what it has, not for this.
        connection.Paused |= paused;
        return reason;
    }

    /// <summary>Takes back the buffers of a connection that is being closed.</summary>
    public void Release(TcpConnection connection) => _buffers.Release(connection);

    private static bool IsTransient() => Marshal.GetLastPInvokeError() is Errno.WouldBlock or Errno.Interrupted;

    private static bool CompletesMessage(ReadOnlySpan<byte> held, ReadOnlySpan<byte> fresh)
    {
        if (held.Length + fresh.Length < PrefixLength)
        {
            return false;
        }

        int length = (held[0] << 8) | (held.Length > 1 ? held[1] : fresh[0]);
        return held.Length + fresh.Length >= PrefixLength + length;
    }

    private TcpCloseReason AnswerAndKeep(TcpConnection connection, ReadOnlySpan<byte> input)
    {
        TcpCloseReason reason = Answer(connection, input, out int consumed);
        return reason != TcpCloseReason.None ? reason
            : _buffers.TryKeep(connection, input[consumed..])
                || (makeRoom(connection) && _buffers.TryKeep(connection, input[consumed..])) ? TcpCloseReason.None
            : TcpCloseReason.BufferLimit;
    }

    /// <summary>Answers complete messages until they, or the room for answers, come to an end.</summary>
    private TcpCloseReason Answer(TcpConnection connection, ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        int used = 0;
        TcpCloseReason malformed = TcpCloseReason.None;
        while (input.Length - consumed >= PrefixLength && !connection.Paused)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(input[consumed..]);
            if (length < HeaderLength)
            {
                // What was asked before it is still answered.
                malformed = TcpCloseReason.Malformed;
                break;
            }

            if (input.Length - consumed - PrefixLength < length)
            {
                break;
            }

            if (used > GatherOctets)
            {
                TcpCloseReason reason = Flush(connection, used);
                used = 0;
                if (reason != TcpCloseReason.None)
                {
                    return reason;
                }

                if (connection.Paused)
                {
                    break;
                }
            }

            ReadOnlySpan<byte> query = input.Slice(consumed + PrefixLength, length);
            used += AnswerOne(connection, query, _output.AsSpan(used, MaxFrameLength));
            consumed += PrefixLength + length;
            connection.Answered = true;
        }

        TcpCloseReason failure = Flush(connection, used);
        return failure == TcpCloseReason.None ? malformed : failure;
    }

    /// <returns>Octets of the framed answer; 0 for none.</returns>
    private int AnswerOne(TcpConnection connection, ReadOnlySpan<byte> query, Span<byte> frame)
    {
        counters.CountQuery(query);
        ClientInfo client = ClientInfo.At(connection.Address, connection.Port, Transport.Tcp, UnixMilliseconds);
        AnswerResult result = answerer.Answer(query, client, frame[PrefixLength..]);
        if (result.Disposition == AnswerDisposition.Deferred && deferral.TryDefer(connection, query, client))
        {
            return 0;
        }

        int length = counters.CountResult(result);
        if (length == 0)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        return PrefixLength + length;
    }

    /// <summary>
    /// Sends the gathered answers, or queues what the kernel does not take behind what waits already.
    /// </summary>
    private TcpCloseReason Flush(TcpConnection connection, int used)
    {
        int sent = 0;
        if (used > 0 && connection.OutputLength == 0)
        {
            sent = (int)Send(connection, _output, 0, used);
            if (sent < 0)
            {
                return TcpCloseReason.Error;
            }
        }

        while (sent < used && !_buffers.TryQueue(connection, _output.AsSpan(sent, used - sent)))
        {
            if (!makeRoom(connection))
            {
                return TcpCloseReason.BufferLimit;
            }
        }

        connection.Paused = connection.OutputLength > limits.QueuedAnswerOctets;
        return TcpCloseReason.None;
    }

    /// <returns>Octets that the kernel took, 0 when it has no room; negative when the connection is broken.</returns>
    private nint Send(TcpConnection connection, byte[] buffer, int start, int length)
    {
        Debug.Assert(start >= 0 && length > 0 && start + length <= buffer.Length);
        nint sent;
        fixed (byte* octets = buffer)
        {
            sent = Libc.Send(
                connection.Descriptor, octets + start, (nuint)length, Linux.MessageDontWait | Linux.MessageNoSignal);
        }

        if (sent < 0)
        {
            if (IsTransient())
            {
                return 0;
            }

            counters.CountSendError();
            return -1;
        }

        connection.Sent |= sent > 0;
        return sent;
    }
}
