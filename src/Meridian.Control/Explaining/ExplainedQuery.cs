using System.Net;
using Meridian.Control.Http;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;

namespace Meridian.Control.Explaining;

/// <summary>The query that is explained: put together from its parts, as it was captured, or as an id of a decision names it.</summary>
internal sealed record ExplainedQuery
{
    public required DomainName Name { get; init; }

    public required RecordType Type { get; init; }

    /// <summary>The source of the query, its port and its time.</summary>
    public required ClientInfo Client { get; init; }

    public required ushort MessageId { get; init; }

    /// <summary>The client subnet option, as text; null without one.</summary>
    public required string? Subnet { get; init; }

    /// <summary>The query on the wire.</summary>
    public required byte[] Message { get; init; }

    /// <summary>The state that answered, as an id of a decision names it; null where no id does.</summary>
    public required long? Stamp { get; init; }

    /// <summary>When it was answered, in milliseconds since 1970; null for now.</summary>
    public long? Moment { get; init; }

    /// <summary>When the query came.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeSeconds(Client.UnixSeconds);

    /// <summary>The query of a request; null with the reason when it describes none.</summary>
    public static ExplainedQuery? From(ExplainRequest request, AnswerLimits limits, DateTimeOffset now, out string? problem)
    {
        if (request.DecisionId is { } id)
        {
            return FromDecision(id, request.Name, out problem);
        }
        DateTimeOffset at = request.Time ?? request.At ?? now;
        bool hasSubnet = request is { Client: not null, ClientPrefixLength: not null };
        IPAddress source = (hasSubnet ? request.Resolver : request.Client ?? request.Resolver) ?? IPAddress.Loopback;
        ClientInfo client = new(ClientAddress.FromIPAddress(source), request.Port ?? 0, request.IsTcp ? Transport.Tcp : Transport.Udp, at.ToUnixTimeSeconds());
        long? moment = request.At?.ToUnixTimeMilliseconds();
        if (request.Query is { } captured)
        {
            return FromMessage(captured, client, moment, out problem);
        }
        if (!RecordTypes.TryParse(request.Type, out RecordType type))
        {
            problem = $"type '{request.Type}' is not a record type; write a mnemonic such as AAAA, or TYPE65";
            return null;
        }
        DomainNameError error = DomainName.TryParse(request.Name, DomainName.Root, out DomainName? name);
        if (name is null)
        {
            problem = $"name '{request.Name}': {error.Describe()}";
            return null;
        }
        QueryBuilder query = new(request.Name, type)
        {
            Id = request.MessageId ?? 0,
            UdpPayloadSize = (ushort)limits.UdpPayloadSize,
            ClientSubnet = hasSubnet ? SubnetOf(request.Client!, request.ClientPrefixLength ?? 0) : null, // Looked at by hasSubnet.
        };
        problem = null;
        return new ExplainedQuery
        {
            Name = name,
            Type = type,
            Client = client,
            MessageId = query.Id,
            Subnet = hasSubnet ? $"{request.Client}/{request.ClientPrefixLength}" : null,
            Message = query.Build(),
            Stamp = null,
            Moment = moment,
        };
    }

    private static ExplainedQuery? FromDecision(string text, string name, out string? problem)
    {
        if (!DecisionId.TryParse(text, out DecisionId? id))
        {
            problem = $"'{text}' is not the id of a decision, or has a character wrong";
            return null;
        }
        DomainNameError error = DomainNameError.None;
        DomainName? asked = id.Name;
        if (asked is null && name.Length > 0)
        {
            error = DomainName.TryParse(name, DomainName.Root, out asked);
        }
        if (asked is null)
        {
            problem = error == DomainNameError.None ? "the name was too long for the id: give it beside the id" : $"name '{name}': {error.Describe()}";
            return null;
        }
        problem = null;
        return new ExplainedQuery
        {
            Name = asked,
            Type = id.Type,
            Client = id.Client,
            MessageId = id.Query.Id,
            Subnet = TextOf(id.Query.ClientSubnet),
            Message = id.ToQuery(asked.ToString()),
            Stamp = id.Stamp,
        };
    }

    private static ExplainedQuery? FromMessage(byte[] octets, ClientInfo client, long? moment, out string? problem)
    {
        if (Meridian.Dns.Messages.Message.TryParse(octets, out Message? message) != MessageParseStatus.Ok || message is not { Questions.Length: 1 }
            || DomainName.TryFromWire(message.Questions[0].NameWire.Span, out DomainName? name) != DomainNameError.None)
        {
            problem = "the captured message is not a query with one question";
            return null;
        }
        problem = null;
        return new ExplainedQuery
        {
            Name = name!, // None comes with a name.
            Type = message.Questions[0].Type,
            Client = client,
            MessageId = message.Header.Id,
            Subnet = TextOf(message.Edns?.ClientSubnet),
            Message = octets,
            Stamp = null,
            Moment = moment,
        };
    }

    // Without the scope, which is 0 in a query.
    private static string? TextOf(ClientSubnet? subnet) =>
        subnet?.ToString() is { } text ? text[..text.LastIndexOf('/')] : null;

    private static ClientSubnet SubnetOf(IPAddress address, int prefixLength)
    {
        ClientAddress network = ClientAddress.FromIPAddress(address).Mask(prefixLength);
        return network.IsIPv4
            ? new ClientSubnet(1, (byte)prefixLength, 0, (ulong)network.IPv4 << 32, 0)
            : new ClientSubnet(2, (byte)prefixLength, 0, network.High, network.Low);
    }
}
