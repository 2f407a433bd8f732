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

    /// <summary>What <c>lint</c> is told to be silent about.</summary>
    public ImmutableArray<LintSilence> Silences { get; set; } = [];

    /// <summary>Gives the text of zone files.</summary>
    public DocumentSource Documents { get; } = documents;

    /// <summary>What was probably meant; null when nothing is near, and when nobody will see it.</summary>
    public string? Nearest(string written, IEnumerable<string> candidates) =>
        Diagnostics.IsFull ? null : NearestName.Find(written, candidates);

    public void Error(ConfigNode node, string path, string message, string? suggestion = null) =>
        Diagnostics.Error(node.Position, path, message, suggestion);
}
