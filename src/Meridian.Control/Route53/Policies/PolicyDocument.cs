using System.Collections.Immutable;
using Meridian.Control.Route53.Records;
using Meridian.Dns.Records;

namespace Meridian.Control.Route53.Policies;

/// <summary>A traffic policy document as it was understood: a tree of rules over endpoints, for one type.</summary>
/// <param name="Type">Of the record sets that become of it.</param>
/// <param name="Start">Where it begins.</param>
internal sealed record PolicyDocument(RecordType Type, PolicyBranch Start);

/// <summary>Where a rule leads under one condition.</summary>
internal sealed record PolicyBranch
{
    /// <summary>The id of what is referred to.</summary>
    public required string Reference { get; init; }

    /// <summary>When it is the answer; null for the start of a document.</summary>
    public Routing? Routing { get; init; }

    /// <summary>The endpoint; null for a rule.</summary>
    public PolicyEndpoint? Endpoint { get; init; }

    /// <summary>The branches of the rule; empty for an endpoint.</summary>
    public ImmutableArray<PolicyBranch> Branches { get; init; } = [];

    public bool EvaluatesHealth { get; init; }

    public string? HealthCheckId { get; init; }

    /// <summary>Of the endpoint and everything below.</summary>
    public IEnumerable<string> HealthCheckIds => Branches.SelectMany(branch => branch.HealthCheckIds).Concat(HealthCheckId is { } own ? [own] : []);
}

/// <summary>What is answered in the end.</summary>
/// <param name="IsValue">Whether it is record data; otherwise it is the name of something whose addresses are looked up.</param>
/// <param name="Value">The data, or the name.</param>
internal sealed record PolicyEndpoint(bool IsValue, string Value);
