using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meridian.Control.Linting;

/// <summary>Findings for people, for programs, and for code hosting (SARIF 2.1.0).</summary>
public static class LintOutput
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One paragraph for each finding.</summary>
    public static string ToText(LintReport report)
    {
        StringBuilder text = new();
        foreach ((LintFinding finding, Configuration.SourcePosition at) in report.Findings)
        {
            text.Append($"{at.File}:{at.Line}:{at.Column}: {SeverityOf(finding.Rule)}: {finding.Message} [{finding.Rule.Id}]\n");
            text.Append($"    why: {finding.Rule.Why}\n");
            if (finding.Client is { } client)
            {
                text.Append($"    hit by: {client}\n");
            }
            text.Append($"    fix: {finding.Rule.Fix}\n");
        }
        return text.ToString();
    }

    /// <summary>An object with <c>findings</c> as a list of <c>{rule, severity, file, line, column, path, message, why, client, fix}</c>, and <c>silenced</c>.</summary>
    public static string ToJson(LintReport report) => Write(json =>
    {
        json.WriteStartArray("findings");
        foreach ((LintFinding finding, Configuration.SourcePosition at) in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule.Id);
            json.WriteString("severity", SeverityOf(finding.Rule));
            json.WriteString("file", at.File);
            json.WriteNumber("line", at.Line);
            json.WriteNumber("column", at.Column);
            json.WriteString("path", finding.Path);
            json.WriteString("message", finding.Message);
            json.WriteString("why", finding.Rule.Why);
            json.WriteString("client", finding.Client);
            json.WriteString("fix", finding.Rule.Fix);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("silenced", report.SilencedCount);
    });

    /// <summary>A SARIF log with one run (OASIS SARIF 2.1.0 §3.13).</summary>
    public static string ToSarif(LintReport report, string version) => Write(json =>
    {
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        WriteTool(json, version);
        json.WriteStartArray("results");
        foreach ((LintFinding finding, Configuration.SourcePosition at) in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("ruleId", finding.Rule.Id);
            json.WriteString("level", SeverityOf(finding.Rule));
            WriteMessage(json, "message", finding.Client is { } client ? $"{finding.Message}; hit by {client}" : finding.Message);
            WriteLocation(json, at);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static void WriteTool(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "meridian lint");
        json.WriteString("version", version);
        json.WriteStartArray("rules");
        foreach (LintRule rule in LintRule.All)
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            WriteMessage(json, "shortDescription", rule.Why);
            WriteMessage(json, "help", rule.Fix);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter json, Configuration.SourcePosition at)
    {
        json.WriteStartArray("locations");
        json.WriteStartObject();
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", at.File.Replace('\\', '/'));
        json.WriteEndObject();
        json.WriteStartObject("region");
        json.WriteNumber("startLine", at.Line);
        json.WriteNumber("startColumn", at.Column);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string SeverityOf(LintRule rule) => rule.Severity == LintSeverity.Error ? "error" : "warning";

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
