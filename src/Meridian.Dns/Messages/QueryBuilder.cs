using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Dns.Messages;

/// <summary>Puts queries together for tools and tests. An OPT record is added as soon as one of the EDNS properties is set.</summary>
/// <param name="Name">QNAME in presentation format, in the case to be sent; relative names are completed with the root.</param>
/// <param name="Type">QTYPE.</param>
public sealed record QueryBuilder(string Name, RecordType Type)
{
    public ushort Id { get; init; }

    public Opcode Opcode { get; init; } = Opcode.Query;

    public MessageFlags Flags { get; init; } = MessageFlags.RecursionDesired;

    public RecordClass Class { get; init; } = RecordClass.IN;

    /// <summary>The datagram size to announce; null without EDNS, or 1232 when another EDNS property is set.</summary>
    public ushort? UdpPayloadSize { get; init; }

    public byte EdnsVersion { get; init; }

    public bool IsDnssecOk { get; init; }

    public ClientSubnet? ClientSubnet { get; init; }

    /// <summary>8 octets of the client's, with 8 to 32 of the server's behind them when known (RFC 7873 §4); empty for none.</summary>
    public ReadOnlyMemory<byte> Cookie { get; init; }

    public bool IsNsidRequested { get; init; }

    public bool HasTcpKeepalive { get; init; }

    /// <summary>Further options, behind those above.</summary>
    public ImmutableArray<EdnsOption> Options { get; init; } = [];

    /// <summary>The query on the wire; throws <see cref="FormatException"/> when the name is not one.</summary>
    public byte[] Build()
    {
        Span<byte> name = stackalloc byte[DomainName.MaxLength];
        DomainNameError error = DomainNameText.TryScan(Name, DomainName.Root.Wire, name, out int length);
        if (error != DomainNameError.None)
        {
            throw new FormatException($"'{Name}': {error.Describe()}");
        }
        return new Message
        {
            Header = new MessageHeader(Id, MessageHeader.Compose(Flags, Opcode, Rcode.NoError), 1, 0, 0, 0),
            Questions = [new Question(name[..length].ToArray(), Type, Class)],
            Edns = BuildEdns(),
        }.ToWire();
    }

    private MessageEdns? BuildEdns()
    {
        List<EdnsOption> options = [];
        if (IsNsidRequested)
        {
            options.Add(new EdnsOption(EdnsOptionCode.Nsid, default));
        }
        if (ClientSubnet is { } subnet)
        {
            byte[] data = new byte[subnet.OptionLength];
            subnet.TryWrite(data);
            options.Add(new EdnsOption(EdnsOptionCode.ClientSubnet, data));
        }
        if (!Cookie.IsEmpty)
        {
            options.Add(new EdnsOption(EdnsOptionCode.Cookie, Cookie));
        }
        if (HasTcpKeepalive)
        {
            options.Add(new EdnsOption(EdnsOptionCode.TcpKeepalive, default));
        }
        options.AddRange(Options);
        bool isNeeded = UdpPayloadSize is not null || EdnsVersion != 0 || IsDnssecOk || options.Count > 0;
        return isNeeded
            ? new MessageEdns
            {
                UdpPayloadSize = UdpPayloadSize ?? 1232,
                Version = EdnsVersion,
                IsDnssecOk = IsDnssecOk,
                Options = [.. options],
            }
            : null;
    }
}
