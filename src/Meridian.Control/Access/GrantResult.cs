using System.Collections.Immutable;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>What became of making or revoking a token or a key: done, refused with problems, or (neither) no such one.</summary>
public sealed record GrantResult<T>
    where T : AccessGrant
{
    /// <summary>What was made or revoked.</summary>
    public T? Grant { get; init; }

    /// <summary>The secret of a new one: to be shown once. Null for a trial.</summary>
    public string? Secret { get; init; }

    /// <summary>The revision that it made.</summary>
    public long? Revision { get; init; }

    /// <summary>Why it was refused.</summary>
    public ImmutableArray<ProblemItem> Problems { get; init; } = [];

    /// <summary>Whether the same may be possible later.</summary>
    public bool IsUnavailable { get; init; }
}
