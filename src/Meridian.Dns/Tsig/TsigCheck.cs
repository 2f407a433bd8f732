using System.Buffers.Binary;
using System.Security.Cryptography;
using Meridian.Dns.Messages;

namespace Meridian.Dns.Tsig;

/// <summary>The outcome of checking a message's TSIG.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Record">The record; null when it is malformed.</param>
/// <param name="Key">The key; null when it is not known.</param>
public sealed record TsigCheck(TsigStatus Status, TsigRecord? Record, TsigKey? Key)
{
    /// <summary>The most that a fudge counts for, seconds: what RFC 8945 §10 recommends is the most that a replay has time for.</summary>
    public const int MaxFudgeSeconds = 300;

    private static readonly TsigCheck Malformed = new(TsigStatus.Malformed, null, null);

    /// <summary>What goes into the error field of the answer.</summary>
    public TsigError Error => Status switch
    {
        TsigStatus.BadKey => TsigError.BadKey,
        TsigStatus.BadSig => TsigError.BadSig,
        TsigStatus.BadTime => TsigError.BadTime,
        TsigStatus.BadTrunc => TsigError.BadTrunc,
        _ => TsigError.None,
    };

    /// <summary>Checks a message.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="tsigOffset">Where its TSIG record begins, such as <see cref="QueryView.TsigOffset"/>.</param>
    /// <param name="findKey">Gives the key of a name; null for none.</param>
    /// <param name="unixSeconds">Now.</param>
    /// <param name="priorMac">For a response the MAC of its request, in a stream that of the message before; empty for a request.</param>
    /// <param name="timersOnly">For the messages of a stream behind the first.</param>
    public static TsigCheck Verify(
        ReadOnlySpan<byte> message,
        int tsigOffset,
        Func<Names.DomainName, TsigKey?> findKey,
        long unixSeconds,
        ReadOnlySpan<byte> priorMac = default,
        bool timersOnly = false)
    {
        if (tsigOffset < MessageHeader.Length || TsigRecord.TryParse(message, tsigOffset) is not { } record)
        {
            return Malformed;
        }
        if (findKey(record.KeyName) is not { } key || key.Algorithm.Name != record.AlgorithmName)
        {
            return new TsigCheck(TsigStatus.BadKey, record, null);
        }
        if (record.Mac.Length > key.Algorithm.MacLength || record.Mac.Length < key.Algorithm.ShortestMacLength)
        {
            // RFC 8945 §5.2.2.1. An empty MAC is how errors are answered, never how a request is made.
            return record.Mac.IsEmpty ? new TsigCheck(TsigStatus.BadSig, record, key) : Malformed;
        }
        ushort additionalCount = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(message[10..]) - 1);
        byte[] mac = TsigMac.Compute(key, message[..tsigOffset], additionalCount, record, priorMac, timersOnly);
        if (!CryptographicOperations.FixedTimeEquals(mac.AsSpan(0, record.Mac.Length), record.Mac.Span))
        {
            return new TsigCheck(TsigStatus.BadSig, record, key);
        }
        if (Math.Abs(unixSeconds - record.TimeSigned) > Math.Min((int)record.FudgeSeconds, MaxFudgeSeconds))
        {
            return new TsigCheck(TsigStatus.BadTime, record, key);
        }
        return new TsigCheck(record.Mac.Length < key.MinMacLength ? TsigStatus.BadTrunc : TsigStatus.Ok, record, key);
    }
}
