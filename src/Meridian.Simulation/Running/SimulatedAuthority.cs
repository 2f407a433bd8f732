using System.Buffers.Binary;
using System.Collections.Immutable;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Snapshot;
using Meridian.Simulation.Population;

namespace Meridian.Simulation.Running;

/// <summary>
/// The server as a resolver sees it: every question goes through <see cref="QueryAnswerer.Answer(ReadOnlySpan{byte}, in ClientInfo, Span{byte})"/>,
/// the seam that answers on the wire. One per worker, as the seam is.
/// </summary>
internal sealed class SimulatedAuthority
{
    private const int HeaderLength = 12;
    private const int RecordFixedLength = 10;
    private const int QuestionFixedLength = 4;
    private const int SubnetLength = 24;
    private const ushort IPv4Family = 1; // IANA Address Family Numbers.

    private readonly QueryAnswerer _answerer;
    private readonly AnswerCatalog _catalog;
    private readonly RecordType _type;
    private readonly double _failureLifetime;
    private readonly byte[] _plain;
    private readonly byte[] _withSubnet;
    private readonly byte[] _response = new byte[ushort.MaxValue];
    private readonly Dictionary<ulong, int> _seen = [];
    private readonly int _questionEnd;
    private readonly int _none;

    public SimulatedAuthority(DataPlane dataPlane, AnswerLimits limits, AnswerCatalog catalog, DomainName name, RecordType type, double failureLifetime)
    {
        _answerer = new QueryAnswerer(dataPlane, limits);
        _catalog = catalog;
        _type = type;
        _failureLifetime = failureLifetime;
        QueryBuilder query = new(name.ToString(), type) { UdpPayloadSize = 1232, Flags = MessageFlags.None };
        _plain = query.Build();
        _withSubnet = (query with { ClientSubnet = new ClientSubnet(IPv4Family, SubnetLength, 0, 0, 0) }).Build();
        _questionEnd = HeaderLength + name.Wire.Length + QuestionFixedLength;
        _none = catalog.NumberOf([]);
    }

    /// <summary>Asks.</summary>
    /// <param name="entry">Who asks.</param>
    /// <param name="unixSeconds">When.</param>
    /// <param name="random">For the query's port and id.</param>
    public AnswerSeen Ask(ref readonly CacheEntry entry, long unixSeconds, ref Randomness random)
    {
        byte[] query = entry.SubnetLength == 0 ? _plain : _withSubnet;
        ulong bits = random.Next();
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)bits);
        if (entry.SubnetLength != 0)
        {
            // The option is the last thing of the message, and the three octets of a /24 are the last of the option.
            query[^3] = (byte)(entry.Subnet >> 24);
            query[^2] = (byte)(entry.Subnet >> 16);
            query[^1] = (byte)(entry.Subnet >> 8);
        }
        ClientInfo client = new(entry.Resolver, (ushort)(1024 + (bits >> 16) % 64512), Transport.Udp, unixSeconds);
        AnswerResult result = _answerer.Answer(query, in client, _response);
        if ((result.Flags & AnswerFlags.Truncated) != 0)
        {
            result = _answerer.Answer(query, client with { Transport = Transport.Tcp }, _response);
        }
        return Read(in result);
    }

    /// <summary>The scope that the last answer came with, within 32 bits; 0 when it had none.</summary>
    public int ScopeOfLast(int length) =>
        Message.TryParse(_response.AsSpan(0, length), out Message? message) == MessageParseStatus.Ok
            ? message!.Edns?.ClientSubnet?.ScopePrefixLength ?? 0 // Parsed without a fault.
            : 0;

    private AnswerSeen Read(in AnswerResult result)
    {
        ReadOnlySpan<byte> response = _response.AsSpan(0, result.Length);
        if (result.Disposition != AnswerDisposition.Respond || result.Rcode is not (Rcode.NoError or Rcode.NXDomain))
        {
            return new AnswerSeen(_none, _failureLifetime, result.Length);
        }
        int answers = BinaryPrimitives.ReadUInt16BigEndian(response[6..]);
        int at = _questionEnd;
        ulong hash = 0;
        uint ttl = uint.MaxValue;
        for (int i = 0; i < answers; i++)
        {
            at = SkipName(response, at);
            int length = BinaryPrimitives.ReadUInt16BigEndian(response[(at + 8)..]);
            ttl = Math.Min(ttl, BinaryPrimitives.ReadUInt32BigEndian(response[(at + 4)..]));
            // Order-free: a set of addresses is the same answer however it is rotated.
            hash += HashOf(response.Slice(at, 2), response.Slice(at + RecordFixedLength, length));
            at += RecordFixedLength + length;
        }
        if (answers == 0 || !_seen.TryGetValue(hash, out int number))
        {
            return ReadSlowly(response, hash, answers);
        }
        return new AnswerSeen(number, ttl, result.Length);
    }

    private AnswerSeen ReadSlowly(ReadOnlySpan<byte> response, ulong hash, int answers)
    {
        if (Message.TryParse(response, out Message? parsed) != MessageParseStatus.Ok || parsed is not { } message)
        {
            return new AnswerSeen(_none, _failureLifetime, response.Length);
        }
        ImmutableArray<string> targets = [.. message.Answer.Where(record => record.Type == _type).Select(TextOf)];
        if (targets.IsEmpty)
        {
            // An alias that leads out of what is served here: clients are sent to its last name.
            targets = [.. message.Answer.Where(record => record.Type == RecordType.CNAME).TakeLast(1).Select(TextOf)];
        }
        if (targets.IsEmpty)
        {
            MessageRecord? soa = message.Authority.FirstOrDefault(record => record.Type == RecordType.SOA);
            // RFC 2308 §5: the smaller of the SOA's TTL and its MINIMUM, its last four octets.
            double negative = soa is null
                ? _failureLifetime
                : Math.Min(soa.TtlSeconds, BinaryPrimitives.ReadUInt32BigEndian(soa.Rdata.Span[^4..]));
            return new AnswerSeen(_none, negative, response.Length);
        }
        int number = _catalog.NumberOf(targets);
        if (answers > 0)
        {
            _seen[hash] = number;
        }
        return new AnswerSeen(number, message.Answer.Min(record => record.TtlSeconds), response.Length);
    }

    private static string TextOf(MessageRecord record) => RdataText.Format(record.Type, record.Rdata.Span);

    private static int SkipName(ReadOnlySpan<byte> message, int at)
    {
        // Our own answer: well formed, so the walk ends.
        while (true)
        {
            byte length = message[at];
            if (length >= 0xC0)
            {
                return at + 2;
            }
            at += length + 1;
            if (length == 0)
            {
                return at;
            }
        }
    }

    private static ulong HashOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> rdata)
    {
        ulong hash = 0xCBF29CE484222325 ^ BinaryPrimitives.ReadUInt16BigEndian(type);
        foreach (byte octet in rdata)
        {
            hash = (hash ^ octet) * 0x100000001B3;
        }
        return new Randomness(hash).Next();
    }
}

/// <summary>What a resolver got.</summary>
/// <param name="Answer">Its number in the catalog.</param>
/// <param name="Lifetime">How long it may be kept, in seconds.</param>
/// <param name="Length">Octets of the response.</param>
internal readonly record struct AnswerSeen(int Answer, double Lifetime, int Length);
