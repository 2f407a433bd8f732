using System.Buffers.Binary;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Engine.Tests.Support;

/// <summary>Asks the seam as a resolver would.</summary>
internal sealed class TestClient(DataPlane dataPlane)
{
    private readonly QueryAnswerer _answerer = new(dataPlane, new AnswerLimits());
    private readonly byte[] _buffer = new byte[65_535];

    public Transport Transport { get; set; } = Transport.Udp;

    /// <summary>Builds a query.</summary>
    public static byte[] Query(string name, RecordType type, string? subnet = null, ushort id = 1, ushort? ednsSize = 1232)
    {
        List<byte> query = [(byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(ednsSize is null ? 0 : 1)];
        query.AddRange(DomainName.Parse(name).Wire);
        query.AddRange([(byte)((ushort)type >> 8), (byte)type, 0, 1]);
        if (ednsSize is { } size)
        {
            byte[] option = subnet is null ? [] : SubnetOption(IPNetwork.Parse(subnet));
            query.AddRange([0, 0, 41, (byte)(size >> 8), (byte)size, 0, 0, 0, 0, 0, (byte)option.Length, .. option]);
        }
        return [.. query];
    }

    public TestResponse Ask(byte[] query, string source = "192.0.2.1", ushort port = 4711, long time = 0)
    {
        ClientInfo client = new(ClientAddress.FromIPAddress(IPAddress.Parse(source)), port, Transport, time);
        AnswerResult result = _answerer.Answer(query, client, _buffer);
        return new TestResponse(result, _buffer.AsSpan(0, result.Length).ToArray());
    }

    public TestResponse Ask(string name, RecordType type, string? subnet = null, ushort id = 1) => Ask(Query(name, type, subnet, id));

    private static byte[] SubnetOption(IPNetwork network)
    {
        byte[] address = network.BaseAddress.GetAddressBytes();
        int octets = (network.PrefixLength + 7) / 8;
        return
        [
            0, 8, 0, (byte)(4 + octets), 0, (byte)(address.Length == 4 ? 1 : 2), (byte)network.PrefixLength, 0,
            .. address.AsSpan(0, octets),
        ];
    }
}

/// <summary>A response and what tests want to know of it.</summary>
internal sealed record TestResponse(AnswerResult Result, byte[] Octets)
{
    public int AnswerCount => BinaryPrimitives.ReadUInt16BigEndian(Octets.AsSpan(6));

    /// <summary>The addresses of an answer whose records are all A or all AAAA of the question's name.</summary>
    public IReadOnlyList<string> Addresses
    {
        get
        {
            List<string> addresses = [];
            int position = QuestionEnd;
            for (int i = 0; i < AnswerCount; i++)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(Octets.AsSpan(position + 10));
                addresses.Add(new IPAddress(Octets.AsSpan(position + 12, length)).ToString());
                position += 12 + length;
            }
            return addresses;
        }
    }

    public uint FirstTtl => BinaryPrimitives.ReadUInt32BigEndian(Octets.AsSpan(QuestionEnd + 6));

    /// <summary>The scope of the client subnet option, which is the last one but an extended error.</summary>
    public int Scope
    {
        get
        {
            // OPT is the last record and begins with the root, type 41.
            int opt = Octets.AsSpan().LastIndexOf(new byte[] { 0, 0, 41 });
            return Octets[opt + 11 + 4 + 3];
        }
    }

    private int QuestionEnd
    {
        get
        {
            int position = 12;
            while (Octets[position] != 0)
            {
                position += Octets[position] + 1;
            }
            return position + 5;
        }
    }
}
