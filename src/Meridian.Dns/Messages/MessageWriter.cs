using System.Buffers.Binary;
using System.Collections.Immutable;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>Puts a message together without compression; for tools and tests.</summary>
internal static class MessageWriter
{
    internal static byte[] Write(Message message)
    {
        List<byte> wire = new(512);
        Span<byte> octets = stackalloc byte[MessageHeader.Length];
        MessageHeader header = message.Header with
        {
            QuestionCount = (ushort)message.Questions.Length,
            AnswerCount = (ushort)message.Answer.Length,
            AuthorityCount = (ushort)message.Authority.Length,
            AdditionalCount = (ushort)(message.Additional.Length + (message.Edns is null ? 0 : 1)),
        };
        header.TryWrite(octets);
        wire.AddRange(octets);
        foreach (Question question in message.Questions)
        {
            wire.AddRange(question.NameWire.Span);
            AddUInt16(wire, (ushort)question.Type);
            AddUInt16(wire, (ushort)question.Class);
        }
        AddRecords(wire, message.Answer);
        AddRecords(wire, message.Authority);
        if (message.Edns is not null)
        {
            AddEdns(wire, message.Edns);
        }
        // Behind OPT: TSIG, when there is one, must be last (RFC 8945 §5.1).
        AddRecords(wire, message.Additional);
        return [.. wire];
    }

    private static void AddRecords(List<byte> wire, ImmutableArray<MessageRecord> records)
    {
        foreach (MessageRecord record in records)
        {
            AddRecord(wire, record.OwnerWire.Span, record.Type, (ushort)record.Class, record.TtlSeconds, record.Rdata.Span);
        }
    }

    private static void AddEdns(List<byte> wire, MessageEdns edns)
    {
        List<byte> rdata = [];
        foreach (EdnsOption option in edns.Options)
        {
            AddUInt16(rdata, (ushort)option.Code);
            AddUInt16(rdata, (ushort)option.Data.Length);
            rdata.AddRange(option.Data.Span);
        }
        uint ttl = (uint)edns.ExtendedRcode << 24 | (uint)edns.Version << 16 | (edns.IsDnssecOk ? 0x8000u : 0);
        AddRecord(wire, [0], RecordType.OPT, edns.UdpPayloadSize, ttl, [.. rdata]);
    }

    private static void AddRecord(
        List<byte> wire, ReadOnlySpan<byte> owner, RecordType type, ushort recordClass, uint ttl, ReadOnlySpan<byte> rdata)
    {
        wire.AddRange(owner);
        AddUInt16(wire, (ushort)type);
        AddUInt16(wire, recordClass);
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, ttl);
        wire.AddRange(octets);
        AddUInt16(wire, (ushort)rdata.Length);
        wire.AddRange(rdata);
    }

    private static void AddUInt16(List<byte> wire, ushort value)
    {
        wire.Add((byte)(value >> 8));
        wire.Add((byte)value);
    }
}
