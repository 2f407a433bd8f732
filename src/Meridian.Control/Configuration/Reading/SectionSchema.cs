using System.Collections.Immutable;

namespace Meridian.Control.Configuration.Reading;

/// <summary>
/// The keys of one map. The strict reader takes unknown keys and suggestions from it, and the reference documentation is
/// rendered from it, so that the two cannot disagree.
/// </summary>
internal sealed record SectionSchema
{
    /// <summary>
    /// Where the map stands, as a reader of the documentation sees it: <c>pools.&lt;name&gt;.answer</c>.
    /// </summary>
    public required string Title { get; init; }

    /// <summary>One paragraph.</summary>
    public required string Summary { get; init; }

    public required ImmutableArray<SchemaKey> Keys { get; init; }

    /// <summary>
    /// Keys of the design that this version does not know how to do, to be told apart from typing mistakes.
    /// </summary>
    public ImmutableArray<string> NotYetSupported { get; init; } = [];

    /// <summary>Whether keys that are not listed are read by code of their own, such as record types.</summary>
    public bool HasOtherKeys { get; init; }

    /// <summary>A few lines of YAML.</summary>
    public string? Example { get; init; }
}
