using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Meridian.Control.Access;

/// <summary>A token as it is kept: everything but its secret, of which there is only a hash.</summary>
public sealed record AccessToken
{
    /// <summary>Public part of the token, and the name of its document.</summary>
    public required string Id { get; init; }

    /// <summary>Who or what it is for; it stands as the author of every change made with it.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required ZoneScope Scope { get; init; }

    /// <summary>SHA-256 of the secret. A plain hash is enough: the secret is 256 random bits, there is nothing to guess.</summary>
    public required ImmutableArray<byte> Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When it ends; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && end <= now;

    /// <summary>Whether a secret is this token's, in a time that tells nothing about how much of it is right.</summary>
    public bool Matches(ReadOnlySpan<byte> secretHash) => CryptographicOperations.FixedTimeEquals(secretHash, Hash.AsSpan());
}
