using System.Buffers.Binary;

namespace Meridian.Dns.Tsig;

/// <summary>
/// Signs a request, a response, or the messages of a stream one after the other (RFC 8945 §5.1, §5.3). Each MAC covers the one
/// before it, so the messages must be sent in the order in which they were signed. Not for concurrent use.
/// </summary>
/// <param name="key">Signs.</param>
/// <param name="requestMac">The request's MAC as it came, when a response is signed; empty for a request.</param>
public sealed class TsigSigner(TsigKey key, ReadOnlyMemory<byte> requestMac = default)
{
    /// <summary>Seconds; RFC 8945 §10 recommends it.</summary>
    public const ushort DefaultFudgeSeconds = 300;

    private ReadOnlyMemory<byte> _priorMac = requestMac;
    private bool _isLater;

    /// <summary>The MAC of the last message signed; what a client checks the response with.</summary>
    public ReadOnlyMemory<byte> LastMac => _priorMac;

    /// <summary>The message with its TSIG record.</summary>
    /// <param name="message">A whole message without TSIG.</param>
    /// <param name="timeSigned">Seconds since 1970: now, or with BADTIME what the request says (RFC 8945 §5.2.3).</param>
    /// <param name="error">What was wrong with the request.</param>
    /// <param name="otherData">With BADTIME the server's time.</param>
    /// <param name="fudgeSeconds">How far clocks may differ.</param>
    public byte[] Sign(
        ReadOnlySpan<byte> message,
        long timeSigned,
        TsigError error = TsigError.None,
        ReadOnlyMemory<byte> otherData = default,
        ushort fudgeSeconds = DefaultFudgeSeconds)
    {
        TsigRecord record = new()
        {
            KeyName = key.Name,
            AlgorithmName = key.Algorithm.Name,
            TimeSigned = timeSigned,
            FudgeSeconds = fudgeSeconds,
            OriginalId = BinaryPrimitives.ReadUInt16BigEndian(message),
            Error = error,
            OtherData = otherData,
        };
        ushort additionalCount = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        _priorMac = TsigMac.Compute(key, message, additionalCount, record, _priorMac.Span, timersOnly: _isLater);
        _isLater = true;
        return Append(message, record with { Mac = _priorMac });
    }

    /// <summary>The answer to a request that failed for its key or MAC: it says so and is not signed (RFC 8945 §5.3.2).</summary>
    /// <param name="message">A whole message without TSIG.</param>
    /// <param name="request">The request's record.</param>
    /// <param name="error">BADKEY or BADSIG.</param>
    public static byte[] AppendUnsigned(ReadOnlySpan<byte> message, TsigRecord request, TsigError error) => Append(
        message,
        request with
        {
            Mac = default,
            OriginalId = BinaryPrimitives.ReadUInt16BigEndian(message),
            Error = error,
            OtherData = default,
        });

    /// <summary>Octets that signing with a key adds to a message, when there is no other data.</summary>
    public static int SignatureLength(TsigKey key) => new TsigRecord
    {
        KeyName = key.Name,
        AlgorithmName = key.Algorithm.Name,
        TimeSigned = 0,
        FudgeSeconds = 0,
        OriginalId = 0,
    }.Length + key.Algorithm.MacLength;

    /// <summary>The server's time as the other data of BADTIME (RFC 8945 §5.2.3).</summary>
    public static byte[] ServerTime(long unixSeconds)
    {
        byte[] time = new byte[TsigRecord.TimeLength];
        TsigRecord.WriteTime(time, unixSeconds);
        return time;
    }

    private static byte[] Append(ReadOnlySpan<byte> message, TsigRecord record)
    {
        byte[] signed = new byte[message.Length + record.Length];
        message.CopyTo(signed);
        record.Write(signed.AsSpan(message.Length));
        Span<byte> count = signed.AsSpan(10, 2);
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + 1));
        return signed;
    }
}
