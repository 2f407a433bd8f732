using System.Collections.Immutable;

namespace Meridian.Client.Wire;

/// <summary>A token to be made.</summary>
public sealed record NewToken
{
    /// <summary>Who or what it is for, 1 to 64 characters; it stands as the author of every change made with it.</summary>
    public required string Name { get; init; }

    /// <summary><c>viewer</c>, <c>operator</c>, <c>editor</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>The zones it is for, as <c>example.com</c> or <c>*.example.com</c>; empty for all.</summary>
    public ImmutableArray<string> Zones { get; init; } = [];

    /// <summary>When it ends; null is never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>A token that was made, with its secret: this is the only time that it is shown.</summary>
/// <param name="Secret">What to send as <c>Authorization: Bearer</c>.</param>
/// <param name="Token">The rest.</param>
public sealed record CreatedToken(string Secret, Token Token);

/// <summary>A token, without its secret.</summary>
public sealed record Token
{
    /// <summary>The part between the first and the second underscore; says which token, and opens nothing.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Role { get; init; }

    public ImmutableArray<string> Zones { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsExpired { get; init; }

    /// <summary>When it was last used; null for never, or when that was not kept.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The address it was last used from.</summary>
    public string? LastUsedFrom { get; init; }
}

/// <summary>All tokens, by name.</summary>
public sealed record TokenList(ImmutableArray<Token> Items);

/// <summary>Who asks.</summary>
/// <param name="Name">The token's name, or <c>local</c>, or <c>anonymous</c>.</param>
/// <param name="Role">What they may do: <c>none</c> to <c>admin</c>.</param>
/// <param name="Zones">The zones that is for; empty for all.</param>
public sealed record Caller(string Name, string Role, ImmutableArray<string> Zones);

/// <summary>A page of the audit log, newest first.</summary>
/// <param name="Items">The entries.</param>
/// <param name="Next">The cursor of the next page; null on the last.</param>
public sealed record AuditPage(ImmutableArray<AuditEntry> Items, string? Next);
