using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Support;

/// <summary>Asks the seam as a resolver would.</summary>
internal sealed class TestClient(DataPlane dataPlane, AnswerLimits? limits = null)
{
    private readonly QueryAnswerer _answerer = new(dataPlane, limits ?? new AnswerLimits());
    private readonly byte[] _buffer = new byte[65_535];

    public Transport Transport { get; set; } = Transport.Udp;

    /// <summary>Builds a query.</summary>
    public static byte[] Query(string name, RecordType type, string? subnet = null, ushort id = 1, ushort? ednsSize = 1232) =>
        new QueryBuilder(name, type) { Id = id, UdpPayloadSize = ednsSize, ClientSubnet = subnet is null ? null : Subnet(subnet) }.Build();

    public TestResponse Ask(byte[] query, string source = "192.0.2.1", ushort port = 4711, long time = 0)
    {
        AnswerResult result = Try(query, source, port, time);
        byte[] octets = _buffer.AsSpan(0, result.Length).ToArray();
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(octets, out Message? message));
        return new TestResponse(result, octets, message!); // Ok comes with a message.
    }

    public TestResponse Ask(QueryBuilder query) => Ask(query.Build());

    /// <summary>Asks something that need not be answered.</summary>
    public AnswerResult Try(byte[] query, string source = "192.0.2.1", ushort port = 4711, long time = 0) => _answerer.Answer(
        query, new ClientInfo(ClientAddress.FromIPAddress(IPAddress.Parse(source)), port, Transport, time), _buffer);

    public TestResponse Ask(string name, RecordType type, string? subnet = null, ushort id = 1) => Ask(Query(name, type, subnet, id));

    /// <summary>The answer in dig-like text without the header line that holds the id, for comparing whole messages.</summary>
    public string Text(string name, RecordType type, string? subnet = null, ushort? ednsSize = null) =>
        Ask(Query(name, type, subnet, ednsSize: ednsSize)).Text;

    private static ClientSubnet Subnet(string text) => ClientSubnet.TryScan(text, out ClientSubnet subnet)
        ? subnet
        : throw new ArgumentException(text);
}

/// <summary>A response and what tests want to know of it.</summary>
internal sealed record TestResponse(AnswerResult Result, byte[] Octets, Message Message)
{
    public int AnswerCount => Message.Answer.Length;

    /// <summary>The addresses in the answer section, in order.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. Message.Answer.Where(record => record.Type is RecordType.A or RecordType.AAAA).Select(record => new IPAddress(record.Rdata.Span).ToString())];

    public uint FirstTtl => Message.Answer[0].TtlSeconds;

    /// <summary>The scope of the client subnet option.</summary>
    public int Scope => Assert.NotNull(Message.Edns?.ClientSubnet).ScopePrefixLength;

    /// <summary>The extended error's code (RFC 8914), or null.</summary>
    public int? ExtendedError => Option(EdnsOptionCode.ExtendedError) is { } data ? data[0] << 8 | data[1] : null;

    /// <summary>The data of an EDNS option, or null.</summary>
    public byte[]? Option(EdnsOptionCode code) =>
        Message.Edns?.Options.FirstOrDefault(option => option.Code == code)?.Data.ToArray();

    /// <summary>Status, flags and the sections' records, one per line.</summary>
    public string Text
    {
        get
        {
            List<string> lines = [$"{Message.Rcode.ToString().ToUpperInvariant()} {Message.Header.Flags}"];
            Append("AN", Message.Answer);
            Append("NS", Message.Authority);
            Append("AR", Message.Additional);
            return string.Join('\n', lines);

            void Append(string section, IEnumerable<MessageRecord> records) => lines.AddRange(records.Select(
                record => $"{section} {record.Owner} {record.TtlSeconds} {record.Type.ToMnemonic()} {RdataText.Format(record.Type, record.Rdata.Span)}"));
        }
    }

    public Rcode Rcode => Message.Rcode;
}
