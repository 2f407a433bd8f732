using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Meridian.Engine.Answering;
using Meridian.Server.Metrics;
using Meridian.Server.Native;

namespace Meridian.Server.Tcp;

/// <summary>
/// Moves octets between connections and the answerer. All connections of a thread are read into one buffer and answered
/// into another, so that a connection owns memory only for what is left over: the beginning of a query, or answers that
/// its client does not take.
/// </summary>
internal sealed unsafe class TcpResponder<TAnswerer>(TAnswerer answerer, TcpLimits limits, TrafficCounters counters)
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

    // Two of the largest answers: small ones gather up to one of them before they are sent.
    private const int OutputOctets = 2 * MaxFrameLength;

    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(Headroom + ReadOctets, pinned: true);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(OutputOctets, pinned: true);
    private readonly BufferPool _pool = new(limits.BufferedOctets);

    /// <summary>Octets of all connections' buffers.</summary>
    public long BufferedOctets => _pool.Octets;

    /// <summary>Coarse time for the answers, set once per round of events.</summary>
    public long UnixSeconds { get; set; }

    /// <summary>The last <see cref="Receive"/> found nothing more to read.</summary>
    public bool Drained { get; private set; }

    /// <summary>Reads once, and answers every query that is complete, in order (RFC 7766 §6.2.1.1 allows, and clients like it).</summary>
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
            return connection.OutputLength > 0 ? TcpCloseReason.None : TcpCloseReason.Client;
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
                return Hold(connection, fresh);
            }

            connection.Input.AsSpan(0, held).CopyTo(_input.AsSpan(Headroom - held));
        }

        Span<byte> pending = _input.AsSpan(Headroom - held, held + fresh.Length);
        TcpCloseReason reason = Answer(connection, pending, out int consumed);
        return reason == TcpCloseReason.None ? Keep(connection, pending[consumed..]) : reason;
    }

    /// <summary>Sends what is waiting; when enough is gone, answers the queries that were held back for it.</summary>
    /// <returns>Why the connection must be closed, or none.</returns>
    public TcpCloseReason Continue(TcpConnection connection)
    {
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
                ReleaseOutput(connection);
            }
        }

        if (connection.Paused && connection.OutputLength <= limits.QueuedAnswerOctets)
        {
            connection.Paused = false;
            Span<byte> held = connection.Input.AsSpan(0, connection.InputLength);
            TcpCloseReason reason = Answer(connection, held, out int consumed);
            reason = reason == TcpCloseReason.None ? Keep(connection, held[consumed..]) : reason;
            if (reason != TcpCloseReason.None)
            {
                return reason;
            }
        }

        return connection.ReadClosed && connection.OutputLength == 0 ? TcpCloseReason.Client : TcpCloseReason.None;
    }

    /// <summary>Takes back the buffers of a connection that is being closed.</summary>
    public void Release(TcpConnection connection)
    {
        ReleaseInput(connection);
        ReleaseOutput(connection);
    }

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

            if (used + MaxFrameLength > OutputOctets)
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

            used += AnswerOne(connection, input.Slice(consumed + PrefixLength, length), _output.AsSpan(used, MaxFrameLength));
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
        ClientInfo client = new(connection.Address, connection.Port, Transport.Tcp, UnixSeconds);
        AnswerResult result = answerer.Answer(query, client, frame[PrefixLength..]);
        int length = counters.CountResult(result);
        if (length == 0)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)length);
        return PrefixLength + length;
    }

    /// <summary>Sends the gathered answers, or queues what the kernel does not take behind what waits already.</summary>
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

        if (sent < used && !TryQueue(connection, _output.AsSpan(sent, used - sent)))
        {
            return TcpCloseReason.BufferLimit;
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

    private bool TryQueue(TcpConnection connection, ReadOnlySpan<byte> octets)
    {
        int waiting = connection.OutputLength;
        byte[]? output = connection.Output;
        ReadOnlySpan<byte> old = output.AsSpan(connection.OutputStart, waiting);
        if (output is null || output.Length - waiting < octets.Length)
        {
            if (_pool.TryRent(waiting + octets.Length) is not { } larger)
            {
                return false;
            }

            old.CopyTo(larger);
            ReleaseOutput(connection);
            output = larger;
        }
        else
        {
            old.CopyTo(output);
        }

        octets.CopyTo(output.AsSpan(waiting));
        connection.Output = output;
        connection.OutputStart = 0;
        connection.OutputEnd = waiting + octets.Length;
        return true;
    }

    /// <summary>Makes these octets, which may lie in the connection's own buffer, all that it holds.</summary>
    private TcpCloseReason Keep(TcpConnection connection, ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            ReleaseInput(connection);
            return TcpCloseReason.None;
        }

        byte[]? input = connection.Input;
        if (input is null || input.Length < rest.Length)
        {
            if (_pool.TryRent(rest.Length) is not { } larger)
            {
                return TcpCloseReason.BufferLimit;
            }

            ReleaseInput(connection);
            input = larger;
        }

        rest.CopyTo(input);
        connection.Input = input;
        connection.InputLength = rest.Length;
        return TcpCloseReason.None;
    }

    /// <summary>Adds octets to those held.</summary>
    private TcpCloseReason Hold(TcpConnection connection, ReadOnlySpan<byte> fresh)
    {
        int held = connection.InputLength;
        byte[]? input = connection.Input;
        Debug.Assert(input is not null && held > 0);
        if (input.Length - held < fresh.Length)
        {
            if (_pool.TryRent(held + fresh.Length) is not { } larger)
            {
                return TcpCloseReason.BufferLimit;
            }

            input.AsSpan(0, held).CopyTo(larger);
            ReleaseInput(connection);
            input = larger;
        }

        fresh.CopyTo(input.AsSpan(held));
        connection.Input = input;
        connection.InputLength = held + fresh.Length;
        return TcpCloseReason.None;
    }

    private void ReleaseInput(TcpConnection connection)
    {
        if (connection.Input is { } input)
        {
            _pool.Return(input);
        }

        connection.Input = null;
        connection.InputLength = 0;
    }

    private void ReleaseOutput(TcpConnection connection)
    {
        if (connection.Output is { } output)
        {
            _pool.Return(output);
        }

        connection.Output = null;
        connection.OutputStart = 0;
        connection.OutputEnd = 0;
    }
}
