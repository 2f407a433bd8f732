using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration;

/// <summary>
/// The YAML front end: a file or a directory becomes a model, or all that is wrong with it. Keeps no state.
/// </summary>
/// <param name="files">Where documents and zone files come from.</param>
/// <param name="options">What else it needs from outside.</param>
public sealed class ConfigurationLoader(IConfigurationFiles files, ConfigurationLoaderOptions options)
{
    /// <summary>
    /// Loads a document, or all <c>*.yaml</c> and <c>*.yml</c> files directly in a directory, in the order of their
    /// names.
    /// </summary>
    public LoadResult Load(string path)
    {
        Diagnostics diagnostics = new(options.Limits.MaxErrors);
        DocumentSource documents = new(files, options.Limits, diagnostics);
        MapNode root = ReadDocuments(path, documents, diagnostics, out bool isComplete);
        DeclaredNames names = DeclaredNames.Collect(root, isComplete);
        LoadResult loaded = Read(path, documents, diagnostics, names, root, context => ModelReader.Read(context, root));
        return loaded.Model is null ? loaded : loaded with { Digest = ModelDigest.Compute(loaded.Model) };
    }

    /// <summary>
    /// Reads a tree that did not come from files; those that it names are read from there all the same. No digest is made: who
    /// keeps documents has a cheaper one.
    /// </summary>
    /// <param name="root">The whole configuration.</param>
    /// <param name="name">What it is called where a file's path would stand.</param>
    internal LoadResult Load(MapNode root, string name)
    {
        Diagnostics diagnostics = new(options.Limits.MaxErrors);
        DeclaredNames names = DeclaredNames.Collect(root, isComplete: true);
        return Read(name, new DocumentSource(files, options.Limits, diagnostics), diagnostics, names, root, context => ModelReader.Read(context, root));
    }

    /// <summary>Reads some zones anew, where nothing else changed.</summary>
    /// <param name="root">A tree with nothing but those zones.</param>
    /// <param name="basis">A load with everything else, and with the zones that stay.</param>
    internal LoadResult LoadZones(MapNode root, LoadResult basis)
    {
        MeridianModel model = basis.Model ?? throw new ArgumentException("only a configuration without errors can be built on", nameof(basis));
        Diagnostics diagnostics = new(options.Limits.MaxErrors);
        LoadResult loaded = Read(
            basis.Root, new DocumentSource(files, options.Limits, diagnostics), diagnostics, DeclaredNames.Of(model), root,
            context => ModelReader.ReadZones(context, root, model));
        // What the rest names was read with the rest.
        return loaded with { Silences = basis.Silences, NextExpiry = basis.NextExpiry, Documents = basis.Documents };
    }

    /// <summary>Reads some owners anew, where nothing else changed.</summary>
    /// <param name="changes">No owner twice; all in zones that the basis has, and none that decides about other names.</param>
    /// <param name="heads">Zones of the basis whose own keys are read anew; none changes the TTL that records have without one.</param>
    /// <param name="basis">A load with everything else.</param>
    internal LoadResult LoadOwners(IReadOnlyCollection<OwnerChange> changes, IReadOnlyCollection<MapEntry> heads, LoadResult basis)
    {
        MeridianModel model = basis.Model ?? throw new ArgumentException("only a configuration without errors can be built on", nameof(basis));
        Diagnostics diagnostics = new(options.Limits.MaxErrors);
        LoadResult loaded = Read(
            basis.Root, new DocumentSource(files, options.Limits, diagnostics), diagnostics, DeclaredNames.Of(model), tree: null,
            context => OwnerReader.Read(context, changes, heads, model));
        return loaded with { Silences = basis.Silences, NextExpiry = basis.NextExpiry, Documents = basis.Documents };
    }

    /// <summary>Reads what is kept with the configuration and changes nothing of what is served.</summary>
    /// <param name="root">A tree with nothing else.</param>
    /// <param name="basis">A load with everything else.</param>
    internal LoadResult LoadKept(MapNode root, LoadResult basis)
    {
        MeridianModel model = basis.Model ?? throw new ArgumentException("only a configuration without errors can be built on", nameof(basis));
        Diagnostics diagnostics = new(options.Limits.MaxErrors);
        return Read(
            basis.Root, new DocumentSource(files, options.Limits, diagnostics), diagnostics, DeclaredNames.Of(model), tree: null, context =>
            {
                ModelReader.ReadKept(context, root);
                return model;
            });
    }

    private LoadResult Read(
        string path, DocumentSource documents, Diagnostics diagnostics, DeclaredNames names, MapNode? tree, Func<ReadContext, MeridianModel?> read)
    {
        PositionIndex positions = new();
        ReadContext context = new(options, diagnostics, positions, names, documents);
        MeridianModel? model = read(context);
        ImmutableArray<ConfigurationDocument> found = documents.Documents;
        string[] order = [.. found.Select(document => document.Path)];
        bool isValid = !diagnostics.HasErrors && model is not null;
        return new LoadResult
        {
            Root = path,
            Model = isValid ? model : null,
            Errors = diagnostics.Errors(order),
            Warnings = diagnostics.Warnings(order),
            Documents = found,
            Digest = "",
            Positions = positions,
            Silences = context.Silences,
            Tree = tree,
            ResolvedPaths = context.ResolvedPaths,
            NextExpiry = model?.Pools.Values.SelectMany(pool => pool.Members).Min(member => member.Until),
        };
    }

    private MapNode ReadDocuments(string path, DocumentSource documents, Diagnostics diagnostics, out bool isComplete)
    {
        isComplete = true;
        DocumentMerge merge = new(diagnostics);
        IEnumerable<string> found = FindDocuments(path, documents, diagnostics);
        if (options.Beside is { } beside && documents.TryPeek(beside, out _) != FileReadStatus.Missing)
        {
            found = found.Append(beside);
        }
        foreach (string file in found)
        {
            string? text = documents.ReadText(file, new SourcePosition(file, 1, 1), "");
            bool isBroken = text is null;
            ConfigNode? root = text is null ? null : YamlTreeReader.Read(
                file, text, options.Limits, diagnostics, out isBroken);
            isComplete &= !isBroken && root is (null or MapNode);
            merge.Add(root);
        }
        return merge.ToMap(path);
    }

    private static string[] FindDocuments(string path, DocumentSource documents, Diagnostics diagnostics)
    {
        if (!documents.DirectoryExists(path))
        {
            return [path];
        }
        string[] found = [.. documents.ListDirectory(path)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml")
            .OrderBy(file => file, StringComparer.Ordinal)];
        if (found.Length == 0)
        {
            diagnostics.Error(new SourcePosition(path, 1, 1), "", "the directory has no *.yaml or *.yml files");
        }
        return found;
    }
}
