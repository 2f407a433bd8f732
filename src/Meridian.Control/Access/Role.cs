namespace Meridian.Control.Access;

/// <summary>What a person or a program may do. Each role may do what the ones before it may.</summary>
public enum Role
{
    /// <summary>Nothing that is not public.</summary>
    None,

    /// <summary>Reads configuration and state; secrets in it are not shown.</summary>
    Viewer,

    /// <summary>Also overrides and drains, and freezes and thaws the health checks: what a person on call needs at night.</summary>
    Operator,

    /// <summary>Also changes the configuration.</summary>
    Editor,

    /// <summary>Also makes and revokes tokens, reads the audit log, and reads secrets.</summary>
    Admin,
}
