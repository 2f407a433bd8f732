using System.Buffers.Binary;
using System.Text;
using Meridian.Dns;
using Meridian.Dns.Messages;

namespace Meridian.Control.DynamicUpdate;

/// <summary>An answer without records: header, the request's question or zone, and OPT with the reason in words when it has one.</summary>
internal static class PlainAnswer
{
    // With everything around it well below 512 octets.
    private const int MaxWordsLength = 200;

    private const ushort OtherError = 0;
    private const ushort Prohibited = 18;

    /// <summary>The message on the wire, not signed.</summary>
    public static byte[] To(in QueryView request, Rcode rcode, string? words = null) => new Message
    {
        Header = new MessageHeader(
            request.Id,
            MessageHeader.Compose(MessageFlags.Response | (request.Flags & MessageFlags.RecursionDesired), request.Opcode, rcode),
            0, 0, 0, 0),
        // RFC 2136 §3.8 leaves the choice between a copy of the zone section and none.
        Questions = request.HasQuestion ? [new Question(request.QName.ToArray(), request.QType, request.QClass)] : [],
        Edns = request.Edns.IsPresent ? new MessageEdns { Options = words is null ? [] : [ExtendedError(rcode, words)] } : null,
    }.ToWire();

    /// <summary>RFC 8914 §2: a code and text.</summary>
    private static EdnsOption ExtendedError(Rcode rcode, string words)
    {
        byte[] text = Encoding.UTF8.GetBytes(words.Length > MaxWordsLength ? words[..MaxWordsLength] : words);
        byte[] data = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(data, rcode == Rcode.Refused ? Prohibited : OtherError);
        text.CopyTo(data, 2);
        return new EdnsOption(EdnsOptionCode.ExtendedError, data);
    }
}
