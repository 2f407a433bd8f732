using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>The records of one owner name and type, static, steered or those of a name outside. Exactly one of the three is set, once all record sets and aliases are worked out.</summary>
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

    /// <summary>
    /// The record sets that answer instead, each with its routing; empty for an ordinary RRset. What they mean is in
    /// <see cref="Steering"/> once <see cref="RecordSets.RecordSetExpansion"/> has worked it out.
    /// </summary>
    public ModelList<RecordSetModel> Sets { get; init; } = [];

    /// <summary>The name whose records these are; null for an ordinary RRset. Worked out by the expansion, as sets are.</summary>
    public AliasModel? Alias { get; init; }

    /// <summary>Whether it is written as record sets or as an alias, and what it answers is worked out from that.</summary>
    public bool IsExpanded => Sets.Count > 0 || Alias is not null;

    /// <summary>The name outside whose addresses are answered; for A and AAAA.</summary>
    public OutsideAliasModel? Outside { get; init; }

    /// <summary>Canonical order of owners, then types.</summary>
    internal static int Compare(RRsetModel left, RRsetModel right)
    {
        int byOwner = left.Owner.CompareTo(right.Owner);
        return byOwner != 0 ? byOwner : left.Type.CompareTo(right.Type);
    }
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
