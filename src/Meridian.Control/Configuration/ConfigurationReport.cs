using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meridian.Control.Configuration;

/// <summary>What a load found, for people and for programs.</summary>
public static class ConfigurationReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line per finding, errors first.</summary>
    public static string ToText(LoadResult result) => string.Join('\n', result.Errors.Concat(result.Warnings));

    /// <summary>
    /// An object with <c>valid</c>, <c>digest</c> (null unless valid), <c>files</c>, and <c>errors</c> and <c>warnings</c> as
    /// lists of <c>{file, line, column, path, message, suggestion}</c>.
    /// </summary>
    public static string ToJson(LoadResult result)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteBoolean("valid", result.Model is not null);
            json.WriteString("digest", result.Model is null ? null : result.Digest);
            json.WriteStartArray("files");
            foreach (string file in result.Files)
            {
                json.WriteStringValue(file);
            }
            json.WriteEndArray();
            WriteFindings(json, "errors", result.Errors);
            WriteFindings(json, "warnings", result.Warnings);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteFindings(Utf8JsonWriter json, string name, ImmutableArray<ConfigurationError> findings)
    {
        json.WriteStartArray(name);
        foreach (ConfigurationError finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("path", finding.Path);
            json.WriteString("message", finding.Message);
            json.WriteString("suggestion", finding.Suggestion);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
