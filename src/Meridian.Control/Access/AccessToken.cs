using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Meridian.Control.Access;

/// <summary>A token as it is kept: everything but its secret, of which there is only a hash.</summary>
public sealed record AccessToken : AccessGrant
{
    /// <summary>SHA-256 of the secret. A plain hash is enough: the secret is 256 random bits, there is nothing to guess.</summary>
    public required ImmutableArray<byte> Hash { get; init; }

    /// <summary>Whether a secret is this token's, in a time that tells nothing about how much of it is right.</summary>
    public bool Matches(ReadOnlySpan<byte> secretHash) => CryptographicOperations.FixedTimeEquals(secretHash, Hash.AsSpan());
}
