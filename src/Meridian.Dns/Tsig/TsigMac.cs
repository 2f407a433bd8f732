using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Dns.Tsig;

/// <summary>Computes MACs over messages (RFC 8945 §4.3).</summary>
internal static class TsigMac
{
    private const int CountOfAdditionalOffset = 10;

    /// <summary>The whole MAC of a message.</summary>
    /// <param name="key">Signs.</param>
    /// <param name="message">Without its TSIG record.</param>
    /// <param name="additionalCount">ARCOUNT without the TSIG record.</param>
    /// <param name="record">What is signed beside the message; its MAC is not looked at.</param>
    /// <param name="priorMac">The request's MAC for a response, the last one of a stream for those that follow; empty for none.</param>
    /// <param name="timersOnly">For the messages of a stream behind the first (RFC 8945 §5.3.1).</param>
    public static byte[] Compute(
        TsigKey key,
        ReadOnlySpan<byte> message,
        ushort additionalCount,
        TsigRecord record,
        ReadOnlySpan<byte> priorMac,
        bool timersOnly)
    {
        Debug.Assert(message.Length >= MessageHeader.Length);
        using IncrementalHash mac = key.Algorithm.CreateMac(key.Secret);
        if (!priorMac.IsEmpty)
        {
            // RFC 8945 §5.3.1: with its length in two octets.
            AppendUInt16(mac, (ushort)priorMac.Length);
            mac.AppendData(priorMac);
        }
        // RFC 8945 §4.3.2: as it was before TSIG was added, with the ID that it had then.
        Span<byte> header = stackalloc byte[MessageHeader.Length];
        message[..MessageHeader.Length].CopyTo(header);
        BinaryPrimitives.WriteUInt16BigEndian(header, record.OriginalId);
        BinaryPrimitives.WriteUInt16BigEndian(header[CountOfAdditionalOffset..], additionalCount);
        mac.AppendData(header);
        mac.AppendData(message[MessageHeader.Length..]);
        AppendVariables(mac, record, timersOnly);
        return mac.GetHashAndReset();
    }

    /// <summary>RFC 8945 §4.3.3: names in canonical form, numbers as on the wire.</summary>
    private static void AppendVariables(IncrementalHash mac, TsigRecord record, bool timersOnly)
    {
        if (!timersOnly)
        {
            mac.AppendData(record.KeyName.Wire);
            AppendUInt16(mac, (ushort)RecordClass.ANY);
            AppendUInt16(mac, 0); // TTL
            AppendUInt16(mac, 0);
            mac.AppendData(record.AlgorithmName.Wire);
        }
        Span<byte> time = stackalloc byte[TsigRecord.TimeLength];
        TsigRecord.WriteTime(time, record.TimeSigned);
        mac.AppendData(time);
        AppendUInt16(mac, record.FudgeSeconds);
        if (!timersOnly)
        {
            AppendUInt16(mac, (ushort)record.Error);
            AppendUInt16(mac, (ushort)record.OtherData.Length);
            mac.AppendData(record.OtherData.Span);
        }
    }

    private static void AppendUInt16(IncrementalHash mac, ushort value) => mac.AppendData([(byte)(value >> 8), (byte)value]);
}
