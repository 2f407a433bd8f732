using System.Globalization;

namespace Meridian.Client;

/// <summary>How a change of one document is made.</summary>
public sealed record ChangeOptions
{
    /// <summary>The version that was read; the change is refused when there is another by now. 0: it must not exist. Null: whatever there is.</summary>
    public long? Version { get; init; }

    /// <summary>What is done, in the author's words.</summary>
    public string? Message { get; init; }

    /// <summary>Why it is done although the guard refuses.</summary>
    public string? Reason { get; init; }

    /// <summary>The hash of the plan that was looked at.</summary>
    public string? PlanHash { get; init; }

    /// <summary>Check and plan only.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Return only when the change answers queries.</summary>
    public bool Wait { get; init; }

    internal string ToQuery() => Query.Of(
        ("dry-run", IsDryRun ? "true" : null), ("wait", Wait ? "true" : null), ("message", Message), ("reason", Reason), ("plan", PlanHash));

    internal (string Name, string Value)? ToCondition() => Version switch
    {
        null => null,
        0 => ("If-None-Match", "*"),
        { } version => ("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{version}\"")),
    };
}
