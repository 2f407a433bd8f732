using System.Buffers.Binary;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Zones;

namespace Meridian.Engine.Answering;

/// <summary>
/// What the server says of itself in class CH: <c>id.server</c> (RFC 4892 §2) and <c>version.server</c>, and BIND's older
/// names for the two. Refused unless configured.
/// </summary>
internal static class ChaosAnswer
{
    private static ReadOnlySpan<byte> IdServer => "\u0002id\u0006server\0"u8;

    private static ReadOnlySpan<byte> HostnameBind => "\u0008hostname\u0004bind\0"u8;

    private static ReadOnlySpan<byte> VersionServer => "\u0007version\u0006server\0"u8;

    private static ReadOnlySpan<byte> VersionBind => "\u0007version\u0004bind\0"u8;

    /// <summary>Answers a question in class CH.</summary>
    /// <param name="view">The query.</param>
    /// <param name="settings">What may be told.</param>
    /// <param name="frame">Finishes the response.</param>
    /// <param name="response">Receives it.</param>
    public static AnswerResult Answer(in QueryView view, AnswerSettings settings, ref ResponseFrame frame, Span<byte> response)
    {
        byte[] rdata = Find(view.QName, settings);
        if (rdata.Length == 0 || view.QType is not (RecordType.TXT or RecordType.ANY))
        {
            return frame.Refuse(response, ExtendedErrorCode.NotAuthoritative);
        }
        ResponseWriter writer = new(response, frame.QuestionEnd, frame.RecordLimit);
        // TTL 0: caches should not tell clients of one server about another (RFC 4892 §2).
        bool fits = writer.TryWriteRecord(RecordType.TXT, 0, ResponseWriter.QNameOffset, rdata);
        if (fits)
        {
            int classOffset = frame.QuestionEnd + RRsetEncoder.ClassOffset;
            BinaryPrimitives.WriteUInt16BigEndian(response[classOffset..], (ushort)RecordClass.CH);
        }
        return frame.Finish(response, in writer, AnswerKind.Positive, fits ? AnswerFlags.None : AnswerFlags.Truncated);
    }

    private static byte[] Find(ReadOnlySpan<byte> queryName, AnswerSettings settings)
    {
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        WireNames.ToLower(queryName, name);
        name = name[..queryName.Length];
        return name.SequenceEqual(IdServer) || name.SequenceEqual(HostnameBind) ? settings.Identity
            : name.SequenceEqual(VersionServer) || name.SequenceEqual(VersionBind) ? settings.Version
            : [];
    }
}
