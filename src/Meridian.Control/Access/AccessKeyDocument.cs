using System.Buffers;
using System.Text.Json;

namespace Meridian.Control.Access;

/// <summary>A key of the Route 53 API as a document of the change log.</summary>
public static class AccessKeyDocument
{
    /// <summary>The document's body.</summary>
    public static byte[] Write(AccessKey key)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            // Keys in order, as in every canonical document.
            json.WriteStartObject();
            json.WriteString("created", key.CreatedAt);
            json.WriteString("created-by", key.CreatedBy);
            if (key.ExpiresAt is { } end)
            {
                json.WriteString("expires", end);
            }
            json.WriteString("name", key.Name);
            json.WriteString("role", key.Role.ToWord());
            json.WriteString("secret", key.Secret);
            json.WriteStartArray("zones");
            foreach (string zone in key.Scope.Patterns)
            {
                json.WriteStringValue(zone);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a document; null when it is not one of a key.</summary>
    public static AccessKey? TryRead(string id, ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            ZoneScope? scope = ZoneScope.TryCreate(root.GetProperty("zones").EnumerateArray().Select(zone => zone.GetString() ?? ""), out _);
            Role? role = RoleWords.TryRead(root.GetProperty("role").GetString());
            string? secret = root.GetProperty("secret").GetString();
            return scope is null || role is null || string.IsNullOrEmpty(secret) ? null : new AccessKey
            {
                Id = id,
                Secret = secret,
                Name = root.GetProperty("name").GetString() ?? "",
                Role = role.Value,
                Scope = scope,
                CreatedAt = root.GetProperty("created").GetDateTimeOffset(),
                CreatedBy = root.GetProperty("created-by").GetString() ?? "",
                ExpiresAt = root.TryGetProperty("expires", out JsonElement end) ? end.GetDateTimeOffset() : null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
