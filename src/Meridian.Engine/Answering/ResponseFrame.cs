using System.Buffers.Binary;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Engine.Answering;

/// <summary>
/// What surrounds the records of a response: header, size limits and OPT. Takes all it needs from the query by value,
/// because the records may overwrite it.
/// </summary>
internal ref struct ResponseFrame
{
    private const int OptLength = 11;
    private const int OptionHeaderLength = 4;
    private const int ExtendedErrorLength = OptionHeaderLength + sizeof(ushort);

    private readonly ushort _id;
    private readonly Opcode _opcode;
    private readonly bool _recursionDesired;
    private readonly bool _hasQuestion;
    private readonly bool _isAnyClass;
    private readonly EdnsOptions _edns;
    private readonly int _udpPayloadSize;

    /// <summary>Measures out a response.</summary>
    /// <param name="view">The query.</param>
    /// <param name="transport">How it came.</param>
    /// <param name="udpPayloadSize">The server's own limit.</param>
    /// <param name="capacity">Octets of the response buffer.</param>
    public ResponseFrame(in QueryView view, Transport transport, int udpPayloadSize, int capacity)
    {
        _id = view.Id;
        _opcode = view.Opcode;
        _recursionDesired = (view.Flags & MessageFlags.RecursionDesired) != 0;
        _hasQuestion = view.HasQuestion;
        _isAnyClass = view.QClass == RecordClass.ANY;
        _edns = view.Edns;
        _udpPayloadSize = udpPayloadSize;
        QuestionEnd = view.QuestionEnd;
        int allowed = transport == Transport.Tcp ? ushort.MaxValue
            : _edns.IsPresent ? Math.Clamp((int)_edns.UdpPayloadSize, 512, udpPayloadSize)
            : 512;
        int length = Math.Min(allowed, capacity);
        int reserved = !_edns.IsPresent ? 0
            : OptLength + ExtendedErrorLength + (_edns.HasClientSubnet ? OptionHeaderLength + _edns.ClientSubnet.OptionLength : 0);
        RecordLimit = length - reserved;
        HasRoom = RecordLimit >= QuestionEnd;
        ExtendedError = ExtendedErrorCode.None;
    }

    /// <summary>Where the question section ends.</summary>
    public int QuestionEnd { get; }

    /// <summary>Where records have to end, so that OPT still fits.</summary>
    public int RecordLimit { get; }

    /// <summary>Whether the header and the question fit at all.</summary>
    public bool HasRoom { get; }

    public ExtendedErrorCode ExtendedError { get; set; }

    /// <summary>Finishes a response without records.</summary>
    public AnswerResult Finish(Span<byte> response, Rcode rcode, AnswerKind kind)
    {
        ResponseWriter writer = new(response, QuestionEnd, RecordLimit);
        return Finish(response, in writer, rcode, kind, AnswerFlags.None, isAuthoritative: false, scope: 0);
    }

    /// <summary>The name is in no zone of this server.</summary>
    public AnswerResult Refuse(Span<byte> response)
    {
        ExtendedError = ExtendedErrorCode.NotAuthoritative;
        return Finish(response, Rcode.Refused, AnswerKind.Refused);
    }

    /// <summary>Finishes a response with what a walk through the zones found.</summary>
    public AnswerResult Finish(Span<byte> response, in ResponseWriter writer, in AnswerWalk walk, Rcode rcode, AnswerKind kind)
    {
        ExtendedError = walk.ExtendedError;
        return Finish(response, in writer, rcode, kind, walk.Flags, walk.IsAuthoritative, walk.ScopePrefixLength);
    }

    private AnswerResult Finish(
        Span<byte> response, in ResponseWriter writer, Rcode rcode, AnswerKind kind, AnswerFlags flags, bool isAuthoritative, int scope)
    {
        // RFC 1035 §6.2: nobody can be authoritative for all classes.
        MessageFlags headerFlags = MessageFlags.Response
            | (isAuthoritative && !_isAnyClass ? MessageFlags.AuthoritativeAnswer : 0)
            | ((flags & AnswerFlags.Truncated) != 0 ? MessageFlags.Truncated : 0)
            | (_recursionDesired ? MessageFlags.RecursionDesired : 0);
        int position = writer.Position;
        int additional = writer.AdditionalCount;
        if (_edns.IsPresent)
        {
            position += WriteOpt(response[position..], rcode, scope);
            additional++;
            flags |= AnswerFlags.Edns
                | (_edns.HasClientSubnet ? AnswerFlags.ClientSubnet : 0)
                | (_edns.IsDnssecOk ? AnswerFlags.DnssecOk : 0);
        }
        BinaryPrimitives.WriteUInt16BigEndian(response, _id);
        BinaryPrimitives.WriteUInt16BigEndian(response[2..], MessageHeader.Compose(headerFlags, _opcode, rcode));
        BinaryPrimitives.WriteUInt16BigEndian(response[4..], (ushort)(_hasQuestion ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(response[6..], writer.AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(response[8..], writer.AuthorityCount);
        BinaryPrimitives.WriteUInt16BigEndian(response[10..], (ushort)additional);
        return new AnswerResult(AnswerDisposition.Respond, DropReason.None, kind, flags, (ushort)position, rcode);
    }

    private readonly int WriteOpt(Span<byte> opt, Rcode rcode, int scope)
    {
        const uint DnssecOkBit = 0x8000;
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)RecordType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], (ushort)_udpPayloadSize);
        // RFC 6891 §6.1.3: the upper eight bits of the response code; version 0; RFC 3225 §3: DO is copied.
        BinaryPrimitives.WriteUInt32BigEndian(opt[5..], (uint)rcode >> 4 << 24 | (_edns.IsDnssecOk ? DnssecOkBit : 0));
        int position = OptLength;
        if (_edns.HasClientSubnet)
        {
            // RFC 7871 §7.2.1: the family, prefix and address of the query, with the scope of this answer. What
            // asks not to be looked at (source prefix 0) has scope 0.
            ClientSubnet subnet = _edns.ClientSubnet;
            subnet = subnet with { ScopePrefixLength = subnet.SourcePrefixLength == 0 ? (byte)0 : (byte)scope };
            BinaryPrimitives.WriteUInt16BigEndian(opt[position..], (ushort)EdnsOptionCode.ClientSubnet);
            BinaryPrimitives.WriteUInt16BigEndian(opt[(position + 2)..], (ushort)subnet.OptionLength);
            subnet.TryWrite(opt[(position + OptionHeaderLength)..]);
            position += OptionHeaderLength + subnet.OptionLength;
        }
        if (ExtendedError != ExtendedErrorCode.None)
        {
            BinaryPrimitives.WriteUInt16BigEndian(opt[position..], (ushort)EdnsOptionCode.ExtendedError);
            BinaryPrimitives.WriteUInt16BigEndian(opt[(position + 2)..], sizeof(ushort));
            BinaryPrimitives.WriteUInt16BigEndian(opt[(position + OptionHeaderLength)..], (ushort)ExtendedError);
            position += ExtendedErrorLength;
        }
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)(position - OptLength));
        return position;
    }
}
