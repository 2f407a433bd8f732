using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>A TSIG key with what its holder may change by dynamic update (RFC 2136, RFC 8945).</summary>
public sealed record UpdateKeyModel
{
    /// <summary>The key's name in messages.</summary>
    public required DomainName Name { get; init; }

    /// <summary>The mnemonic of the only algorithm that the key is used with, such as <c>hmac-sha256</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The shared secret; 1 to 512 octets. Never logged, never exported.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>The shortest MAC that is taken, octets; null is the whole MAC (RFC 8945 §5.2.2.1).</summary>
    public int? MinMacLength { get; init; }

    /// <summary>What may be changed: whatever one of them allows. Empty allows nothing; the key still signs queries.</summary>
    public ImmutableArray<UpdateRuleModel> Rules { get; init; } = [];

    /// <summary>Apexes of zones that may be read as a whole by zone transfer (RFC 5936).</summary>
    public ImmutableArray<DomainName> Transfer { get; init; } = [];

    /// <summary>Updates per second on average, 1 to 1,000; bursts of five seconds' worth pass. 20 is more than any ACME client sends.</summary>
    public int PerSecond { get; init; } = 20;
}

/// <summary>Something that a key may change.</summary>
public sealed record UpdateRuleModel
{
    /// <summary>Apexes of zones.</summary>
    public required ImmutableArray<DomainName> Zones { get; init; }

    /// <summary>Owner names in these zones.</summary>
    public required ImmutableArray<OwnerPattern> Names { get; init; }

    /// <summary>Empty is every type but NS and SOA, with which a whole zone could be led away.</summary>
    public ImmutableArray<RecordType> Types { get; init; } = [];
}
