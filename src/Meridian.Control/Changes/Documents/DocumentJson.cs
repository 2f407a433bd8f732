using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Changes.Documents;

/// <summary>
/// The one JSON form of a document's body: what is written in YAML as a bare number or truth value is one in JSON too,
/// everything else is a text. Keys stay in the order in which they were written, because some trees draw by it.
/// </summary>
internal static partial class DocumentJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical octets of a value: writing what was read gives the same octets.</summary>
    public static byte[] Write(ConfigNode node)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Compact))
        {
            WriteNode(json, node);
        }
        return stream.ToArray();
    }

    /// <summary>
    /// Reads a body into nodes whose position is the document and the how-manieth value in it (see
    /// <see cref="DocumentPointer"/>), which costs no memory beyond that of a file's lines and columns.
    /// </summary>
    /// <param name="utf8">The body.</param>
    /// <param name="document">The document's name, for positions.</param>
    /// <param name="limits">Bounds nesting and the number of values.</param>
    /// <param name="node">The value.</param>
    /// <param name="problem">What is wrong with the JSON.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8,
        string document,
        ConfigurationLimits limits,
        [NotNullWhen(true)] out ConfigNode? node,
        [NotNullWhen(false)] out string? problem)
    {
        node = null;
        problem = null;
        Utf8JsonReader reader = new(utf8, new JsonReaderOptions { MaxDepth = limits.MaxNesting });
        try
        {
            int ordinal = 0;
            reader.Read();
            node = ReadNode(ref reader, document, ref ordinal, limits.MaxNodes);
            reader.Read();
            return true;
        }
        catch (JsonException e)
        {
            node = null;
            problem = $"this is not valid JSON: {e.Message.Split(" Path:")[0].TrimEnd('.')}";
            return false;
        }
    }

    /// <summary>Whether a text, written bare, is a number that every JSON reader gives back as it was.</summary>
    public static bool IsNumber(string text) => text.Length <= 16 && text != "-0" && CanonicalNumber().IsMatch(text);

    public static bool IsTruthValue(string text) => text is "true" or "false";

    private static void WriteNode(Utf8JsonWriter json, ConfigNode node)
    {
        switch (node)
        {
            case MapNode map:
                json.WriteStartObject();
                foreach (MapEntry entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    WriteNode(json, entry.Value);
                }
                json.WriteEndObject();
                break;
            case ListNode list:
                json.WriteStartArray();
                foreach (ConfigNode item in list.Items)
                {
                    WriteNode(json, item);
                }
                json.WriteEndArray();
                break;
            case ScalarNode scalar:
                WriteScalar(json, scalar);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, ScalarNode scalar)
    {
        if (scalar.IsNull)
        {
            json.WriteNullValue();
        }
        else if (scalar.IsPlain && IsTruthValue(scalar.Text))
        {
            json.WriteBooleanValue(scalar.Text == "true");
        }
        else if (scalar.IsPlain && IsNumber(scalar.Text))
        {
            json.WriteRawValue(scalar.Text, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(scalar.Text);
        }
    }

    private static ConfigNode ReadNode(ref Utf8JsonReader reader, string document, ref int ordinal, int maxNodes)
    {
        if (++ordinal > maxNodes)
        {
            throw new JsonException($"the document has more than {maxNodes} values");
        }
        SourcePosition position = new(document, ordinal, 1);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                return ReadMap(ref reader, position, ref ordinal, maxNodes);
            case JsonTokenType.StartArray:
                ImmutableArray<ConfigNode>.Builder items = ImmutableArray.CreateBuilder<ConfigNode>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadNode(ref reader, document, ref ordinal, maxNodes));
                }
                return new ListNode(position, items.DrainToImmutable());
            case JsonTokenType.String:
                // GetString refuses lone surrogates with an exception of another kind.
                return new ScalarNode(position, TextOf(ref reader), isPlain: false);
            default:
                return new ScalarNode(position, Encoding.UTF8.GetString(reader.ValueSpan), isPlain: true);
        }
    }

    private static MapNode ReadMap(ref Utf8JsonReader reader, SourcePosition position, ref int ordinal, int maxNodes)
    {
        ImmutableArray<MapEntry>.Builder entries = ImmutableArray.CreateBuilder<MapEntry>();
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = TextOf(ref reader);
            if (!seen.Add(key))
            {
                throw new JsonException($"the key '{key}' is here twice");
            }
            reader.Read();
            SourcePosition keyPosition = position with { Line = ordinal + 1 };
            entries.Add(new MapEntry(key, keyPosition, ReadNode(ref reader, position.File, ref ordinal, maxNodes)));
        }
        return new MapNode(position, entries.DrainToImmutable());
    }

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("a text is not valid Unicode");
        }
    }

    // At most fifteen digits and no final zero after a point: a double holds it, and prints it as it was.
    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,14})\z|^-?(0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex CanonicalNumber();
}
