using System.Collections.Immutable;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Linting;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Reading;

/// <summary>What all section readers of one load share.</summary>
internal sealed class ReadContext(
    ConfigurationLoaderOptions options,
    Diagnostics diagnostics,
    PositionIndex positions,
    DeclaredNames names,
    DocumentSource documents)
{
    public ConfigurationLoaderOptions Options { get; } = options;

    public Diagnostics Diagnostics { get; } = diagnostics;

    public PositionIndex Positions { get; } = positions;

    /// <summary>Everything that has a name anywhere in the documents, whether its definition is right or not.</summary>
    public DeclaredNames Names { get; } = names;

    /// <summary>The pools, once they are read; nodes that go by place take a pool's site from here.</summary>
    public ImmutableSortedDictionary<string, PoolModel> Pools { get; set; } = ImmutableSortedDictionary<string, PoolModel>.Empty;

    /// <summary>The sites, once they are read.</summary>
    public ImmutableSortedDictionary<string, SiteModel> Sites { get; set; } = ImmutableSortedDictionary<string, SiteModel>.Empty;

    /// <summary>What holds for zones that say nothing of their own.</summary>
    public GuardModel Guard { get; set; } = new();

    /// <summary>What <c>lint</c> is told to be silent about.</summary>
    public ImmutableArray<LintSilence> Silences { get; set; } = [];

    /// <summary>Gives the text of zone files.</summary>
    public DocumentSource Documents { get; } = documents;

    /// <summary>
    /// Where each path that the documents name leads, by the place of its text: who takes values out of their files has to
    /// take these instead.
    /// </summary>
    public Dictionary<SourcePosition, string> ResolvedPaths { get; } = [];

    /// <summary>
    /// A path as it is to be opened: relative to the file that names it, so that a configuration can be moved as a whole, or
    /// to the directory that the loader was given.
    /// </summary>
    public string ResolvePath(SourcePosition named, string path)
    {
        string resolved = Path.IsPathRooted(path) ? path
            : Options.BaseDirectory is { } directory ? Path.Combine(directory, path)
            : RelativePaths.Resolve(named.File, path);
        ResolvedPaths[named] = resolved;
        return resolved;
    }

    /// <summary>What was probably meant; null when nothing is near, and when nobody will see it.</summary>
    public string? Nearest(string written, IEnumerable<string> candidates) =>
        Diagnostics.IsFull ? null : NearestName.Find(written, candidates);

    public void Error(ConfigNode node, string path, string message, string? suggestion = null) =>
        Diagnostics.Error(node.Position, path, message, suggestion);
}
