using System.Collections.Immutable;
using System.Text.Json;

namespace Meridian.Client.Wire;

/// <summary>Changes that are made together or not at all.</summary>
public sealed record ChangeSet
{
    /// <summary>Each document once.</summary>
    public required ImmutableArray<Change> Changes { get; init; }

    /// <summary>What is done, in the author's words.</summary>
    public string? Message { get; init; }

    /// <summary>Why it is done although the guard refuses.</summary>
    public string? Reason { get; init; }

    /// <summary>The hash of the plan that was looked at: the change is refused when the world moved since.</summary>
    public string? PlanHash { get; init; }

    /// <summary>The same for each repetition of one request, which is then applied once.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>One change: a document is written whole, or deleted.</summary>
public sealed record Change
{
    /// <summary>The document's kind: <c>pool</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The document's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its new content; null, or left out, deletes it.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>The version it must be in; 0 when it must not exist; null when that does not matter.</summary>
    public long? Version { get; init; }
}
