namespace Meridian.Control.Access;

/// <summary>What a request needs. Each route states one; nothing is served without.</summary>
public enum Permission
{
    /// <summary>Anybody, without a token: whether the process lives and is ready, and what there is to ask.</summary>
    Public,

    /// <summary>A member's report of itself, which carries the secret of its monitor and no token of ours.</summary>
    MemberReport,

    /// <summary>Configuration, history and state.</summary>
    Read,

    /// <summary>Overrides, and the health checks' circuit breaker.</summary>
    Override,

    /// <summary>The configuration.</summary>
    Write,

    /// <summary>Tokens and the audit log; documents with their secrets.</summary>
    Administer,
}

/// <summary>Which role has which permission.</summary>
public static class Permissions
{
    /// <summary>The least role that suffices.</summary>
    public static Role LeastRole(this Permission permission) => permission switch
    {
        Permission.Public or Permission.MemberReport => Role.None,
        Permission.Read => Role.Viewer,
        Permission.Override => Role.Operator,
        Permission.Write => Role.Editor,
        _ => Role.Admin,
    };
}
