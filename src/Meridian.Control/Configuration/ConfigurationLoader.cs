using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Sections;
using Meridian.Control.Configuration.Yaml;
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
        PositionIndex positions = new();
        MapNode root = ReadDocuments(path, documents, diagnostics, out bool isComplete);
        ReadContext context = new(options, diagnostics, positions, DeclaredNames.Collect(root, isComplete), documents);
        MeridianModel? model = ModelReader.Read(context, root);
        ImmutableArray<ConfigurationDocument> read = documents.Documents;
        string[] order = [.. read.Select(document => document.Path)];
        bool isValid = !diagnostics.HasErrors && model is not null;
        return new LoadResult
        {
            Root = path,
            Model = isValid ? model : null,
            Errors = diagnostics.Errors(order),
            Warnings = diagnostics.Warnings(order),
            Documents = read,
            Digest = isValid && model is not null ? ModelDigest.Compute(model) : "",
            Positions = positions,
            Silences = context.Silences,
            NextExpiry = model?.Pools.Values.SelectMany(pool => pool.Members).Min(member => member.Until),
        };
    }

    private MapNode ReadDocuments(string path, DocumentSource documents, Diagnostics diagnostics, out bool isComplete)
    {
        isComplete = true;
        DocumentMerge merge = new(diagnostics);
        foreach (string file in FindDocuments(path, documents, diagnostics))
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
