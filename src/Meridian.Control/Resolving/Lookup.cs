using System.Collections.Immutable;
using System.Net;
using Meridian.Dns.Names;
using Meridian.Engine.Outside;

namespace Meridian.Control.Resolving;

/// <summary>What came of looking up the addresses of one family of a name.</summary>
public sealed record Lookup
{
    /// <summary>Found, no data, no such name, or failed.</summary>
    public required ResolutionState State { get; init; }

    /// <summary>At most <see cref="ResolvedAnswer.MaxAddresses"/>, in the order of their octets; none unless found.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>
    /// The least TTL of the chain; for what does not exist, how long the zone says that it does not (RFC 2308 §5).
    /// </summary>
    public uint TtlSeconds { get; init; }

    /// <summary>The names that CNAME records led over, the last of them with the addresses; empty when the name has them itself.</summary>
    public ImmutableArray<DomainName> Chain { get; init; } = [];

    /// <summary>Who said so; null when nobody did.</summary>
    public IPEndPoint? Server { get; init; }

    /// <summary>Why it failed.</summary>
    public string Problem { get; init; } = "";

    internal static Lookup Failed(string problem) => new() { State = ResolutionState.Failed, Problem = problem };
}
