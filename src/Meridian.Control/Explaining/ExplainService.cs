using System.Net;
using Meridian.Control.Http;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Explaining;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Evidence;

namespace Meridian.Control.Explaining;

/// <summary>Explains a query: builds it as it came, answers it through the seam, and puts what happened into words.</summary>
/// <param name="dataPlane">What answers.</param>
/// <param name="limits">The limits of the server that is explained.</param>
/// <param name="evidence">What is known of a member's health; null for members that nothing checks.</param>
/// <param name="time">For queries that state no time.</param>
public sealed class ExplainService(
    DataPlane dataPlane, AnswerLimits limits, Func<MemberKey, MemberHealthReport?> evidence, TimeProvider time)
{
    private const int MaxMessageLength = ushort.MaxValue;

    /// <summary>Explains one query; a problem with the request is said in the reply.</summary>
    public ExplainReply Explain(ExplainRequest request)
    {
        if (!RecordTypes.TryParse(request.Type, out RecordType type))
        {
            return ExplainReply.Refused($"type '{request.Type}' is not a record type; write a mnemonic such as AAAA, or TYPE65");
        }
        DomainNameError nameError = DomainName.TryParse(request.Name, DomainName.Root, out DomainName? name);
        if (name is null)
        {
            return ExplainReply.Refused($"name '{request.Name}': {nameError.Describe()}");
        }
        DateTimeOffset at = request.Time ?? time.GetUtcNow();
        bool hasSubnet = request is { Client: not null, ClientPrefixLength: not null };
        IPAddress source = (hasSubnet ? request.Resolver : request.Client ?? request.Resolver) ?? IPAddress.Loopback;
        ClientInfo client = new(
            ClientAddress.FromIPAddress(source), request.Port ?? 0, Transport.Udp, at.ToUnixTimeSeconds());
        byte[] query = new QueryBuilder(request.Name, type)
        {
            Id = request.MessageId ?? 0,
            UdpPayloadSize = (ushort)limits.UdpPayloadSize,
            ClientSubnet = hasSubnet ? SubnetOf(request.Client!, request.ClientPrefixLength ?? 0) : null,
        }.Build();
        byte[] response = new byte[MaxMessageLength];
        DecisionReport? report = DecisionExplainer.Explain(dataPlane, limits, query, client, response);
        if (report is null)
        {
            return ExplainReply.Refused("no configuration has been published yet, so there is nothing to explain");
        }
        Message.TryParse(response.AsSpan(0, report.Result.Length), out Message? answer);
        Explanation explanation = new(name, type, client, at, hasSubnet, request, report, answer);
        ExplanationEvidence attached = new(evidence, time.GetUtcNow());
        return ExplainReply.Explained(ExplanationJson.Write(explanation, attached), ExplanationText.Write(explanation, attached));
    }

    private static ClientSubnet SubnetOf(IPAddress address, int prefixLength)
    {
        ClientAddress network = ClientAddress.FromIPAddress(address).Mask(prefixLength);
        return network.IsIPv4
            ? new ClientSubnet(1, (byte)prefixLength, 0, (ulong)network.IPv4 << 32, 0)
            : new ClientSubnet(2, (byte)prefixLength, 0, network.High, network.Low);
    }
}

/// <summary>Everything an explanation shows.</summary>
/// <param name="Name">QNAME.</param>
/// <param name="Type">QTYPE.</param>
/// <param name="Client">The source of the query, its port and its time.</param>
/// <param name="At">The time that the query is taken to have come.</param>
/// <param name="HasSubnet">Whether the query carries a client subnet.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Report">What the answering code did.</param>
/// <param name="Answer">The answer itself.</param>
internal sealed record Explanation(
    DomainName Name,
    RecordType Type,
    ClientInfo Client,
    DateTimeOffset At,
    bool HasSubnet,
    ExplainRequest Request,
    DecisionReport Report,
    Message? Answer)
{
    /// <summary>The answer's records by section, in zone-file form.</summary>
    public IEnumerable<(string Section, string Record)> Records => Answer is null
        ? []
        : Section("answer", Answer.Answer).Concat(Section("authority", Answer.Authority)).Concat(Section("additional", Answer.Additional));

    /// <summary>The scope of the client subnet option in the answer, or null without one.</summary>
    public int? Scope => Answer?.Edns?.ClientSubnet?.ScopePrefixLength;

    private static IEnumerable<(string Section, string Record)> Section(string name, IEnumerable<MessageRecord> records) => records.Select(
        record => (name, $"{record.Owner} {record.TtlSeconds} IN {record.Type.ToMnemonic()} {RdataText.Format(record.Type, record.Rdata.Span)}"));
}
