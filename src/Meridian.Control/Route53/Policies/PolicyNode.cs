using System.Text.Json;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Policies;

/// <summary>An object of a traffic policy document. Numbers and truth values come as such or as texts: both are written in the field.</summary>
/// <param name="Json">The object.</param>
/// <param name="Place">Where it is, for people.</param>
internal sealed record PolicyNode(JsonElement Json, string Place)
{
    public IEnumerable<string> Keys => Json.ValueKind == JsonValueKind.Object ? Json.EnumerateObject().Select(property => property.Name) : [];

    public static Route53Exception Refuse(string reason) =>
        new Route53Error(400, "InvalidTrafficPolicyDocument", $"The traffic policy document is invalid: {reason}.").ToException();

    /// <summary>Refuses keys that mean nothing here: what is misspelt must not be ignored.</summary>
    public void CheckKeys(params ReadOnlySpan<string> known)
    {
        CheckObject();
        foreach (string key in Keys)
        {
            if (!known.Contains(key))
            {
                throw Refuse($"{Place}: '{key}' is not known here");
            }
        }
    }

    /// <summary>The object of a key; an empty one when it is not there.</summary>
    public PolicyNode Map(string key) => Find(key) ?? new PolicyNode(default, key);

    /// <summary>The object of a key; null when it is not there.</summary>
    public PolicyNode? Find(string key)
    {
        if (Value(key) is not { } value)
        {
            return null;
        }
        PolicyNode found = new(value, Place == "the document" ? key : $"{Place}/{key}");
        found.CheckObject();
        return found;
    }

    /// <summary>The objects in it by their keys; none when it is not there.</summary>
    public Dictionary<string, PolicyNode> Entries()
    {
        Dictionary<string, PolicyNode> entries = new(StringComparer.Ordinal);
        if (Json.ValueKind != JsonValueKind.Object)
        {
            return entries;
        }
        foreach (JsonProperty property in Json.EnumerateObject())
        {
            PolicyNode entry = new(property.Value, $"{Place}/{property.Name}");
            entry.CheckObject();
            if (!entries.TryAdd(property.Name, entry))
            {
                throw Refuse($"{Place}: '{property.Name}' is there twice");
            }
        }
        return entries;
    }

    /// <summary>The objects of a list.</summary>
    public IEnumerable<PolicyNode> Items(string key)
    {
        if (Value(key) is not { ValueKind: JsonValueKind.Array } list)
        {
            throw Refuse($"{Place}: {key} must be a list");
        }
        return list.EnumerateArray().Select((item, index) => new PolicyNode(item, $"{Place}/{key}/{index}"));
    }

    /// <summary>The text of a key, or the number or truth value as a text; null when it is not there.</summary>
    public string? Text(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } plain => plain.GetRawText(),
        _ => throw Refuse($"{Place}: {key} must be a text"),
    };

    public string Require(string key) => Text(key) is { Length: > 0 } text ? text : throw Refuse($"{Place}: {key} is missing");

    /// <summary>Whether a key says true; false when it is not there.</summary>
    public bool Boolean(string key) => Text(key)?.ToLowerInvariant() switch
    {
        null or "false" or "" => false,
        "true" => true,
        { } other => throw Refuse($"{Place}: {key} is '{other}'; it is true or false"),
    };

    private JsonElement? Value(string key) =>
        Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private void CheckObject()
    {
        if (Json.ValueKind != JsonValueKind.Object)
        {
            throw Refuse($"{Place} must be an object");
        }
    }
}
