using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Control.Configuration.Sections;

namespace Meridian.Control.Configuration;

/// <summary>
/// Overrides that commands make where files are the truth. They cannot be written into the files, which belong to somebody
/// else; they are kept beside the state, and read with the files. Immutable.
/// </summary>
public sealed class OperatorWords
{
    private const string FileName = "overrides.yaml";

    private const string Comment = "# Overrides made by commands; written by Meridian. 'meridian undrain' takes them away.\n";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _overrides;

    private OperatorWords(JsonObject overrides) => _overrides = overrides;

    /// <summary>The file that a state directory keeps them in.</summary>
    public static string PathIn(string stateDirectory) => Path.GetFullPath(Path.Combine(stateDirectory, FileName));

    /// <summary>What a file holds; nothing when it is not there or not one of ours.</summary>
    public static OperatorWords Read(IConfigurationFiles files, string path, int maxLength)
    {
        if (files.TryRead(path, maxLength, out byte[] content) != FileReadStatus.Read)
        {
            return new OperatorWords([]);
        }
        try
        {
            JsonDocumentOptions options = new() { CommentHandling = JsonCommentHandling.Skip };
            // JSON is YAML too, but for the comment in the first line.
            int start = content.AsSpan().IndexOf((byte)'{');
            JsonNode? root = start < 0 ? null : JsonNode.Parse(content.AsSpan(start), null, options);
            return new OperatorWords(root?[RootSection.Overrides.Name] is JsonObject kept ? (JsonObject)kept.DeepClone() : []);
        }
        catch (JsonException)
        {
            return new OperatorWords([]);
        }
    }

    public bool Has(string name) => _overrides.ContainsKey(name);

    /// <summary>The same with one written.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="body">JSON.</param>
    public OperatorWords With(string name, ReadOnlyMemory<byte> body)
    {
        JsonObject changed = (JsonObject)_overrides.DeepClone();
        changed[name] = JsonNode.Parse(body.Span);
        return new OperatorWords(changed);
    }

    public OperatorWords Without(string name)
    {
        JsonObject changed = (JsonObject)_overrides.DeepClone();
        changed.Remove(name);
        return new OperatorWords(changed);
    }

    /// <summary>The file.</summary>
    public byte[] ToFile()
    {
        JsonObject root = new() { [RootSection.Overrides.Name] = _overrides.DeepClone() };
        return System.Text.Encoding.UTF8.GetBytes(Comment + root.ToJsonString(Indented) + "\n");
    }
}
