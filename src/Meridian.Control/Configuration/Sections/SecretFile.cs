using Meridian.Control.Configuration.Reading;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads a secret from the file that a key names.</summary>
internal static class SecretFile
{
    /// <summary>The text without white space around it; null when the key is not given or the file cannot be read, which is reported.</summary>
    public static string? Read(MapReader map, SchemaKey<string?> key)
    {
        if (map.Read(key) is not { } name)
        {
            return null;
        }
        SourcePosition named = map.PositionOf(key);
        string file = map.Context.ResolvePath(named, name);
        if (map.Context.Documents.ReadText(file, named, map.PathOf(key)) is not { } text)
        {
            return null;
        }
        if (text.Trim().Length == 0)
        {
            map.Context.Diagnostics.Error(named, map.PathOf(key), $"'{file}' is empty");
        }
        return text.Trim();
    }
}
