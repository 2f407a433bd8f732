using System.Buffers.Binary;

namespace Meridian.Dns.Messages;

/// <summary>The twelve octets every message begins with (RFC 1035 §4.1.1). A value: reading one allocates nothing.</summary>
/// <param name="Id">Chosen by who asks, repeated by who answers.</param>
/// <param name="FlagWord">The second word as it stands: flags, OPCODE and RCODE.</param>
/// <param name="QuestionCount">QDCOUNT.</param>
/// <param name="AnswerCount">ANCOUNT.</param>
/// <param name="AuthorityCount">NSCOUNT.</param>
/// <param name="AdditionalCount">ARCOUNT.</param>
public readonly record struct MessageHeader(
    ushort Id,
    ushort FlagWord,
    ushort QuestionCount,
    ushort AnswerCount,
    ushort AuthorityCount,
    ushort AdditionalCount)
{
    /// <summary>Octets of a header; a question begins right behind it.</summary>
    public const int Length = 12;

    private const ushort AllFlags = 0x87F0;

    public MessageFlags Flags => FlagsOf(FlagWord);

    public Opcode Opcode => OpcodeOf(FlagWord);

    /// <summary>The lower four bits of the response code; EDNS carries the upper eight (RFC 6891 §6.1.3).</summary>
    public Rcode Rcode => (Rcode)(FlagWord & 0x000F);

    public bool IsResponse => (FlagWord & (ushort)MessageFlags.Response) != 0;

    /// <summary>Reads the header; false when there are fewer than <see cref="Length"/> octets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out MessageHeader header)
    {
        if (message.Length < Length)
        {
            header = default;
            return false;
        }
        header = new MessageHeader(
            BinaryPrimitives.ReadUInt16BigEndian(message),
            BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(message[10..]));
        return true;
    }

    /// <summary>Writes the header; false when there is no room for <see cref="Length"/> octets.</summary>
    public bool TryWrite(Span<byte> message)
    {
        if (message.Length < Length)
        {
            return false;
        }
        BinaryPrimitives.WriteUInt16BigEndian(message, Id);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], FlagWord);
        BinaryPrimitives.WriteUInt16BigEndian(message[4..], QuestionCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[6..], AnswerCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[8..], AuthorityCount);
        BinaryPrimitives.WriteUInt16BigEndian(message[10..], AdditionalCount);
        return true;
    }

    /// <summary>Puts the second header word together.</summary>
    /// <param name="flags">The flag bits.</param>
    /// <param name="opcode">The operation.</param>
    /// <param name="rcode">Only its lower four bits fit here.</param>
    public static ushort Compose(MessageFlags flags, Opcode opcode, Rcode rcode) =>
        (ushort)(((ushort)flags & AllFlags) | ((byte)opcode & 0x0F) << 11 | (ushort)rcode & 0x0F);

    internal static MessageFlags FlagsOf(ushort flagWord) => (MessageFlags)(flagWord & AllFlags);

    internal static Opcode OpcodeOf(ushort flagWord) => (Opcode)(flagWord >> 11 & 0x0F);
}
