using System.Buffers.Binary;
using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>Takes a message apart. Lists grow with what is there, never with what the header announces.</summary>
internal ref struct MessageReader
{
    private const int QuestionFixedLength = 4;
    private const int RecordFixedLength = 10;

    private readonly ReadOnlySpan<byte> _wire;
    private int _offset = MessageHeader.Length;
    private MessageEdns? _edns;

    private MessageReader(ReadOnlySpan<byte> wire) => _wire = wire;

    internal static MessageParseStatus TryRead(ReadOnlySpan<byte> wire, out Message? message)
    {
        message = null;
        if (!MessageHeader.TryParse(wire, out MessageHeader header))
        {
            return MessageParseStatus.Truncated;
        }
        MessageReader reader = new(wire);
        MessageParseStatus status = reader.TryReadQuestions(header.QuestionCount, out ImmutableArray<Question> questions);
        ImmutableArray<MessageRecord> answer = [];
        ImmutableArray<MessageRecord> authority = [];
        ImmutableArray<MessageRecord> additional = [];
        if (status == MessageParseStatus.Ok)
        {
            status = reader.TryReadRecords(header.AnswerCount, isAdditional: false, out answer);
        }
        if (status == MessageParseStatus.Ok)
        {
            status = reader.TryReadRecords(header.AuthorityCount, isAdditional: false, out authority);
        }
        if (status == MessageParseStatus.Ok)
        {
            status = reader.TryReadRecords(header.AdditionalCount, isAdditional: true, out additional);
        }
        if (status == MessageParseStatus.Ok && reader._offset != wire.Length)
        {
            status = MessageParseStatus.TrailingOctets;
        }
        if (status == MessageParseStatus.Ok)
        {
            message = new Message
            {
                Header = header,
                Questions = questions,
                Answer = answer,
                Authority = authority,
                Additional = additional,
                Edns = reader._edns,
            };
        }
        return status;
    }

    private MessageParseStatus TryReadQuestions(int count, out ImmutableArray<Question> questions)
    {
        questions = [];
        ImmutableArray<Question>.Builder builder = ImmutableArray.CreateBuilder<Question>();
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        for (int i = 0; i < count; i++)
        {
            MessageParseStatus status = MessageNames.TryRead(_wire, ref _offset, name, out int length);
            if (status != MessageParseStatus.Ok)
            {
                return status;
            }
            if (_wire.Length - _offset < QuestionFixedLength)
            {
                return MessageParseStatus.Truncated;
            }
            builder.Add(new Question(
                name[..length].ToArray(),
                (RecordType)BinaryPrimitives.ReadUInt16BigEndian(_wire[_offset..]),
                (RecordClass)BinaryPrimitives.ReadUInt16BigEndian(_wire[(_offset + 2)..])));
            _offset += QuestionFixedLength;
        }
        questions = builder.ToImmutable();
        return MessageParseStatus.Ok;
    }

    private MessageParseStatus TryReadRecords(int count, bool isAdditional, out ImmutableArray<MessageRecord> records)
    {
        records = [];
        ImmutableArray<MessageRecord>.Builder builder = ImmutableArray.CreateBuilder<MessageRecord>();
        for (int i = 0; i < count; i++)
        {
            MessageParseStatus status = TryReadRecord(out MessageRecord? record);
            if (status != MessageParseStatus.Ok)
            {
                return status;
            }
            // RFC 6891 §6.1.1: OPT is in the additional section, at the root, and alone.
            if (record!.Type != RecordType.OPT)
            {
                builder.Add(record);
            }
            else if (!isAdditional || _edns is not null || record.OwnerWire.Length != 1 || !TryReadOptions(record, out _edns))
            {
                return MessageParseStatus.BadEdns;
            }
        }
        records = builder.ToImmutable();
        return MessageParseStatus.Ok;
    }

    private MessageParseStatus TryReadRecord(out MessageRecord? record)
    {
        record = null;
        Span<byte> owner = stackalloc byte[DomainName.MaxLength];
        MessageParseStatus status = MessageNames.TryRead(_wire, ref _offset, owner, out int ownerLength);
        if (status != MessageParseStatus.Ok)
        {
            return status;
        }
        if (_wire.Length - _offset < RecordFixedLength)
        {
            return MessageParseStatus.Truncated;
        }
        ReadOnlySpan<byte> header = _wire[_offset..];
        RecordType type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(header);
        RecordClass recordClass = (RecordClass)BinaryPrimitives.ReadUInt16BigEndian(header[2..]);
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        int rdataLength = BinaryPrimitives.ReadUInt16BigEndian(header[8..]);
        _offset += RecordFixedLength;
        if (_wire.Length - _offset < rdataLength)
        {
            return MessageParseStatus.Truncated;
        }
        // RFC 2136 §2.4 and §2.5: in updates some records of class ANY and NONE have no data.
        bool isEmptyByRight = rdataLength == 0 && recordClass is RecordClass.ANY or RecordClass.NONE;
        byte[]? rdata = isEmptyByRight ? [] : MessageRdata.Decompress(_wire, _offset, rdataLength, type);
        if (rdata is null)
        {
            return MessageParseStatus.BadRdata;
        }
        _offset += rdataLength;
        record = new MessageRecord(owner[..ownerLength].ToArray(), type, recordClass, ttl, rdata);
        return MessageParseStatus.Ok;
    }

    private static bool TryReadOptions(MessageRecord record, out MessageEdns? edns)
    {
        edns = null;
        ImmutableArray<EdnsOption>.Builder options = ImmutableArray.CreateBuilder<EdnsOption>();
        ReadOnlyMemory<byte> rest = record.Rdata;
        while (!rest.IsEmpty)
        {
            if (rest.Length < 4)
            {
                return false;
            }
            EdnsOptionCode code = (EdnsOptionCode)BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest.Span[2..]);
            if (rest.Length - 4 < length)
            {
                return false;
            }
            options.Add(new EdnsOption(code, rest.Slice(4, length)));
            rest = rest[(4 + length)..];
        }
        edns = new MessageEdns
        {
            UdpPayloadSize = (ushort)record.Class,
            ExtendedRcode = (byte)(record.TtlSeconds >> 24),
            Version = (byte)(record.TtlSeconds >> 16),
            IsDnssecOk = (record.TtlSeconds & 0x8000) != 0,
            Options = options.ToImmutable(),
        };
        return true;
    }
}
