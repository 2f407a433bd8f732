using Meridian.Control.Access;

namespace Meridian.Control.Http;

/// <summary>Who may do what at the HTTP endpoint, and where it is written down.</summary>
public sealed record EndpointAccess
{
    public required Authenticator Authenticator { get; init; }

    public required LoginThrottle Throttle { get; init; }

    public required AuditLog Audit { get; init; }

    public required TokenService Tokens { get; init; }

    /// <summary>The keys of the Route 53 API.</summary>
    public required AccessKeyService Keys { get; init; }

    /// <summary>Somebody of whom nothing is known.</summary>
    internal static Principal Nobody { get; } =
        new() { Name = "anonymous", Role = Role.None, Scope = ZoneScope.All, Credential = Credential.None };
}
