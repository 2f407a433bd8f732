using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Reading;

/// <summary>
/// A map that is read by its schema. Opening it reports every key that the schema does not have and every required one
/// that is missing; each value reports what is wrong with itself and gives its default, so that one mistake hides no other.
/// </summary>
internal sealed class MapReader
{
    private readonly SectionSchema _schema;

    private MapReader(ReadContext context, MapNode node, string path, SectionSchema schema)
    {
        Context = context;
        Node = node;
        Path = path;
        _schema = schema;
    }

    public ReadContext Context { get; }

    public MapNode Node { get; }

    /// <summary>Where in the model.</summary>
    public string Path { get; }

    /// <summary>
    /// Whether it has keys that the schema does not know: what seems to be missing may be one of them, mistyped.
    /// </summary>
    public bool HasUnknownKeys { get; private set; }

    /// <summary>Opens a value as a map; null, with an error, when it is something else.</summary>
    public static MapReader? Open(ReadContext context, ConfigNode node, string path, SectionSchema schema)
    {
        if (node is not MapNode map)
        {
            string keys = string.Join(", ", schema.Keys.Take(3).Select(key => key.Name));
            context.Error(node, path, $"expected a map with keys such as {keys}, found {node.Describe()}");
            return null;
        }
        MapReader reader = new(context, map, path, schema);
        reader.CheckKeys();
        return reader;
    }

    public bool Has(SchemaKey key) => Node.Find(key.Name) is not null;

    public ConfigNode? Find(SchemaKey key) => Node.Find(key.Name)?.Value;

    public string PathOf(SchemaKey key) => PathOf(key.Name);

    /// <summary>The value's position, or the map's when the key is not there.</summary>
    public SourcePosition PositionOf(SchemaKey key) => Find(key)?.Position ?? Node.Position;

    /// <summary>The value, or the key's default when it is absent or wrong.</summary>
    public T Read<T>(SchemaKey<T> key) => TryRead(key, out T? value) ? value : key.Default;

    /// <summary>Whether the key is there with a valid value.</summary>
    public bool TryRead<T>(SchemaKey<T> key, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        return Find(key) is { } node && key.Value.TryRead(Context, node, PathOf(key), out value);
    }

    /// <summary>Reports an error at a key's value.</summary>
    public void Error(SchemaKey key, string message, string? suggestion = null) =>
        Context.Diagnostics.Error(PositionOf(key), PathOf(key), message, suggestion);

    private string PathOf(string key) => Path.Length == 0 ? key : $"{Path}/{key}";

    private void CheckKeys()
    {
        foreach (MapEntry entry in Node.Entries)
        {
            string path = PathOf(entry.Key);
            if (_schema.Keys.Any(key => key.Name == entry.Key))
            {
                Context.Positions.Add(path, entry.Value.Position);
            }
            else if (!_schema.HasOtherKeys)
            {
                HasUnknownKeys = true;
                (string message, string? suggestion) = ExplainUnknown(entry.Key);
                Context.Diagnostics.Error(entry.KeyPosition, path, message, suggestion);
            }
        }
        foreach (SchemaKey key in _schema.Keys)
        {
            if (key.IsRequired && !Has(key) && Context.Names.IsComplete)
            {
                Context.Diagnostics.Error(Node.Position, Path, $"the key '{key.Name}' is missing: {key.ValueType}");
            }
        }
    }

    private (string Message, string? Suggestion) ExplainUnknown(string key)
    {
        if (_schema.NotYetSupported.Contains(key))
        {
            return ($"'{key}' is not supported by this version yet", null);
        }
        string? nearest = Context.Nearest(key, _schema.Keys.Select(known => known.Name));
        string expected = nearest is null ? $"; expected one of {string.Join(", ", _schema.Keys.Select(known => known.Name))}" : "";
        return ($"unknown key '{key}' in {_schema.Title}{expected}", nearest);
    }
}
