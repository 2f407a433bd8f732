using System.Buffers;
using System.Text.Json;

namespace Meridian.Control.Access;

/// <summary>A token as a document of the change log.</summary>
public static class TokenDocument
{
    /// <summary>The document's body.</summary>
    public static byte[] Write(AccessToken token)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            // Keys in order, as in every canonical document.
            json.WriteStartObject();
            json.WriteString("created", token.CreatedAt);
            json.WriteString("created-by", token.CreatedBy);
            if (token.ExpiresAt is { } end)
            {
                json.WriteString("expires", end);
            }
            json.WriteString("hash", Convert.ToHexStringLower(token.Hash.AsSpan()));
            json.WriteString("name", token.Name);
            json.WriteString("role", token.Role.ToWord());
            json.WriteStartArray("zones");
            foreach (string zone in token.Scope.Patterns)
            {
                json.WriteStringValue(zone);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a document; null when it is not one of a token.</summary>
    public static AccessToken? TryRead(string id, ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement root = document.RootElement;
            ZoneScope? scope = ZoneScope.TryCreate(root.GetProperty("zones").EnumerateArray().Select(zone => zone.GetString() ?? ""), out _);
            Role? role = RoleWords.TryRead(root.GetProperty("role").GetString());
            return scope is null || role is null ? null : new AccessToken
            {
                Id = id,
                Name = root.GetProperty("name").GetString() ?? "",
                Role = role.Value,
                Scope = scope,
                Hash = [.. Convert.FromHexString(root.GetProperty("hash").GetString() ?? "")],
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
