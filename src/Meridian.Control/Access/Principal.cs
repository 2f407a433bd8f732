using System.Net;

namespace Meridian.Control.Access;

/// <summary>How somebody showed who they are.</summary>
public enum Credential
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By asking from this machine.</summary>
    Local,

    /// <summary>By reading the key that only the server's own user can read.</summary>
    LocalKey,

    /// <summary>By a token.</summary>
    Token,

    /// <summary>By a signature with a key of the Route 53 API.</summary>
    AccessKey,
}

/// <summary>Who asks.</summary>
public sealed record Principal
{
    /// <summary>A token's name, or what the machine says: <c>local</c>, <c>anonymous</c>.</summary>
    public required string Name { get; init; }

    public required Role Role { get; init; }

    public required ZoneScope Scope { get; init; }

    public required Credential Credential { get; init; }

    /// <summary>The token's id; null without one.</summary>
    public string? TokenId { get; init; }

    /// <summary>Where the request came from.</summary>
    public IPAddress? From { get; init; }

    public bool Has(Permission permission) => Role >= permission.LeastRole();
}
