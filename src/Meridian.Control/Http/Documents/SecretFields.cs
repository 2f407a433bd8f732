using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Meridian.Control.Http.Documents;

/// <summary>
/// Secrets in documents: tokens that monitors are reported with, header fields that they send. They are shown as
/// <see cref="Mask"/>, and a document that comes back with it keeps the secret that was there.
/// </summary>
internal static class SecretFields
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mask = "(secret)";

    private static readonly FrozenSet<string> Keys = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "token", "secret", "password", "hash");

    // Of header fields the value may be one; the name is the operator's own.
    private static readonly string[] SecretHeaderParts = ["authorization", "cookie", "token", "secret", "key", "password"];

    /// <summary>The document without its secrets.</summary>
    /// <param name="body">JSON.</param>
    /// <param name="hasSecrets">Whether there were any.</param>
    public static JsonElement Hide(ReadOnlyMemory<byte> body, out bool hasSecrets)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        bool found = false;
        if (!AnyIn(document.RootElement))
        {
            hasSecrets = false;
            return document.RootElement.Clone();
        }
        JsonNode? node = JsonNode.Parse(body.Span);
        Visit(node, "", (parent, key, _) =>
        {
            found = true;
            parent[key] = Mask;
        });
        hasSecrets = found;
        return JsonSerializer.SerializeToElement(node, Routing.ApiJson.Default.JsonNode);
    }

    /// <summary>Puts the secrets that are kept in the place of <see cref="Mask"/>; null when there is none to put.</summary>
    /// <param name="body">What came.</param>
    /// <param name="kept">The document as it is; null when it does not exist.</param>
    /// <param name="pointer">The place that has none.</param>
    public static byte[]? Restore(ReadOnlyMemory<byte> body, ReadOnlyMemory<byte>? kept, out string? pointer)
    {
        pointer = null;
        if (!body.Span.ContainsMask())
        {
            return body.ToArray();
        }
        JsonNode? node = JsonNode.Parse(body.Span);
        Dictionary<string, string> secrets = [];
        if (kept is { } before)
        {
            Visit(JsonNode.Parse(before.Span), "", (_, _, place) => secrets[place.Pointer] = place.Value);
        }
        string? missing = null;
        Visit(node, "", (parent, key, place) =>
        {
            if (place.Value != Mask)
            {
                return;
            }
            if (secrets.TryGetValue(place.Pointer, out string? secret))
            {
                parent[key] = secret;
            }
            else
            {
                missing ??= place.Pointer;
            }
        });
        pointer = missing;
        return missing is null ? JsonSerializer.SerializeToUtf8Bytes(node, Routing.ApiJson.Default.JsonNode) : null;
    }

    /// <summary>The secrets themselves, to take them out of what is told of a document.</summary>
    public static IEnumerable<string> ValuesOf(ReadOnlyMemory<byte> body)
    {
        List<string> values = [];
        Visit(JsonNode.Parse(body.Span), "", (_, _, place) => values.Add(place.Value));
        return values;
    }

    private static bool ContainsMask(this ReadOnlySpan<byte> body) => body.IndexOf("\"(secret)\""u8) >= 0;

    private static bool AnyIn(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Any(
            property => (property.Value.ValueKind == JsonValueKind.String && Keys.Contains(property.Name))
                || property.Name == "headers" || AnyIn(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().Any(AnyIn),
        _ => false,
    };

    private static void Visit(JsonNode? node, string pointer, Action<JsonObject, string, (string Pointer, string Value)> found)
    {
        switch (node)
        {
            case JsonObject map:
                foreach ((string key, JsonNode? value) in map.ToArray())
                {
                    string here = $"{pointer}/{Routing.JsonPointers.Escape(key)}";
                    bool isSecret = Keys.Contains(key) || (pointer.EndsWith("/headers", StringComparison.Ordinal) && IsSecretHeader(key));
                    if (isSecret && value is JsonValue text && text.TryGetValue(out string? secret))
                    {
                        found(map, key, (here, secret));
                    }
                    else
                    {
                        Visit(value, here, found);
                    }
                }
                break;
            case JsonArray list:
                for (int i = 0; i < list.Count; i++)
                {
                    Visit(list[i], $"{pointer}/{i}", found);
                }
                break;
        }
    }

    private static bool IsSecretHeader(string name) =>
        SecretHeaderParts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
