using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>What a change would do, before it does it.</summary>
public sealed record Plan
{
    /// <summary>Names exactly this change on exactly this configuration; send it as the change's plan hash to apply just this.</summary>
    public required string Hash { get; init; }

    /// <summary>The revision that it was made on; 0 before the first.</summary>
    public required long BaseRevision { get; init; }

    /// <summary>What changes in documents, records line by line.</summary>
    public ImmutableArray<PlannedDocument> Documents { get; init; } = [];

    /// <summary>Which clients get other answers; empty when steering does not change.</summary>
    public ImmutableArray<PlannedName> Clients { get; init; } = [];

    /// <summary>Findings of lint that there were not before.</summary>
    public ImmutableArray<PlannedFinding> NewFindings { get; init; } = [];

    /// <summary>What the guard has against it; with any, it takes a reason to apply.</summary>
    public ImmutableArray<GuardFinding> Guard { get; init; } = [];

    /// <summary>What the clients that were observed in the last hour would do; null when too little was observed to say.</summary>
    public PlannedTraffic? Observed { get; init; }

    /// <summary>What the guard could not look at, and why.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>How much of the client space each pool is the first choice for; only those that change.</summary>
    public ImmutableArray<PlannedCapacity> Capacity { get; init; } = [];

    /// <summary>Zones of it that ask for a second person's approval.</summary>
    public ImmutableArray<string> ZonesToApprove { get; init; } = [];
}

/// <summary>What changes in one document.</summary>
/// <param name="Kind">The document's kind.</param>
/// <param name="Name">The document's name.</param>
/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Lines">In the order of the document, each after <c>+</c> or <c>-</c> and a space.</param>
public sealed record PlannedDocument(string Kind, string Name, string Change, ImmutableArray<string> Lines);

/// <summary>A name whose clients get other answers.</summary>
/// <param name="Name">The owner name.</param>
/// <param name="PolicyBefore">What steers it now; null when nothing does.</param>
/// <param name="PolicyAfter">What would steer it; null when nothing would.</param>
/// <param name="Changes">By share of the address space, most first.</param>
public sealed record PlannedName(string Name, string? PolicyBefore, string? PolicyAfter, ImmutableArray<PlannedClients> Changes);

/// <summary>Clients that go from one answer to another.</summary>
/// <param name="Change"><c>other</c>, <c>fewer</c> or <c>none</c>.</param>
/// <param name="Before">What is left of the policy for them now.</param>
/// <param name="After">What would be left of it.</param>
/// <param name="NetworkCount">How many networks they are.</param>
/// <param name="ShareOfIPv4">Their part of the known IPv4 addresses, 0 to 1.</param>
/// <param name="ShareOfIPv6">Their part of the known IPv6 networks of /64, 0 to 1.</param>
/// <param name="Countries">Their part of each country's IPv4 addresses, 0 to 1.</param>
/// <param name="Examples">Some of the networks.</param>
public sealed record PlannedClients(
    string Change,
    string Before,
    string After,
    int NetworkCount,
    double ShareOfIPv4,
    double ShareOfIPv6,
    ImmutableSortedDictionary<string, double> Countries,
    ImmutableArray<string> Examples);

/// <summary>A finding of lint.</summary>
/// <param name="Rule">The rule's id.</param>
/// <param name="Path">Where in the model.</param>
/// <param name="Message">What is there.</param>
public sealed record PlannedFinding(string Rule, string Path, string Message);

/// <summary>Something that the guard stops a change for.</summary>
/// <param name="Rule">Which limit: <c>clients</c>, <c>queries</c>, <c>pool-minimum</c>, <c>lost-geography</c>, <c>ttl-rise</c>, <c>visibility</c>.</param>
/// <param name="Zone">Whose limit; null for the whole configuration.</param>
/// <param name="Message">What would happen, with figures and names.</param>
/// <param name="Countries">ISO 3166 codes of the countries that it concerns, most affected first.</param>
public sealed record GuardFinding(string Rule, string? Zone, string Message, ImmutableArray<string> Countries);

/// <summary>How much of the client space a pool answers with everything up.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Site">Where it stands.</param>
/// <param name="Capacity">Of its site, in the operator's unit.</param>
/// <param name="Before">Share of the known IPv4 addresses, 0 to 1.</param>
/// <param name="After">The same afterwards.</param>
public sealed record PlannedCapacity(string Pool, string? Site, double? Capacity, double Before, double After);
