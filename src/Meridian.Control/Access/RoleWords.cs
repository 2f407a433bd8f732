namespace Meridian.Control.Access;

/// <summary>Roles as they are written.</summary>
public static class RoleWords
{
    /// <summary>Every role that a token can have, in rising order.</summary>
    public static IReadOnlyList<string> All { get; } = ["viewer", "operator", "editor", "admin"];

    public static string ToWord(this Role role) => role == Role.None ? "none" : All[(int)role - 1];

    /// <summary>Null when it is none.</summary>
    public static Role? TryRead(string? word) => word switch
    {
        "viewer" => Role.Viewer,
        "operator" => Role.Operator,
        "editor" => Role.Editor,
        "admin" => Role.Admin,
        _ => null,
    };
}
