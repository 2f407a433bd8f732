namespace Meridian.Client.Wire;

/// <summary>What became of it.</summary>
public static class AuditOutcomes
{
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Failed = "failed";
}

/// <summary>One line of the audit log.</summary>
public sealed record AuditEntry
{
    /// <summary>Grows by one from line to line, also over restarts. 0 until it is written.</summary>
    public long Sequence { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>The token's name, or what the machine says.</summary>
    public required string Who { get; init; }

    /// <summary>The token's id; null without one.</summary>
    public string? Token { get; init; }

    /// <summary>The role it was done with.</summary>
    public required string Role { get; init; }

    /// <summary>The address it came from; null for what the server does by itself.</summary>
    public string? From { get; init; }

    /// <summary>What was asked for, by the operation's name: <c>putPool</c>.</summary>
    public required string Action { get; init; }

    /// <summary>What it was done to: <c>pool/web-eu</c>.</summary>
    public string? Target { get; init; }

    /// <summary>One of <see cref="AuditOutcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The revision that it made; null when it made none.</summary>
    public long? Revision { get; init; }

    /// <summary>Why, in the author's words.</summary>
    public string? Reason { get; init; }

    /// <summary>More, in words: why it was refused.</summary>
    public string? Detail { get; init; }

    /// <summary>
    /// SHA-256 over the line before's and this line's content, so that a line that was changed or taken out shows.
    /// Hexadecimal; empty until it is written.
    /// </summary>
    public string Chain { get; init; } = "";
}
