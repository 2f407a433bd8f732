using System.Net;
using System.Net.Sockets;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;

namespace Meridian.Functional.Tests.Support;

/// <summary>
/// A UDP client whose source address, port and message id are known: what a packet capture would tell. An answer that does
/// not come fails the test.
/// </summary>
internal sealed class DnsProbe : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly byte[] _buffer = new byte[65535];
    private ushort _lastId;

    public DnsProbe(IPEndPoint server, IPAddress? source = null)
    {
        _socket.Bind(new IPEndPoint(source ?? IPAddress.Loopback, 0));
        _socket.Connect(server);
    }

    public IPEndPoint Source => (IPEndPoint)_socket.LocalEndPoint!; // Bound above.

    public async Task<Message> AskAsync(string name, RecordType type, ushort id, ClientSubnet? subnet = null)
    {
        byte[] octets = await AskAsync(new QueryBuilder(name, type) { Id = id, ClientSubnet = subnet }.Build());
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(octets, out Message? answer));
        Assert.Equal(id, answer!.Header.Id); // Parsed: not null.
        return answer;
    }

    /// <summary>Sends a message as it is, and gives back the answer as it came.</summary>
    public async Task<byte[]> AskAsync(byte[] query)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(AnswerTimeout);
        await _socket.SendAsync(query, SocketFlags.None, deadline.Token);
        int length = await _socket.ReceiveAsync(_buffer, SocketFlags.None, deadline.Token);
        return _buffer[..length];
    }

    /// <summary>The answer's addresses; fails when there is another answer than addresses.</summary>
    public async Task<string[]> AddressesAsync(string name, string? subnet = null)
    {
        Message answer = await AskAsync(name, RecordType.A, NextId(), subnet is null ? null : Subnet(subnet));
        Assert.Equal(Rcode.NoError, answer.Rcode);
        return [.. answer.Answer.Where(record => record.Type == RecordType.A).Select(TextOf).Order(StringComparer.Ordinal)];
    }

    /// <summary>The records of a section in zone-file form, in the order of the wire.</summary>
    public static string[] Lines(IEnumerable<MessageRecord> records) =>
        [.. records.Select(record => $"{record.Owner} {record.TtlSeconds} IN {record.Type.ToMnemonic()} {TextOf(record)}")];

    /// <summary>The client subnet option for a prefix in text.</summary>
    public static ClientSubnet Subnet(string prefix)
    {
        IPNetwork network = IPNetwork.Parse(prefix);
        Span<byte> octets = stackalloc byte[16];
        Assert.True(network.BaseAddress.TryWriteBytes(octets, out int length));
        ulong high = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets);
        ulong low = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(octets[8..]);
        return new ClientSubnet(length == 4 ? (ushort)1 : (ushort)2, (byte)network.PrefixLength, 0, high, low);
    }

    public void Dispose() => _socket.Dispose();

    // Odd, so that it goes through all 65,536 ids, and large, so that they look like those of a resolver.
    private ushort NextId() => _lastId = (ushort)(_lastId + 40503);

    private static string TextOf(MessageRecord record) => RdataText.Format(record.Type, record.Rdata.Span);
}
