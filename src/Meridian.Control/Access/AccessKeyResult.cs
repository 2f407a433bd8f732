using System.Collections.Immutable;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>What became of making or revoking a key: done, refused with problems, or (neither) no such key.</summary>
public sealed record AccessKeyResult
{
    /// <summary>The key that was made or revoked.</summary>
    public AccessKey? Key { get; init; }

    /// <summary>The revision that it made.</summary>
    public long? Revision { get; init; }

    /// <summary>Why it was refused.</summary>
    public ImmutableArray<ProblemItem> Problems { get; init; } = [];

    /// <summary>Whether the same may be possible later.</summary>
    public bool IsUnavailable { get; init; }
}
