using System.Collections.Frozen;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Reading;

/// <summary>The kinds of things that are referred to by name.</summary>
internal enum NameKind
{
    Site,
    Monitor,
    Pool,
    Policy,
    Collection,
    View,
    VantagePoint,
}

/// <summary>
/// The names of all sites, monitors, pools and policies, collected before anything else is read: a broken definition is
/// reported once, where it stands, and not again at each place that refers to it.
/// </summary>
internal sealed class DeclaredNames
{
    private readonly FrozenDictionary<string, SourcePosition>[] _names;

    private DeclaredNames(FrozenDictionary<string, SourcePosition>[] names, bool isComplete)
    {
        _names = names;
        IsComplete = isComplete;
    }

    /// <summary>
    /// False when a document could not be read: what it declares is not known, so nothing can be called dangling.
    /// </summary>
    public bool IsComplete { get; }

    /// <param name="root">The merged documents.</param>
    /// <param name="isComplete">Whether all documents could be read.</param>
    public static DeclaredNames Collect(MapNode root, bool isComplete)
    {
        string[] sections = ["sites", "monitors", "pools", "policies", "collections", "views"];
        return new DeclaredNames([.. sections.Select(section => NamesOf(root, section)), VantagePointsOf(root)], isComplete);
    }

    /// <summary>The names of a model that was read before.</summary>
    public static DeclaredNames Of(MeridianModel model)
    {
        // What follows from record sets cannot be named: it comes and goes with them.
        IEnumerable<string>[] names =
        [
            model.Sites.Values.Where(site => !site.IsImplicit).Select(site => site.Name),
            model.Monitors.Keys,
            model.Pools.Values.Where(pool => !pool.IsImplicit).Select(pool => pool.Name),
            model.Policies.Values.Where(policy => !policy.IsImplicit).Select(policy => policy.Name),
            model.Collections.Keys,
            model.Views.Keys,
            model.VantagePoints.Keys.Append(model.Vantage.Name).Distinct(),
        ];
        return new DeclaredNames(
            [.. names.Select(kind => kind.ToFrozenDictionary(name => name, _ => default(SourcePosition), StringComparer.Ordinal))], isComplete: true);
    }

    public IReadOnlyDictionary<string, SourcePosition> Of(NameKind kind) => _names[(int)kind];

    public bool Contains(NameKind kind, string name) => _names[(int)kind].ContainsKey(name);

    /// <summary>Those elsewhere, and this server itself.</summary>
    private static FrozenDictionary<string, SourcePosition> VantagePointsOf(MapNode root)
    {
        ConfigNode? own = (root.Find("vantage")?.Value as MapNode)?.Find("name")?.Value;
        string name = (own as ScalarNode)?.Text ?? new VantageModel().Name;
        return NamesOf(root, "vantage-points")
            .Where(entry => entry.Key != name)
            .Append(new KeyValuePair<string, SourcePosition>(name, own?.Position ?? root.Position))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static FrozenDictionary<string, SourcePosition> NamesOf(MapNode root, string section) =>
        root.Find(section)?.Value is MapNode map
            ? map.Entries.ToFrozenDictionary(entry => entry.Key, entry => entry.KeyPosition, StringComparer.Ordinal)
            : FrozenDictionary<string, SourcePosition>.Empty;
}
