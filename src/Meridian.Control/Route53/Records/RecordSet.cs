using System.Collections.Immutable;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Records;

/// <summary>A record set as this API has it: one of possibly several of its name and type.</summary>
internal sealed record RecordSet
{
    public required DomainName Owner { get; init; }

    public required RecordType Type { get; init; }

    /// <summary>Tells sets of one name and type apart; null for a simple one. Opaque, 1 to 128 characters.</summary>
    public string? SetIdentifier { get; init; }

    /// <summary>When it is the answer; null for a simple one.</summary>
    public Routing? Routing { get; init; }

    /// <summary>Null for an alias.</summary>
    public uint? TtlSeconds { get; init; }

    /// <summary>Record data as the client wrote it; empty for an alias.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public AliasTarget? Alias { get; init; }

    public string? HealthCheckId { get; init; }

    /// <summary>The traffic policy instance that made it; null for what somebody wrote.</summary>
    public string? TrafficPolicyInstanceId { get; init; }

    /// <summary>Whether a set is this one, with whatever content.</summary>
    public bool IsSameAs(RecordSet other) => Owner == other.Owner && Type == other.Type && SetIdentifier == other.SetIdentifier;
}

/// <summary>The record sets that are answered instead.</summary>
/// <param name="HostedZoneId">The bare id of the target's zone, ours or somebody else's.</param>
/// <param name="Name">Whose records.</param>
/// <param name="EvaluatesHealth">Whether it is as healthy as they are.</param>
internal sealed record AliasTarget(string HostedZoneId, DomainName Name, bool EvaluatesHealth);
