using System.Buffers.Binary;
using System.Buffers.Text;
using Meridian.Dns;
using Meridian.Engine.Answering;

namespace Meridian.Server.Tests.Support;

/// <summary>
/// Echoes a query with QR set. The first label of its name can ask for more: drop, defer, throw, big-N (N octets of
/// answer), alloc (octets allocated so far by the answering thread), time (the clock it was given), from (the client),
/// wait (blocks until the gate opens).
/// </summary>
internal readonly struct EchoAnswerer(Gate? gate = null) : IQueryAnswerer
{
    public AnswerResult Answer(ReadOnlySpan<byte> query, in ClientInfo client, Span<byte> response)
    {
        if (query.Length < 12)
        {
            return new AnswerResult(AnswerDisposition.Drop, DropReason.TooShort, AnswerKind.None, AnswerFlags.None, 0, 0);
        }

        if ((query[2] & 0x80) != 0)
        {
            return new AnswerResult(AnswerDisposition.Drop, DropReason.IsResponse, AnswerKind.None, AnswerFlags.None, 0, 0);
        }

        int length = query.Length;
        ReadOnlySpan<byte> label = query.Length > 13 && query.Length > 13 + query[12] ? query.Slice(13, query[12]) : default;
        AnswerFlags flags = AnswerFlags.None;
        if (label.SequenceEqual("drop"u8))
        {
            return new AnswerResult(AnswerDisposition.Drop, DropReason.NoRoom, AnswerKind.None, AnswerFlags.None, 0, 0);
        }

        if (label.SequenceEqual("defer"u8))
        {
            return new AnswerResult(AnswerDisposition.Deferred, DropReason.None, AnswerKind.None, AnswerFlags.None, 0, 0);
        }

        if (label.SequenceEqual("throw"u8))
        {
            throw new InvalidOperationException("A bug, on purpose.");
        }

        if (label.SequenceEqual("wait"u8))
        {
            gate?.Pass();
        }

        bool big = label.StartsWith("big-"u8) && Utf8Parser.TryParse(label[4..], out length, out _);
        long? number = label.SequenceEqual("alloc"u8) ? GC.GetAllocatedBytesForCurrentThread()
            : label.SequenceEqual("time"u8) ? client.UnixSeconds
            : label.SequenceEqual("from"u8) ? (long)((client.Address.Low << 16) | client.Port)
            : null;
        if (big)
        {
            int copied = Math.Min(query.Length, response.Length);
            query[..copied].CopyTo(response);
            response[copied..length].Fill(0x5A);
            flags = AnswerFlags.Steered;
        }
        else
        {
            query.CopyTo(response);
        }

        if (number is { } value)
        {
            BinaryPrimitives.WriteInt64BigEndian(response[length..], value);
            length += sizeof(long);
        }

        response[2] |= 0x80;
        return new AnswerResult(
            AnswerDisposition.Respond, DropReason.None, AnswerKind.Positive, flags, (ushort)length, Rcode.NoError);
    }
}

/// <summary>Holds an answering thread until the test has arranged what comes next.</summary>
internal sealed class Gate : IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly ManualResetEventSlim _open = new(false);

    public void Pass()
    {
        _arrived.Release();
        Assert.True(_open.Wait(TestServer.Patience));
    }

    public void WaitForArrival() => Assert.True(_arrived.Wait(TestServer.Patience));

    public void Open() => _open.Set();

    public void Dispose()
    {
        _arrived.Dispose();
        _open.Dispose();
    }
}
