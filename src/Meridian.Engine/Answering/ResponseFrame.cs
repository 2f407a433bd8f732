using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Engine.Answering;

/// <summary>
/// What surrounds the records of a response: header, size limits and OPT. Takes nothing from the query's octets, because
/// the records may overwrite them.
/// </summary>
internal ref struct ResponseFrame
{
    private readonly ushort _id;
    private readonly Opcode _opcode;
    private readonly bool _recursionDesired;
    private readonly bool _hasQuestion;
    private readonly bool _isAnyClass;
    private readonly OptRecord _opt;
    private readonly int _length;

    /// <summary>Measures out a response.</summary>
    /// <param name="view">The query.</param>
    /// <param name="opt">The OPT record to answer with.</param>
    /// <param name="length">Octets that the response may have.</param>
    public ResponseFrame(in QueryView view, in OptRecord opt, int length)
    {
        _id = view.Id;
        _opcode = view.Opcode;
        _recursionDesired = (view.Flags & MessageFlags.RecursionDesired) != 0;
        _hasQuestion = view.HasQuestion;
        _isAnyClass = view.QClass == RecordClass.ANY;
        _opt = opt;
        QuestionEnd = view.QuestionEnd;
        _length = length;
        RecordLimit = length - opt.Length;
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

    /// <summary>Bits of the client's network that were looked at before any policy was: the scope is no shorter.</summary>
    public int ScopeFloor { get; set; }

    /// <summary>When the choice for the candidate that answers was made, in milliseconds since 1970; 0, nearly always, without one.</summary>
    public long StampFloor { get; set; }

    /// <summary>Whose decision text goes along with the extended error (RFC 8914 §2, EXTRA-TEXT); null, nearly always, for none.</summary>
    public AnswerScratch? Decision { get; set; }

    /// <summary>Finishes a response without records.</summary>
    public readonly AnswerResult Finish(
        Span<byte> response, Rcode rcode, AnswerKind kind, AnswerFlags flags = AnswerFlags.None)
    {
        ResponseWriter writer = new(response, QuestionEnd, RecordLimit);
        return Finish(response, in writer, rcode, kind, flags, isAuthoritative: false, scope: 0);
    }

    /// <summary>Refuses, with the reason.</summary>
    public AnswerResult Refuse(Span<byte> response, ExtendedErrorCode reason)
    {
        ExtendedError = reason;
        return Finish(response, Rcode.Refused, AnswerKind.Refused);
    }

    /// <summary>Finishes a response with records that no zone has.</summary>
    public readonly AnswerResult Finish(Span<byte> response, in ResponseWriter writer, AnswerKind kind, AnswerFlags flags) =>
        Finish(response, in writer, Rcode.NoError, kind, flags, isAuthoritative: false, scope: 0);

    /// <summary>Finishes a response with what a walk through the zones found.</summary>
    public AnswerResult Finish(Span<byte> response, in ResponseWriter writer, in AnswerWalk walk, Rcode rcode, AnswerKind kind)
    {
        ExtendedError = walk.ExtendedError;
        return Finish(response, in writer, rcode, kind, walk.Flags, walk.IsAuthoritative, Math.Max(walk.ScopePrefixLength, ScopeFloor));
    }

    private readonly AnswerResult Finish(
        Span<byte> response, in ResponseWriter writer, Rcode rcode, AnswerKind kind, AnswerFlags flags, bool isAuthoritative, int scope)
    {
        // RFC 1035 §6.2: nobody can be authoritative for all classes.
        MessageFlags headerFlags = MessageFlags.Response
            | (isAuthoritative && !_isAnyClass ? MessageFlags.AuthoritativeAnswer : 0)
            | ((flags & AnswerFlags.Truncated) != 0 ? MessageFlags.Truncated : 0)
            | (_recursionDesired ? MessageFlags.RecursionDesired : 0);
        int position = writer.Position;
        int additional = writer.AdditionalCount;
        if (_opt.IsPresent)
        {
            int opt = position;
            position += _opt.Write(response[opt.._length], rcode, scope, ExtendedError);
            if (Decision is not null)
            {
                // Written anew for the few that asked: choosing beforehand costs everybody.
                position = opt + WriteWithDecision(response[opt.._length], rcode, scope, Decision);
            }
            additional++;
        }
        BinaryPrimitives.WriteUInt16BigEndian(response, _id);
        BinaryPrimitives.WriteUInt16BigEndian(response[2..], MessageHeader.Compose(headerFlags, _opcode, rcode));
        BinaryPrimitives.WriteUInt16BigEndian(response[4..], (ushort)(_hasQuestion ? 1 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(response[6..], writer.AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(response[8..], writer.AuthorityCount);
        BinaryPrimitives.WriteUInt16BigEndian(response[10..], (ushort)additional);
        return new AnswerResult(AnswerDisposition.Respond, DropReason.None, kind, flags | _opt.Flags, (ushort)position, rcode);
    }

    /// <summary>OPT with the decision's id for who asked: out of the way of everybody else's answers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int WriteWithDecision(Span<byte> opt, Rcode rcode, int scope, AnswerScratch decision)
    {
        ExtendedErrorCode error = ExtendedError == ExtendedErrorCode.None ? ExtendedErrorCode.Other : ExtendedError;
        int length = _opt.Write(opt, rcode, scope, ExtendedErrorCode.None);
        return length + OptRecord.AppendError(opt, length, error, decision.DecisionText.AsSpan(0, decision.DecisionTextLength));
    }
}
