namespace Meridian.Control.Access;

/// <summary>What lets somebody use an API, as it is kept: a token, or a key of the Route 53 API.</summary>
public abstract record AccessGrant
{
    /// <summary>Public part, and the name of its document.</summary>
    public required string Id { get; init; }

    /// <summary>Who or what it is for; it stands as the author of every change made with it.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required ZoneScope Scope { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    /// <summary>When it ends; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsExpired(DateTimeOffset now) => ExpiresAt is { } end && end <= now;
}
