using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>The records of one owner name and type: static, steered or an alias. Exactly one of the three is set.</summary>
public sealed record RRsetModel
{
    public required DomainName Owner { get; init; }

    public required RecordType Type { get; init; }

    /// <summary>Seconds; null takes the policy's TTL for a steered RRset, then the zone's.</summary>
    public uint? TtlSeconds { get; init; }

    /// <summary>Static data: RDATA in uncompressed wire format; at least one unless <see cref="Steering"/> or <see cref="Outside"/> is set.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> Rdata { get; init; } = [];

    /// <summary>Cyclic order of the static records, per worker thread.</summary>
    public bool Rotate { get; init; }

    public SteeredDataModel? Steering { get; init; }

    /// <summary>The name outside whose addresses are answered; for A and AAAA.</summary>
    public OutsideAliasModel? Outside { get; init; }
}

/// <summary>An RRset whose data a policy decides. For A, AAAA, CNAME, HTTPS and SVCB.</summary>
public sealed record SteeredDataModel
{
    /// <summary>A key of <see cref="MeridianModel.Policies"/>.</summary>
    public required string Policy { get; init; }

    /// <summary>SvcPriority of a synthesised HTTPS or SVCB record (RFC 9460 §2.4.1); 1 to 65535.</summary>
    public ushort Priority { get; init; } = 1;

    /// <summary>ALPN identifiers of a synthesised HTTPS or SVCB record, in order (RFC 9460 §7.1).</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];

    /// <summary>Port of a synthesised HTTPS or SVCB record (RFC 9460 §7.2); null leaves it out.</summary>
    public ushort? Port { get; init; }
}
