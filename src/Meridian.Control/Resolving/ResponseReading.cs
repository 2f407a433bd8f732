using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Meridian.Dns;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>Reads out of a resolver's response what it says about one name and type: addresses at the end of a chain, or none.</summary>
internal static class ResponseReading
{
    /// <summary>Reads a response to a query for a name.</summary>
    /// <param name="message">The response; its id and question have been checked.</param>
    /// <param name="name">Where to begin.</param>
    /// <param name="type">A or AAAA.</param>
    /// <param name="linksLeft">CNAME records that may be followed.</param>
    public static ResponseMeaning Read(Message message, DomainName name, RecordType type, int linksLeft)
    {
        if (message.Answer.Length + message.Authority.Length > ResolvingLimits.MaxRecords)
        {
            return ResponseMeaning.Failed($"its answer has more than {ResolvingLimits.MaxRecords} records");
        }
        if (message.Rcode is not (Rcode.NoError or Rcode.NXDomain))
        {
            return ResponseMeaning.Failed($"it says {message.Rcode.ToString().ToUpperInvariant()}");
        }
        ImmutableArray<DomainName>.Builder chain = ImmutableArray.CreateBuilder<DomainName>();
        uint ttl = uint.MaxValue;
        DomainName at = name;
        while (true)
        {
            MessageRecord[] addresses = [.. Records(message.Answer, at, type)];
            if (addresses.Length > 0)
            {
                return new ResponseMeaning(ResolutionState.Found)
                {
                    Addresses = AddressesOf(addresses),
                    TtlSeconds = Math.Min(ttl, addresses.Min(TtlOf)),
                    Chain = chain.ToImmutable(),
                };
            }
            if (Records(message.Answer, at, RecordType.CNAME).FirstOrDefault() is not { } link)
            {
                return ReadEnd(message, at, type, ttl, chain.ToImmutable());
            }
            if (chain.Count == linksLeft || DomainName.TryFromWire(link.Rdata.Span, out DomainName? target) != DomainNameError.None)
            {
                return ResponseMeaning.Failed($"the chain of CNAME records is too long, or leads back to itself: {Describe(name, chain)}");
            }
            at = target!; // None comes with a name.
            chain.Add(at);
            ttl = Math.Min(ttl, TtlOf(link));
        }
    }

    private static string Describe(DomainName name, IEnumerable<DomainName> chain) => string.Join(" → ", chain.Prepend(name));

    /// <summary>Where the chain ends without addresses: no such name, no such data, or to be asked on from there.</summary>
    private static ResponseMeaning ReadEnd(Message message, DomainName at, RecordType type, uint ttl, ImmutableArray<DomainName> chain)
    {
        MessageRecord? soa = message.Authority.FirstOrDefault(record => record.Type == RecordType.SOA && record.Class == RecordClass.IN && at.IsSubdomainOf(record.Owner));
        if (message.Rcode == Rcode.NXDomain || soa is not null)
        {
            // RFC 2308 §5: the lesser of the SOA's TTL and its last field. Without a SOA nothing says how long, so it is asked again soon.
            uint negative = soa is null ? 0 : Math.Min(TtlOf(soa), BinaryPrimitives.ReadUInt32BigEndian(soa.Rdata.Span[^sizeof(uint)..]));
            return new ResponseMeaning(message.Rcode == Rcode.NXDomain ? ResolutionState.NxDomain : ResolutionState.NoData)
            {
                TtlSeconds = Math.Min(ttl, negative),
                Chain = chain,
            };
        }
        if (!chain.IsEmpty)
        {
            return new ResponseMeaning(ResolutionState.Unknown) { TtlSeconds = ttl, Chain = chain };
        }
        bool isRecursive = (message.Header.Flags & MessageFlags.RecursionAvailable) != 0;
        bool isAuthoritative = (message.Header.Flags & MessageFlags.AuthoritativeAnswer) != 0;
        return isRecursive || isAuthoritative
            ? new ResponseMeaning(ResolutionState.NoData)
            : ResponseMeaning.Failed($"it knows nothing of {at} {type.ToMnemonic()} and does not ask for others: it is no recursive resolver");
    }

    private static IEnumerable<MessageRecord> Records(ImmutableArray<MessageRecord> section, DomainName owner, RecordType type) =>
        section.Where(record => record.Type == type && record.Class == RecordClass.IN && record.Owner == owner);

    // RFC 2181 §8: with the highest bit set it is 0.
    private static uint TtlOf(MessageRecord record) => record.TtlSeconds > int.MaxValue ? 0 : record.TtlSeconds;

    /// <summary>In the order of their octets: resolvers turn them round, which is no change.</summary>
    private static ImmutableArray<IPAddress> AddressesOf(MessageRecord[] records) =>
    [
        .. records.Select(record => record.Rdata.ToArray())
            .OrderBy(Convert.ToHexString, StringComparer.Ordinal)
            .Select(octets => new IPAddress(octets))
            .Distinct()
            .Take(ResolvedAnswer.MaxAddresses),
    ];
}

/// <summary>What a response says.</summary>
/// <param name="State">Unknown for a chain whose end has to be asked for.</param>
internal sealed record ResponseMeaning(ResolutionState State)
{
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    public uint TtlSeconds { get; init; }

    public ImmutableArray<DomainName> Chain { get; init; } = [];

    public string Problem { get; init; } = "";

    public static ResponseMeaning Failed(string problem) => new(ResolutionState.Failed) { Problem = problem };
}
