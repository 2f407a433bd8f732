using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Control.Resolving;

/// <summary>
/// One query to a recursive resolver, and what belongs to it. Its id and the case of its name are random: a forged answer has
/// to guess both, beside the port (RFC 5452 §4; draft-vixie-dnsext-dns0x20).
/// </summary>
internal sealed class StubQuery
{
    private readonly int _questionLength;

    private StubQuery(byte[] wire, DomainName name, RecordType type)
    {
        Wire = wire;
        Name = name;
        Type = type;
        _questionLength = name.Wire.Length + (2 * sizeof(ushort));
    }

    public byte[] Wire { get; }

    public DomainName Name { get; }

    public RecordType Type { get; }

    /// <summary>Puts a query together.</summary>
    /// <param name="name">QNAME.</param>
    /// <param name="type">QTYPE.</param>
    /// <param name="subnet">For whom; null leaves the option out.</param>
    /// <param name="hasEdns">Without it for servers that do not know it.</param>
    /// <param name="fill">Gives random octets.</param>
    public static StubQuery Create(DomainName name, RecordType type, IPNetwork? subnet, bool hasEdns, Action<byte[]> fill)
    {
        byte[] random = new byte[sizeof(ushort) + DomainName.MaxLength];
        fill(random);
        byte[] question = name.Wire.ToArray();
        for (int at = 0; question[at] != 0;)
        {
            int end = at + question[at];
            while (++at <= end)
            {
                // One bit of randomness per letter; the name is in lower case.
                bool isLetter = question[at] is >= (byte)'a' and <= (byte)'z';
                question[at] ^= isLetter ? (byte)(random[sizeof(ushort) + at] & 0x20) : (byte)0;
            }
        }
        Message message = new()
        {
            Header = new MessageHeader(
                BinaryPrimitives.ReadUInt16BigEndian(random),
                MessageHeader.Compose(MessageFlags.RecursionDesired, Opcode.Query, Rcode.NoError), 1, 0, 0, 0),
            Questions = [new Question(question, type, RecordClass.IN)],
            Edns = hasEdns ? new MessageEdns { UdpPayloadSize = ResolvingLimits.UdpPayloadSize, Options = OptionsOf(subnet) } : null,
        };
        return new StubQuery(message.ToWire(), name, type);
    }

    /// <summary>
    /// Whether a datagram is the response to this query: its id, and its question to the very case of the letters. A server that
    /// could not read the query may leave the question out: all that such an answer brings about is that the query is sent again
    /// without EDNS.
    /// </summary>
    public bool IsAnsweredBy(ReadOnlyMemory<byte> message) => IsHeaderOf(message, out MessageHeader header)
        && (IsRefusalWithoutQuestion(header)
            || (header.QuestionCount == 1 && QuestionOf(message).SequenceEqual(Wire.AsSpan(MessageHeader.Length, _questionLength))));

    /// <summary>
    /// Whether what came over a connection is the response. Whoever could put it there needs no guess, so the case of the letters
    /// proves nothing there; resolvers that change it are asked over TCP for that reason.
    /// </summary>
    public bool IsAnsweredOverTcpBy(ReadOnlyMemory<byte> message) => IsHeaderOf(message, out MessageHeader header)
        && (IsRefusalWithoutQuestion(header) || (header.QuestionCount == 1 && IsSameQuestion(QuestionOf(message))));

    private bool IsHeaderOf(ReadOnlyMemory<byte> message, out MessageHeader header) =>
        MessageHeader.TryParse(message.Span, out header)
        && header is { IsResponse: true, Opcode: Opcode.Query }
        && message.Span[..sizeof(ushort)].SequenceEqual(Wire.AsSpan(0, sizeof(ushort)));

    private static bool IsRefusalWithoutQuestion(MessageHeader header) =>
        header is { QuestionCount: 0, AnswerCount: 0, Rcode: Rcode.FormErr };

    /// <summary>As many octets as the question has; none when there are fewer.</summary>
    private ReadOnlySpan<byte> QuestionOf(ReadOnlyMemory<byte> message) =>
        message.Length >= MessageHeader.Length + _questionLength ? message.Span.Slice(MessageHeader.Length, _questionLength) : default;

    private bool IsSameQuestion(ReadOnlySpan<byte> question)
    {
        int nameLength = Name.Wire.Length;
        return question.Length == _questionLength
            && DomainName.TryFromWire(question[..nameLength], out DomainName? asked) == DomainNameError.None
            && asked == Name
            && question[nameLength..].SequenceEqual(Wire.AsSpan(MessageHeader.Length + nameLength, _questionLength - nameLength));
    }

    private static ImmutableArray<EdnsOption> OptionsOf(IPNetwork? network)
    {
        if (network is not { } given)
        {
            return [];
        }
        ClientAddress address = ClientAddress.FromIPAddress(given.BaseAddress);
        ClientSubnet subnet = address.IsIPv4
            ? new ClientSubnet(1, (byte)given.PrefixLength, 0, (ulong)address.IPv4 << 32, 0)
            : new ClientSubnet(2, (byte)given.PrefixLength, 0, address.High, address.Low);
        byte[] data = new byte[subnet.OptionLength];
        subnet.TryWrite(data);
        return [new EdnsOption(EdnsOptionCode.ClientSubnet, data)];
    }
}
