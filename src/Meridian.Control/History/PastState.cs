using System.Collections.Immutable;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.History;

/// <summary>What answered at a moment of the past.</summary>
public sealed record PastState
{
    /// <summary>Nothing changes it any more.</summary>
    public required DataPlane DataPlane { get; init; }

    /// <summary>The limits of the server as it was.</summary>
    public required AnswerLimits Limits { get; init; }

    /// <summary>When this state began.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When the next one began, or the server stopped; null while it is the present one.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>
    /// From when on the next one answered for sure: in between, a query may have been answered by either. Null while it is the present one.
    /// </summary>
    public required DateTimeOffset? UntilAtLatest { get; init; }

    /// <summary>The location database that was used.</summary>
    public required string Places { get; init; }

    /// <summary>What a reader has to know about how far it can be trusted; empty when there is nothing.</summary>
    public required ImmutableArray<string> Remarks { get; init; }

    /// <summary>Why members had their status, as far as it was written down.</summary>
    public required ImmutableDictionary<MemberKey, string> Evidence { get; init; }
}

/// <summary>Gives back states of the past.</summary>
public interface IPastStates
{
    /// <summary>The state of a name, as ids of decisions have it; null with the reason when there is none.</summary>
    /// <param name="stamp">Its stamp: about when it began, in milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    Task<(PastState? State, string? Problem)> OpenAsync(long stamp, CancellationToken cancellationToken);

    /// <summary>
    /// The state that answered a query at a moment; null with the reason when there is none. While a swap was going on, the one before
    /// it, with a remark.
    /// </summary>
    /// <param name="moment">Milliseconds since 1970.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    Task<(PastState? State, string? Problem)> OpenAtAsync(long moment, CancellationToken cancellationToken);
}
