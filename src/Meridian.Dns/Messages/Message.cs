using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>A whole message taken apart, every name decompressed. For tools and tests; the data plane uses <see cref="QueryView"/>.</summary>
public sealed record Message
{
    /// <summary>The header; its counts are those of the wire and count OPT, which is not in <see cref="Additional"/>.</summary>
    public required MessageHeader Header { get; init; }

    public ImmutableArray<Question> Questions { get; init; } = [];

    public ImmutableArray<MessageRecord> Answer { get; init; } = [];

    public ImmutableArray<MessageRecord> Authority { get; init; } = [];

    public ImmutableArray<MessageRecord> Additional { get; init; } = [];

    /// <summary>The OPT record, or null.</summary>
    public MessageEdns? Edns { get; init; }

    /// <summary>The response code with the bits that EDNS adds (RFC 6891 §6.1.3).</summary>
    public Rcode Rcode => (Rcode)((ushort)Header.Rcode | (Edns?.ExtendedRcode ?? 0) << 4);

    /// <summary>Reads a message; null unless the status is <see cref="MessageParseStatus.Ok"/>.</summary>
    public static MessageParseStatus TryParse(ReadOnlySpan<byte> wire, out Message? message) =>
        MessageReader.TryRead(wire, out message);

    /// <summary>The message on the wire without compression; the counts are those of the sections.</summary>
    public byte[] ToWire() => MessageWriter.Write(this);
}

/// <summary>Why octets are not a message.</summary>
public enum MessageParseStatus : byte
{
    Ok,

    /// <summary>The message ends before what it announces.</summary>
    Truncated,

    /// <summary>A name is longer than 255 octets, has a label type that is not assigned, or a pointer that does not point back.</summary>
    BadName,

    /// <summary>A record's data does not fit its type.</summary>
    BadRdata,

    /// <summary>Two OPT records, or one with another owner than the root or with options cut off (RFC 6891 §6.1).</summary>
    BadEdns,

    /// <summary>Octets follow the last record.</summary>
    TrailingOctets,
}

/// <summary>An entry of the question section.</summary>
/// <param name="NameWire">QNAME, uncompressed, in the case of the message.</param>
/// <param name="Type">QTYPE.</param>
/// <param name="Class">QCLASS.</param>
public sealed record Question(ReadOnlyMemory<byte> NameWire, RecordType Type, RecordClass Class)
{
    public DomainName Name => MessageRecord.NameOf(NameWire);
}

/// <summary>A record of a message, of any class.</summary>
/// <param name="OwnerWire">The owner, uncompressed, in the case of the message.</param>
/// <param name="Type">The type.</param>
/// <param name="Class">The class.</param>
/// <param name="TtlSeconds">As it stands.</param>
/// <param name="Rdata">With every name decompressed.</param>
public sealed record MessageRecord(
    ReadOnlyMemory<byte> OwnerWire, RecordType Type, RecordClass Class, uint TtlSeconds, ReadOnlyMemory<byte> Rdata)
{
    public DomainName Owner => NameOf(OwnerWire);

    // The reader has checked every name it lets through.
    internal static DomainName NameOf(ReadOnlyMemory<byte> wire) =>
        DomainName.TryFromWire(wire.Span, out DomainName? name) == DomainNameError.None
            ? name!
            : throw new InvalidOperationException("The octets are not a name.");
}

/// <summary>The OPT record of a message (RFC 6891 §6.1).</summary>
public sealed record MessageEdns
{
    public ushort UdpPayloadSize { get; init; } = 1232;

    /// <summary>The upper eight bits of the response code.</summary>
    public byte ExtendedRcode { get; init; }

    public byte Version { get; init; }

    public bool IsDnssecOk { get; init; }

    public ImmutableArray<EdnsOption> Options { get; init; } = [];

    /// <summary>The first client subnet option that is well-formed, or null.</summary>
    public ClientSubnet? ClientSubnet
    {
        get
        {
            foreach (EdnsOption option in Options)
            {
                if (option.Code == EdnsOptionCode.ClientSubnet
                    && Messages.ClientSubnet.TryParse(option.Data.Span, out ClientSubnet subnet))
                {
                    return subnet;
                }
            }
            return null;
        }
    }
}

/// <summary>One EDNS option.</summary>
public sealed record EdnsOption(EdnsOptionCode Code, ReadOnlyMemory<byte> Data);
