namespace Meridian.Control.Access;

/// <summary>
/// A key of the Route 53 API. Its secret has to be kept as it is, not as a hash: who checks a signature computes it.
/// </summary>
public sealed record AccessKey
{
    /// <summary>Public part; stands in every request.</summary>
    public required string Id { get; init; }

    /// <summary>What requests are signed with.</summary>
    public required string Secret { get; init; }

    /// <summary>Who or what it is for; it stands as the author of every change made with it.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required ZoneScope Scope { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When it ends; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && end <= now;

    /// <summary>Never the secret: records print themselves where they are logged.</summary>
    public override string ToString() => $"access key {Id} ({Name}, {Role.ToWord()}, {Scope})";
}
