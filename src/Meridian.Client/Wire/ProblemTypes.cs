namespace Meridian.Client.Wire;

/// <summary>The kinds of problems. Programs may depend on them.</summary>
public static class ProblemTypes
{
    private const string Prefix = "urn:meridian:problem:";

    /// <summary>The request itself is wrong: a parameter, a header field, JSON that is none.</summary>
    public const string BadRequest = Prefix + "bad-request";

    /// <summary>A token is needed, or the one that came is not good.</summary>
    public const string Unauthenticated = Prefix + "unauthenticated";

    /// <summary>The role or the zones of the token do not suffice.</summary>
    public const string Forbidden = Prefix + "forbidden";

    public const string NotFound = Prefix + "not-found";

    public const string MethodNotAllowed = Prefix + "method-not-allowed";

    /// <summary>The document is not in the version that was expected.</summary>
    public const string Conflict = Prefix + "conflict";

    /// <summary>More octets, changes, streams than the limit that is named.</summary>
    public const string TooLarge = Prefix + "too-large";

    /// <summary>The configuration would not be valid.</summary>
    public const string Invalid = Prefix + "invalid";

    /// <summary>The guard refuses: it takes a reason.</summary>
    public const string Guarded = Prefix + "guarded";

    /// <summary>What it would change belongs to somebody else, who is named.</summary>
    public const string NotOwner = Prefix + "not-owner";

    /// <summary>It waits for a second person's approval.</summary>
    public const string Pending = Prefix + "pending";

    /// <summary>Too many attempts, or too many at a time; Retry-After says when to try again.</summary>
    public const string TooMany = Prefix + "too-many-requests";

    /// <summary>The server cannot do it now.</summary>
    public const string Unavailable = Prefix + "unavailable";

    /// <summary>A fault of the server's own; its log has it.</summary>
    public const string Internal = Prefix + "internal";
}
