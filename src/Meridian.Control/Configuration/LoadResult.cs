using System.Collections.Frozen;
using System.Collections.Immutable;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Linting;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration;

/// <summary>What became of a load: a model, or everything that is wrong.</summary>
public sealed record LoadResult
{
    /// <summary>The path that was loaded: a file or a directory.</summary>
    public required string Root { get; init; }

    /// <summary>Checked and with defaults filled in; null when there are errors.</summary>
    public required MeridianModel? Model { get; init; }

    /// <summary>By file and position; empty when there is a model.</summary>
    public required ImmutableArray<ConfigurationError> Errors { get; init; }

    public required ImmutableArray<ConfigurationError> Warnings { get; init; }

    /// <summary>Every document and zone file with its content, those too that could not be read.</summary>
    public required ImmutableArray<ConfigurationDocument> Documents { get; init; }

    /// <summary>
    /// SHA-256 of the model in hexadecimal, the same for documents that mean the same; empty without a model.
    /// </summary>
    public required string Digest { get; init; }

    /// <summary>Where each part of the model was written.</summary>
    public required PositionIndex Positions { get; init; }

    /// <summary>
    /// The earliest moment at which a forced state of a member ends: the documents mean something else from then on, and
    /// have to be loaded again. Null when none ends.
    /// </summary>
    public required DateTimeOffset? NextExpiry { get; init; }

    /// <summary>What <c>meridian lint</c> is told to be silent about, and why.</summary>
    public ImmutableArray<LintSilence> Silences { get; init; } = [];

    /// <summary>The merged documents as they were written; null for a load that was not made from any.</summary>
    internal MapNode? Tree { get; init; }

    /// <summary>Where each path that is named in the documents leads, by the place of its text.</summary>
    internal IReadOnlyDictionary<SourcePosition, string> ResolvedPaths { get; init; } = FrozenDictionary<SourcePosition, string>.Empty;

    /// <summary>The path of every file that was asked for, for change watching.</summary>
    public IReadOnlyList<string> Files => [.. Documents.Select(document => document.Path)];
}
