using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meridian.Control.ChangeLog;

namespace Meridian.Control.Changes.Planned;

/// <summary>Changes the TTLs in the document of a name's records, and nothing else of it.</summary>
internal static class TtlEdit
{
    private const string Key = "ttl";

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The same records with one TTL, also where a type had one of its own.</summary>
    public static DocumentBody WithTtl(in DocumentBody records, uint seconds)
    {
        JsonObject root = Parse(records);
        JsonNode ttl = JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{seconds}s"));
        root[Key] = ttl;
        foreach (JsonObject type in Types(root).Where(type => type.ContainsKey(Key)))
        {
            type[Key] = ttl.DeepClone();
        }
        return Write(root);
    }

    /// <summary>The same records with the TTLs of others: what those do not say is said no more.</summary>
    public static DocumentBody WithTtlsOf(in DocumentBody records, in DocumentBody others)
    {
        JsonObject root = Parse(records);
        JsonObject from = Parse(others);
        Copy(from, root);
        foreach ((string name, JsonNode? type) in root.ToArray())
        {
            if (type is JsonObject to)
            {
                Copy(from[name] as JsonObject, to);
            }
        }
        return Write(root);
    }

    private static void Copy(JsonObject? from, JsonObject to)
    {
        to.Remove(Key);
        if (from?[Key] is { } ttl)
        {
            to[Key] = ttl.DeepClone();
        }
    }

    private static IEnumerable<JsonObject> Types(JsonObject root) => [.. root.Select(entry => entry.Value).OfType<JsonObject>()];

    private static JsonObject Parse(in DocumentBody body) => JsonNode.Parse(body.Utf8) as JsonObject ?? [];

    private static DocumentBody Write(JsonObject root) => DocumentBody.FromText(root.ToJsonString(Options));
}
