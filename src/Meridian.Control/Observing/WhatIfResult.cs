using System.Collections.Immutable;

namespace Meridian.Control.Observing;

/// <summary>What the observed population would do.</summary>
public sealed record WhatIfResult
{
    /// <summary>What is supposed.</summary>
    public required string Question { get; init; }

    /// <summary>The observation that it is worked out from.</summary>
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Observed queries for steered names.</summary>
    public required double Queries { get; init; }

    /// <summary>The part of those that was asked again, 0 to 1: the largest askers.</summary>
    public required double Replayed { get; init; }

    /// <summary>The part that would get other answers.</summary>
    public required double Moved { get; init; }

    /// <summary>The part that would get nothing, although it gets something now.</summary>
    public required double Lost { get; init; }

    /// <summary>Queries per second for steered names now, and expected then.</summary>
    public required (double Before, double After) Load { get; init; }

    /// <summary>By site, the largest first.</summary>
    public required ImmutableArray<WhatIfShare> Sites { get; init; }

    /// <summary>By member, the largest first.</summary>
    public required ImmutableArray<WhatIfShare> Members { get; init; }

    /// <summary>Who would move, the largest first.</summary>
    public required ImmutableArray<WhatIfMove> Moves { get; init; }

    /// <summary>What a reader should know.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>A place with the part of the traffic that it gets.</summary>
/// <param name="Name">A site, or a member as <c>pool/target</c>.</param>
/// <param name="Before">Now, 0 to 1.</param>
/// <param name="After">Then, 0 to 1.</param>
/// <param name="Capacity">Of the site, in the operator's unit; null when it says nothing.</param>
/// <param name="UsedBefore">The demand now as a part of the capacity; null when demand or capacity is not known.</param>
/// <param name="UsedAfter">The demand then.</param>
public sealed record WhatIfShare(string Name, double Before, double After, double? Capacity, double? UsedBefore, double? UsedAfter);

/// <summary>Askers that would move.</summary>
/// <param name="Resolver">Who asks.</param>
/// <param name="Network">The client network, where the resolver names one.</param>
/// <param name="Name">For what.</param>
/// <param name="Share">Their part of the observed queries.</param>
/// <param name="Moved">The part of theirs that moves.</param>
/// <param name="From">Where most of it goes now.</param>
/// <param name="To">Where most of it would go.</param>
public sealed record WhatIfMove(string Resolver, string? Network, string Name, double Share, double Moved, string From, string To);
