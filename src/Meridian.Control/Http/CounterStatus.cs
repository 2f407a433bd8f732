using System.Collections.Immutable;

namespace Meridian.Control.Http;

/// <summary>What the server has done since it started. /metrics tells the same in more detail.</summary>
public sealed record CounterStatus
{
    public long QueriesUdp { get; init; }

    public long QueriesTcp { get; init; }

    /// <summary>Responses by response code, in the registry's spelling.</summary>
    public ImmutableSortedDictionary<string, long> Responses { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Queries that got no response, by reason.</summary>
    public ImmutableSortedDictionary<string, long> Dropped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Answers that a policy decided.</summary>
    public long Steered { get; init; }

    /// <summary>Steered answers given although nothing was available.</summary>
    public long FailedOpen { get; init; }

    /// <summary>Answers that did not fit and sent the client to TCP.</summary>
    public long Truncated { get; init; }

    /// <summary>Configurations accepted and refused since the start.</summary>
    public long ReloadsAccepted { get; init; }

    public long ReloadsRefused { get; init; }
}
