using System.Collections.Immutable;
using Meridian.Client.Wire;

namespace Meridian.Control.Access;

/// <summary>What became of making or revoking a token: done, refused with problems, or (neither) no such token.</summary>
public sealed record TokenResult
{
    /// <summary>The token that was made or revoked.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>The whole new token: to be shown once, and kept nowhere.</summary>
    public string? Secret { get; init; }

    /// <summary>The revision that it made.</summary>
    public long? Revision { get; init; }

    /// <summary>Why it was refused.</summary>
    public ImmutableArray<ProblemItem> Problems { get; init; } = [];

    /// <summary>Whether the same may be possible later.</summary>
    public bool IsUnavailable { get; init; }
}
