using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>
/// A query in the memory it came in. Reading one allocates nothing, follows no pointers and looks at no octet behind the
/// message. What could be read before an error was met is there even when the status is not <see cref="QueryParseStatus.Ok"/>:
/// the header unless the message is too short, the question when <see cref="HasQuestion"/>, the OPT record when <c>Edns.IsPresent</c>.
/// </summary>
public ref struct QueryView
{
    private const int QuestionFixedLength = 4;
    private const int RecordFixedLength = 10;

    // QDCOUNT 1 and the rest 0, or ARCOUNT 1: what almost every query says, compared as one word.
    private const ulong OneQuestion = 0x0001_0000_0000_0000;
    private const ulong OneQuestionOneAdditional = OneQuestion | 1;

    private readonly ReadOnlySpan<byte> _message;
    private readonly uint _idAndFlags;
    private EdnsOptions _edns;

    private QueryView(ReadOnlySpan<byte> message, uint idAndFlags)
    {
        _message = message;
        _idAndFlags = idAndFlags;
    }

    /// <summary>The whole message as it came; empty when the status is <see cref="QueryParseStatus.TooShort"/>.</summary>
    public readonly ReadOnlySpan<byte> Message => _message;

    public readonly ushort Id => (ushort)(_idAndFlags >> 16);

    public readonly MessageFlags Flags => MessageHeader.FlagsOf((ushort)_idAndFlags);

    public readonly Opcode Opcode => MessageHeader.OpcodeOf((ushort)_idAndFlags);

    /// <summary>Whether the question was read.</summary>
    public readonly bool HasQuestion => QNameLength != 0;

    /// <summary>Octets of QNAME with the root label, 1 to 255; 0 when there is no question. It begins at <see cref="MessageHeader.Length"/>.</summary>
    public byte QNameLength { get; private set; }

    /// <summary>QNAME: uncompressed, in the case the client sent.</summary>
    public readonly ReadOnlySpan<byte> QName => HasQuestion ? _message.Slice(MessageHeader.Length, QNameLength) : default;

    public RecordType QType { get; private set; }

    public RecordClass QClass { get; private set; }

    /// <summary>The octets of the question section (QNAME, QTYPE, QCLASS), for repeating it; empty when there is none.</summary>
    public readonly ReadOnlySpan<byte> Question => HasQuestion ? _message[MessageHeader.Length..QuestionEnd] : default;

    /// <summary>Where the question section ends, from the start of the message; right behind the header when there is none.</summary>
    public readonly int QuestionEnd => HasQuestion ? MessageHeader.Length + QNameLength + QuestionFixedLength : MessageHeader.Length;

    /// <summary>Whether the last additional record is a TSIG (RFC 8945); it has not been verified.</summary>
    public readonly bool HasTsig => TsigOffset != 0;

    /// <summary>Where the TSIG record begins, from the start of the message; 0 when there is none.</summary>
    public ushort TsigOffset { get; private set; }

    /// <summary>The OPT record's values; <c>Edns.IsPresent</c> says whether there was one.</summary>
    [UnscopedRef]
    public readonly ref readonly EdnsOptions Edns => ref _edns;

    /// <summary>The client's cookie, and the server's behind it when it sent one; empty when there is none.</summary>
    public readonly ReadOnlySpan<byte> Cookie => _message.Slice(_edns.CookieOffset, _edns.CookieLength);

    /// <summary>Reads a query.</summary>
    public static QueryParseStatus TryParse(ReadOnlySpan<byte> message, out QueryView view)
    {
        if (message.Length < MessageHeader.Length || message.Length > ushort.MaxValue)
        {
            view = default;
            return QueryParseStatus.TooShort;
        }
        uint idAndFlags = BinaryPrimitives.ReadUInt32BigEndian(message);
        view = new QueryView(message, idAndFlags);
        if ((idAndFlags & (uint)MessageFlags.Response) != 0)
        {
            return QueryParseStatus.IsResponse;
        }
        if (view.Opcode is not (Opcode.Query or Opcode.Notify or Opcode.Update))
        {
            return QueryParseStatus.UnknownOpcode;
        }
        ulong counts = BinaryPrimitives.ReadUInt64BigEndian(message[4..]);
        if (counts >> 48 != 1)
        {
            return view.ParseWithoutQuestion(counts);
        }
        if (!view.TryParseQuestion())
        {
            return QueryParseStatus.BadQuestion;
        }
        if (counts == OneQuestion)
        {
            return QueryParseStatus.Ok;
        }
        return counts == OneQuestionOneAdditional ? view.ParseOnlyAdditional() : view.ParseRecords(counts);
    }

    private bool TryParseQuestion()
    {
        ReadOnlySpan<byte> message = _message;
        int offset = MessageHeader.Length;
        while ((uint)offset < (uint)message.Length)
        {
            int labelLength = message[offset];
            if (labelLength == 0)
            {
                int nameLength = offset + 1 - MessageHeader.Length;
                if (nameLength > DomainName.MaxLength || message.Length - offset - 1 < QuestionFixedLength)
                {
                    return false;
                }
                uint typeAndClass = BinaryPrimitives.ReadUInt32BigEndian(message[(offset + 1)..]);
                QNameLength = (byte)nameLength;
                QType = (RecordType)(typeAndClass >> 16);
                QClass = (RecordClass)(ushort)typeAndClass;
                return true;
            }
            if (labelLength > DomainName.MaxLabelLength)
            {
                // A pointer would point at the header or at itself, and 01 and 10 are unassigned (RFC 6891 §5).
                return false;
            }
            offset += labelLength + 1;
        }
        return false;
    }

    // The common case: one additional record, an OPT right behind the question, and nothing else.
    private QueryParseStatus ParseOnlyAdditional()
    {
        ReadOnlySpan<byte> record = _message[QuestionEnd..];
        if (record.Length >= RecordFixedLength + 1
            && record[0] == 0
            && BinaryPrimitives.ReadUInt16BigEndian(record[1..]) == (ushort)RecordType.OPT)
        {
            int rdataLength = BinaryPrimitives.ReadUInt16BigEndian(record[9..]);
            return record.Length - RecordFixedLength - 1 < rdataLength
                ? QueryParseStatus.BadRecord
                : _edns.Parse(_message, QuestionEnd + 3, rdataLength);
        }
        return ParseRecords(OneQuestionOneAdditional);
    }

    private QueryParseStatus ParseWithoutQuestion(ulong counts)
    {
        // RFC 7873 §5.4 lets a client ask for a cookie with no question at all: its options are of use to the caller.
        if (counts >> 48 == 0)
        {
            QueryParseStatus status = ParseRecords(counts);
            if (status != QueryParseStatus.Ok)
            {
                return status;
            }
        }
        return QueryParseStatus.BadQuestionCount;
    }

    // Each record takes eleven octets at least, so the walk ends with the message whatever the counts say.
    private QueryParseStatus ParseRecords(ulong counts)
    {
        int beforeAdditional = (ushort)(counts >> 32) + (ushort)(counts >> 16);
        int total = beforeAdditional + (ushort)counts;
        int offset = QuestionEnd;
        for (int i = 0; i < total; i++)
        {
            int start = offset;
            offset = SkipName(_message, offset);
            if (offset < 0 || _message.Length - offset < RecordFixedLength)
            {
                return QueryParseStatus.BadRecord;
            }
            RecordType type = (RecordType)BinaryPrimitives.ReadUInt16BigEndian(_message[offset..]);
            int rdataLength = BinaryPrimitives.ReadUInt16BigEndian(_message[(offset + 8)..]);
            if (_message.Length - offset - RecordFixedLength < rdataLength)
            {
                return QueryParseStatus.BadRecord;
            }
            if (type == RecordType.OPT)
            {
                // RFC 6891 §6.1.1: one OPT at most, in the additional section, owned by the root.
                if (_edns.IsPresent || i < beforeAdditional || _message[start] != 0)
                {
                    return QueryParseStatus.BadEdns;
                }
                QueryParseStatus status = _edns.Parse(_message, offset + 2, rdataLength);
                if (status != QueryParseStatus.Ok)
                {
                    return status;
                }
            }
            else if (type == RecordType.TSIG)
            {
                // RFC 8945 §5.1: the last record of the additional section, and so only one.
                if (i != total - 1 || i < beforeAdditional)
                {
                    return QueryParseStatus.BadRecord;
                }
                TsigOffset = (ushort)start;
            }
            offset += RecordFixedLength + rdataLength;
        }
        return QueryParseStatus.Ok;
    }

    // Behind the name at the offset, or -1. A pointer ends a name; where it points matters only to who reads the name.
    private static int SkipName(ReadOnlySpan<byte> message, int offset)
    {
        int start = offset;
        while ((uint)offset < (uint)message.Length)
        {
            int labelLength = message[offset];
            if (labelLength == 0)
            {
                return offset + 1 - start > DomainName.MaxLength ? -1 : offset + 1;
            }
            if (labelLength > DomainName.MaxLabelLength)
            {
                return labelLength < 0xC0 || offset + 1 >= message.Length ? -1 : offset + 2;
            }
            offset += labelLength + 1;
        }
        return -1;
    }
}
