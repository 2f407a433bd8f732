using System.Buffers.Binary;
using System.Collections.Immutable;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Observing;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Observing;

/// <summary>
/// Asks a data plane, through the seam that answers on the wire, what an asker would get: so many draws, each with another id
/// and port. Two probes ask the same draws: what differs between two of them is the data planes' doing. Not for several threads.
/// </summary>
/// <param name="dataPlane">One that does not change meanwhile (<see cref="DataPlane.Suppose"/>).</param>
/// <param name="unixSeconds">When it is asked.</param>
internal sealed class AnswerProbe(DataPlane dataPlane, long unixSeconds)
{
    private const ushort UdpPayloadSize = 1232;
    private const ushort IPv4Family = 1; // IANA Address Family Numbers.
    private const ushort IPv6Family = 2;
    private const int HeaderLength = 12;

    // Odd and coprime to what they are taken modulo, so that draws repeat late.
    private const int IdStep = 40_503;
    private const int PortStep = 7_919;
    private const int PortMin = 1024;
    private const int PortCount = 64_512;

    private readonly QueryAnswerer _answerer = new(dataPlane, new AnswerLimits());
    private readonly byte[] _response = new byte[ushort.MaxValue];
    private readonly Dictionary<ulong, ProbedAnswer> _seen = [];

    public DataPlaneSnapshot? Snapshot => dataPlane.Snapshot;

    /// <summary>What an asker gets in each of some draws.</summary>
    public ProbedAnswer[] Ask(ObservedName name, in Asker asker, int draws)
    {
        byte[] query = new QueryBuilder(name.Owner.ToString(), asker.Type)
        {
            UdpPayloadSize = UdpPayloadSize,
            Flags = MessageFlags.None,
            ClientSubnet = asker.SubnetLength > 0 ? SubnetOf(asker.Subnet, asker.SubnetLength) : null,
        }.Build();
        int questionEnd = HeaderLength + name.Owner.Wire.Length + (2 * sizeof(ushort));
        ProbedAnswer[] answers = new ProbedAnswer[draws];
        for (int draw = 0; draw < draws; draw++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)(draw * IdStep));
            // By TCP: never cut short, and no limiter stands in the way.
            ClientInfo client = new(asker.Resolver, (ushort)(PortMin + (draw * PortStep % PortCount)), Transport.Tcp, unixSeconds);
            AnswerResult result = _answerer.Answer(query, in client, _response);
            answers[draw] = Read(in result, questionEnd, asker.Type);
        }
        return answers;
    }

    private static ClientSubnet SubnetOf(ClientAddress address, byte length) => address.IsIPv4
        ? new ClientSubnet(IPv4Family, length, 0, (ulong)address.IPv4 << 32, 0)
        : new ClientSubnet(IPv6Family, length, 0, address.High, address.Low);

    private ProbedAnswer Read(in AnswerResult result, int questionEnd, RecordType type)
    {
        if (result.Disposition != AnswerDisposition.Respond || result.Kind is not (AnswerKind.Positive or AnswerKind.CnameChain))
        {
            return ProbedAnswer.Nothing;
        }
        ReadOnlySpan<byte> records = _response.AsSpan(questionEnd, result.Length - questionEnd);
        HashCode hash = default;
        hash.AddBytes(records);
        ulong key = ((ulong)(uint)hash.ToHashCode() << 16) | result.Length;
        if (!_seen.TryGetValue(key, out ProbedAnswer? answer))
        {
            answer = Parse(_response.AsSpan(0, result.Length), records, type);
            _seen.Add(key, answer);
        }
        return answer;
    }

    private static ProbedAnswer Parse(ReadOnlySpan<byte> response, ReadOnlySpan<byte> records, RecordType type)
    {
        if (Message.TryParse(response, out Message? parsed) != MessageParseStatus.Ok || parsed is not { } message)
        {
            return ProbedAnswer.Nothing;
        }
        ImmutableArray<MessageRecord> data = [.. message.Answer.Where(record => record.Type == type)];
        if (data.IsEmpty)
        {
            // An alias that leads out of what is served here: clients go to its last name.
            data = [.. message.Answer.Where(record => record.Type == RecordType.CNAME).TakeLast(1)];
        }
        uint identity = AnswerIdentity.Read(records, out int ttl);
        return data.IsEmpty ? ProbedAnswer.Nothing : new ProbedAnswer(
            [.. data.Select(record => RdataText.Format(record.Type, record.Rdata.Span)).Order(StringComparer.Ordinal)], identity, ttl);
    }
}

/// <summary>An answer of a probe.</summary>
/// <param name="Targets">Addresses or names in order; empty when clients get nothing.</param>
/// <param name="Identity">As <see cref="AnswerIdentity"/> has it.</param>
/// <param name="Ttl">In seconds.</param>
internal sealed record ProbedAnswer(ImmutableArray<string> Targets, uint Identity, int Ttl)
{
    public static ProbedAnswer Nothing { get; } = new([], 0, 0);

    /// <summary>Equal for answers that send clients to the same places.</summary>
    public string Key { get; } = string.Join(' ', Targets);
}
