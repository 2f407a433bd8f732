using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Meridian.Control.Route53.Names;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Answering;
using Meridian.Engine.Model;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// What a client would be answered now. The question goes through the seam that answers on the wire, with an id and a port
/// drawn as a resolver draws them: what is steered by chance comes out by chance here too.
/// </summary>
internal sealed class AnswerOperations(Route53Services services)
{
    private const int IPv4Bits = 32;
    private const int IPv6Bits = 128;

    // The service's defaults: a network of 256 addresses, or one of IPv6 that a site has.
    private const int DefaultIPv4Mask = 24;
    private const int DefaultIPv6Mask = 64;

    public IEnumerable<Route53Route> Routes => [Route53Route.Read("testdnsanswer", "TestDNSAnswer", TestAsync)];

    private async Task<Route53Reply> TestAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        HostedZone zone = state.RequireZone(Require(request, "hostedzoneid"));
        request.CheckScope(zone);
        string typeText = Require(request, "recordtype");
        if (!Route53Rdata.Types.Contains(typeText) || !RecordTypes.TryParse(typeText, out RecordType type))
        {
            throw Route53Error.Constraint(typeText, "recordType", $"Member must satisfy enum value set: [{string.Join(", ", Route53Rdata.Types)}]").ToException();
        }
        if (!Route53Name.TryParse(Require(request, "recordname"), out DomainName name, out string problem))
        {
            throw Route53Error.InvalidInput(problem).ToException();
        }
        if (!name.IsSubdomainOf(zone.Apex))
        {
            throw Route53Error.InvalidInput($"The name {Route53Name.Format(name)} is not in the hosted zone {zone.Name}").ToException();
        }
        ClientAddress source = Source(request, zone, name);
        CheckSeen(request, name, source);
        (Message answer, Transport transport) = Ask(name, type, source, Subnet(request));
        foreach (MessageRecord alias in answer.Answer.Where(record => record.Type == RecordType.CNAME))
        {
            // The whole RDATA is one name; the answer is this server's own.
            if (DomainName.TryFromWire(alias.Rdata.Span, out DomainName? target) == DomainNameError.None)
            {
                CheckSeen(request, target!, source);
            }
        }
        string? server = zone.SetsOf(zone.Apex, state).Sets.FirstOrDefault(set => set.Type == RecordType.NS)?.Values.FirstOrDefault();
        ImmutableArray<string> data =
            [.. answer.Answer.Where(record => record.Type == type).Select(record => Route53Rdata.ToApi(type, RdataText.Format(type, record.Rdata.Span), zone.Apex))];
        return Route53Reply.Ok("TestDNSAnswerResponse", xml =>
        {
            xml.Text("Nameserver", server?.TrimEnd('.') ?? "");
            xml.Text("RecordName", Route53Name.Format(name));
            xml.Text("RecordType", typeText);
            xml.Texts("RecordData", "RecordDataEntry", data);
            xml.Text("ResponseCode", answer.Rcode.ToString().ToUpperInvariant());
            xml.Text("Protocol", transport == Transport.Tcp ? "TCP" : "UDP");
        });
    }

    /// <summary>
    /// Refuses what would be answered from a private zone that the key is not for: any resolver's address may be given, and a
    /// name of one's own may lead to any other.
    /// </summary>
    private void CheckSeen(Route53Request request, DomainName name, ClientAddress source)
    {
        if (services.DataPlane().Snapshot is { } snapshot && snapshot.FindZoneOf(name, source) is { } key && snapshot.Model.Zones[key].IsPrivate)
        {
            request.CheckScope(key.Apex.ToString());
        }
    }

    /// <summary>Asks by UDP, and by TCP what does not fit into a datagram, as a resolver does.</summary>
    private (Message Answer, Transport Transport) Ask(DomainName name, RecordType type, ClientAddress source, ClientSubnet? subnet)
    {
        AnswerLimits limits = new();
        Span<byte> drawn = stackalloc byte[2 * sizeof(ushort)];
        services.Random(drawn);
        byte[] query = new QueryBuilder(name.ToString(), type)
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(drawn),
            Flags = MessageFlags.None,
            UdpPayloadSize = (ushort)limits.UdpPayloadSize,
            ClientSubnet = subnet,
        }.Build();
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(drawn[sizeof(ushort)..]);
        DataPlane dataPlane = services.DataPlane();
        byte[] response = new byte[ushort.MaxValue];
        foreach (Transport transport in (ReadOnlySpan<Transport>)[Transport.Udp, Transport.Tcp])
        {
            // An answerer of its own: nobody's rate is counted, and no worker's rotation turns.
            ClientInfo client = new(source, port, transport, services.Time.GetUtcNow().ToUnixTimeSeconds());
            AnswerResult result = new QueryAnswerer(dataPlane, limits).Answer(query, in client, response);
            if (result.Disposition == AnswerDisposition.Respond && Message.TryParse(response.AsSpan(0, result.Length), out Message? answer) == MessageParseStatus.Ok
                && answer is not null && !answer.Header.Flags.HasFlag(MessageFlags.Truncated))
            {
                return (answer, transport);
            }
        }
        throw new Route53Error(500, "InternalFailure", "The server gives no answer to this question.").ToException();
    }

    /// <summary>The resolver that is said to ask; without one this host, or, where that does not see the zone, the first address that does.</summary>
    /// <remarks>Also for a public zone: this host may be in a view with a private one of the same name.</remarks>
    private ClientAddress Source(Route53Request request, HostedZone zone, DomainName name)
    {
        if (request.Query("resolverip") is { } text)
        {
            return ClientAddress.FromIPAddress(ReadAddress(text, "resolverIP"));
        }
        ClientAddress? seeing = services.DataPlane().Snapshot is { } snapshot && snapshot.Model.Zones.TryGetValue(zone.Key, out ZoneModel? served)
            ? snapshot.SourceThatSees(served, name) ?? snapshot.SourceThatSees(served, zone.Apex)
            : null;
        return seeing ?? ClientAddress.FromIPAddress(IPAddress.Loopback);
    }

    private static ClientSubnet? Subnet(Route53Request request)
    {
        string? maskText = request.Query("edns0clientsubnetmask");
        if (request.Query("edns0clientsubnetip") is not { } text)
        {
            return maskText is null ? null : throw Route53Error.InvalidInput("EDNS0ClientSubnetMask needs EDNS0ClientSubnetIP.").ToException();
        }
        IPAddress address = ReadAddress(text, "edns0ClientSubnetIP");
        bool isIPv4 = address.AddressFamily == AddressFamily.InterNetwork;
        int most = isIPv4 ? IPv4Bits : IPv6Bits;
        int mask = isIPv4 ? DefaultIPv4Mask : DefaultIPv6Mask;
        if (maskText is not null && (!int.TryParse(maskText, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out mask) || mask > most))
        {
            throw Route53Error.InvalidInput($"EDNS0ClientSubnetMask is 0 to {most} for an address like {address}; it is '{maskText}'.").ToException();
        }
        ClientAddress network = ClientAddress.FromIPAddress(address).Mask(mask);
        // RFC 7871 §6: the family is one of IANA's Address Family Numbers.
        return network.IsIPv4
            ? new ClientSubnet(1, (byte)mask, 0, (ulong)network.IPv4 << 32, 0)
            : new ClientSubnet(2, (byte)mask, 0, network.High, network.Low);
    }

    private static IPAddress ReadAddress(string text, string member) => IPAddress.TryParse(text, out IPAddress? address)
        ? address
        : throw Route53Error.Constraint(text, member, "Member must be an IPv4 or IPv6 address").ToException();

    private static string Require(Route53Request request, string name) =>
        request.Query(name) ?? throw Route53Error.InvalidInput($"The parameter {name} is missing.").ToException();
}
