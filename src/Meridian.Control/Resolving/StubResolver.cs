using System.Collections.Immutable;
using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>
/// Looks up addresses through recursive resolvers: over UDP, over TCP for what is truncated and for the last attempt. Follows
/// chains of CNAME records that a response leaves unfinished.
/// </summary>
/// <param name="exchange">The network.</param>
/// <param name="fill">Gives random octets, for ids and the case of names.</param>
/// <param name="time">For deadlines.</param>
public sealed class StubResolver(IDnsExchange exchange, Action<byte[]> fill, TimeProvider time)
{
    /// <summary>Looks up the addresses of one family.</summary>
    /// <param name="name">Whose, and for which clients.</param>
    /// <param name="type">A or AAAA.</param>
    /// <param name="settings">Timeouts and limits.</param>
    /// <param name="servers">Whom to ask, in order.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    public async Task<Lookup> ResolveAsync(
        OutsideName name, RecordType type, ResolversModel settings, ImmutableArray<IPEndPoint> servers, CancellationToken cancellationToken)
    {
        if (servers.IsEmpty)
        {
            return Lookup.Failed("there is no resolver to ask: name one under resolvers.servers");
        }
        ImmutableArray<DomainName> chain = [];
        uint ttl = uint.MaxValue;
        DomainName at = name.Name;
        while (true)
        {
            (ResponseMeaning meaning, IPEndPoint? server) = await AskAsync(
                at, type, name.ClientSubnet, settings, servers, settings.ChainLength - chain.Length, cancellationToken);
            chain = chain.AddRange(meaning.Chain);
            ttl = Math.Min(ttl, meaning.TtlSeconds);
            if (meaning.State != ResolutionState.Unknown)
            {
                return new Lookup
                {
                    State = meaning.State,
                    Addresses = meaning.Addresses,
                    TtlSeconds = ttl,
                    Chain = chain,
                    Server = server,
                    Problem = meaning.Problem,
                };
            }
            // Unknown is the state of a chain, which has an end, and is a link longer each time.
            at = chain[^1];
        }
    }

    /// <summary>Asks the resolvers in turn until one says something.</summary>
    private async Task<(ResponseMeaning Meaning, IPEndPoint? Server)> AskAsync(
        DomainName name,
        RecordType type,
        IPNetwork? subnet,
        ResolversModel settings,
        ImmutableArray<IPEndPoint> servers,
        int linksLeft,
        CancellationToken cancellationToken)
    {
        List<string> problems = [];
        HashSet<IPEndPoint> withoutEdns = [];
        for (int attempt = 0; attempt < settings.Attempts; attempt++)
        {
            IPEndPoint server = servers[attempt % servers.Length];
            // The last over TCP: it gets through what loses datagrams, and past a resolver that changes the case of names.
            bool isTcp = settings.Attempts > 1 && attempt == settings.Attempts - 1;
            StubQuery query = StubQuery.Create(name, type, subnet, !withoutEdns.Contains(server), fill);
            (Message? message, string problem) = await AskOnceAsync(query, server, isTcp, settings.Timeout, cancellationToken);
            if (message?.Rcode is Rcode.FormErr or Rcode.NotImp or Rcode.BadVers && withoutEdns.Add(server))
            {
                // RFC 6891 §7: a server that does not know EDNS says so. That was an answer, and no attempt that failed.
                query = StubQuery.Create(name, type, subnet, hasEdns: false, fill);
                (message, problem) = await AskOnceAsync(query, server, isTcp, settings.Timeout, cancellationToken);
            }
            ResponseMeaning meaning = message is null
                ? ResponseMeaning.Failed(problem)
                : ResponseReading.Read(message, name, type, linksLeft);
            if (meaning.State != ResolutionState.Failed)
            {
                return (meaning, server);
            }
            string said = $"{server}{(isTcp ? " over TCP" : "")}: {meaning.Problem}";
            if (!problems.Contains(said))
            {
                problems.Add(said);
            }
        }
        return (ResponseMeaning.Failed(string.Join("; ", problems)), null);
    }

    private async Task<(Message? Message, string Problem)> AskOnceAsync(
        StubQuery query, IPEndPoint server, bool isTcp, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(timeout, time);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DnsExchangeResult result = await exchange.ExchangeAsync(
            query.Wire, server, isTcp, isTcp ? query.IsAnsweredOverTcpBy : query.IsAnsweredBy, deadline.Token);
        if (result.Response is { } first && !isTcp && IsTruncated(first))
        {
            // RFC 7766 §5: TCP, of the same resolver and within the same time.
            result = await exchange.ExchangeAsync(query.Wire, server, isTcp: true, query.IsAnsweredOverTcpBy, deadline.Token);
        }
        cancellationToken.ThrowIfCancellationRequested();
        if (result.Response is not { } response)
        {
            return (null, result.Problem);
        }
        return Message.TryParse(response, out Message? message) == MessageParseStatus.Ok
            ? (message, "")
            : (null, "its answer cannot be read");
    }

    private static bool IsTruncated(byte[] response) =>
        MessageHeader.TryParse(response, out MessageHeader header) && (header.Flags & MessageFlags.Truncated) != 0;
}
