using Meridian.Conformance.Tests.Regressions;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;

namespace Meridian.Conformance.Tests.Fuzz;

/// <summary>
/// Packets through the one seam that all transports use, over a snapshot with something of everything. Each is answered twice: with
/// octets of one kind behind its end into a buffer apart, and with others behind it in place, as the transports do. What comes out
/// has to be the same: nothing looks behind the end of the packet. It has to be a response, within its bounds, and cost no memory.
/// </summary>
internal sealed class PacketTarget : IFuzzTarget
{
    private const int Guard = 64;
    private const byte Canary = 0xA5;
    private const int BufferLength = ushort.MaxValue;
    private const int UdpLengthMax = 1232;

    private readonly QueryAnswerer _apart;
    private readonly QueryAnswerer _inPlace;
    private readonly byte[] _query = new byte[BufferLength + Guard];
    private readonly byte[] _response = new byte[BufferLength + Guard];
    private readonly byte[] _second = new byte[BufferLength];
    private readonly byte[] _shared = new byte[BufferLength + Guard];

    public PacketTarget()
    {
        DataPlane dataPlane = SampleServer.Serve(Path.Combine(AppContext.BaseDirectory, "Fuzz", "Samples", "rich.yaml"));
        _apart = new QueryAnswerer(dataPlane, new AnswerLimits());
        _inPlace = new QueryAnswerer(dataPlane, new AnswerLimits());
    }

    public string Name => "packet";

    public int InputsPerRound => 4_000;

    public IReadOnlyList<byte[]> Seeds { get; } = [.. MakeSeeds()];

    public IReadOnlyList<byte[]> Dictionary { get; } =
    [
        [0xC0, 0x0C], [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0], [0, 0, 41, 4, 208, 0, 0, 0x80, 0, 0, 0], [0, 8, 0, 7, 0, 1, 24, 0, 192, 0, 2],
        [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8], [0, 3, 0, 0], [0, 11, 0, 0], [0, 1, 0, 1], [0, 255, 0, 1], [3, (byte)'w', (byte)'w', (byte)'w'],
        [1, (byte)'*'], [63], [0, 250, 0, 255], [0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 0],
    ];

    public int Take(ReadOnlySpan<byte> input)
    {
        // Who asks, how, and how much room there is follow from the packet: a replay is the same.
        uint choice = Fold(input);
        Transport transport = choice % 5 == 0 ? Transport.Tcp : Transport.Udp;
        int capacity = choice % 7 == 0 ? (int)(choice >> 8 & 0x3FF) : transport == Transport.Tcp ? BufferLength : UdpLengthMax;
        ClientInfo client = new(ClientAddress.FromIPv4(choice), (ushort)choice, transport, 1_700_000_000 + (choice & 0xFFFF));

        Fill(_query, input, 0x00);
        Fill(_shared, input, 0xFF);
        _response.AsSpan(0, capacity + Guard).Fill(Canary);
        AnswerResult apart = AnswerApart(input.Length, in client, capacity, out long allocated);

        FuzzFailureException.ThrowUnless(apart.Length <= capacity, "the response is longer than its buffer");
        FuzzFailureException.ThrowUnless(!_response.AsSpan(capacity, Guard).ContainsAnyExcept(Canary), "something was written behind the buffer");
        // In place, the response's room begins where the packet does; one that is longer is answered apart. Either way both count
        // their rotations alike.
        Span<byte> room = capacity >= input.Length ? _shared.AsSpan(0, capacity) : _second.AsSpan(0, capacity);
        AnswerResult inPlace = _inPlace.Answer(_shared.AsSpan(0, input.Length), in client, room);
        FuzzFailureException.ThrowUnless(inPlace == apart, "answered in place, the result is another");
        FuzzFailureException.ThrowUnless(
            room[..inPlace.Length].SequenceEqual(_response.AsSpan(0, apart.Length)),
            "the response depends on what is behind the packet, or on where it is answered");
        Verify(input, transport, in apart);
        VerifyAllocation(allocated, input, in client, capacity);
        return HashCode.Combine(apart.Disposition, apart.DropReason, apart.Kind, apart.Flags, apart.Rcode, Bucket(apart.Length), transport);
    }

    private void Verify(ReadOnlySpan<byte> input, Transport transport, in AnswerResult result)
    {
        if (result.Disposition != AnswerDisposition.Respond)
        {
            FuzzFailureException.ThrowUnless(result.Length == 0, "what is not answered has a length");
            return;
        }
        ReadOnlySpan<byte> response = _response.AsSpan(0, result.Length);
        FuzzFailureException.ThrowUnless(response.Length >= MessageHeader.Length, "the response has no header");
        FuzzFailureException.ThrowUnless(response[..2].SequenceEqual(input[..2]), "the id is another");
        FuzzFailureException.ThrowUnless((response[2] & 0x80) != 0, "QR is not set");
        FuzzFailureException.ThrowUnless(transport == Transport.Tcp || response.Length <= UdpLengthMax, "the datagram is too long");
        FuzzFailureException.ThrowUnless(Message.TryParse(response, out Message? message) == MessageParseStatus.Ok, "the response is not a message");
        FuzzFailureException.ThrowUnless(message!.Rcode == result.Rcode, "the response code is not the result's"); // Ok comes with a message.
    }

    // What the runtime sets up when a path is taken for the first time is not what the answer costs: it has to come again.
    private void VerifyAllocation(long allocated, ReadOnlySpan<byte> input, in ClientInfo client, int capacity)
    {
        if (allocated > 0)
        {
            AnswerApart(input.Length, in client, capacity, out allocated);
            // Both count their rotations alike.
            _inPlace.Answer(_query.AsSpan(0, input.Length), in client, _response.AsSpan(0, capacity));
            FuzzFailureException.ThrowUnless(allocated == 0, $"the answer takes {allocated} octets of memory");
        }
    }

    private AnswerResult AnswerApart(int length, in ClientInfo client, int capacity, out long allocated)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AnswerResult result = _apart.Answer(_query.AsSpan(0, length), in client, _response.AsSpan(0, capacity));
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return result;
    }

    private static int Bucket(int length) => length < 64 ? length / 8 : 8 + (int)Math.Log2(length);

    private static uint Fold(ReadOnlySpan<byte> input)
    {
        uint hash = 2166136261;
        foreach (byte octet in input)
        {
            hash = (hash ^ octet) * 16777619;
        }
        return hash;
    }

    private static void Fill(byte[] buffer, ReadOnlySpan<byte> input, byte behind)
    {
        input.CopyTo(buffer);
        buffer.AsSpan(input.Length, Guard).Fill(behind);
    }

    private static IEnumerable<byte[]> MakeSeeds()
    {
        string[] names =
        [
            "", "ns1.", "NS1.", "alias.", "loop1.", "dangling.", "steeredalias.", "away.", "x.wild.", "a.b.wildcname.", "ent.below.", "x.cut.",
            "cut.", "child.", "up.child.", "x.redirect.", "x.round1.", "srv.", "svcb.", "big.", "x.manyns.", "new.", "missing.", "www.", "draw.",
            "sticky.", "many.", "strict.", "dark.", "pick.", "cdn.", "api.",
        ];
        RecordType[] types = [RecordType.A, RecordType.AAAA, RecordType.MX, RecordType.TXT, RecordType.HTTPS, RecordType.ANY, RecordType.DS];
        ClientSubnet.TryScan("192.0.2.0/24", out ClientSubnet subnet);
        int index = 0;
        foreach (string name in names)
        {
            foreach (RecordType type in types)
            {
                QueryBuilder query = new($"{name}example.test.", type) { Id = 7 };
                yield return (index++ % 6) switch
                {
                    0 => query.Build(),
                    1 => (query with { UdpPayloadSize = 1232 }).Build(),
                    2 => (query with { UdpPayloadSize = 4096, IsDnssecOk = true }).Build(),
                    3 => (query with { ClientSubnet = subnet }).Build(),
                    4 => (query with { Cookie = (byte[])[1, 2, 3, 4, 5, 6, 7, 8], IsNsidRequested = true }).Build(),
                    _ => (query with { HasTcpKeepalive = true, UdpPayloadSize = 512 }).Build(),
                };
            }
        }
        yield return (new QueryBuilder("id.server.", RecordType.TXT) { Class = (RecordClass)3 }).Build();
        yield return (new QueryBuilder("version.bind.", RecordType.TXT) { Class = (RecordClass)3 }).Build();
        yield return (new QueryBuilder("example.test.", RecordType.SOA) { Opcode = Opcode.Notify }).Build();
        yield return (new QueryBuilder("example.test.", RecordType.SOA) { Opcode = Opcode.Update }).Build();
        yield return (new QueryBuilder("example.test.", RecordType.AXFR)).Build();
    }
}
