using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Meridian.Control.History;
using Meridian.Dns.Records;
using Meridian.Engine.Explaining;

namespace Meridian.Control.Explaining;

/// <summary>An explanation as JSON: <c>query</c>, <c>revision</c>, <c>state</c> (of the past), <c>steps</c> (a tree) and <c>answer</c>.</summary>
internal static class ExplanationJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Explanation explanation, IMemberEvidence evidence)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, Indented))
        {
            json.WriteStartObject();
            WriteQuery(json, explanation);
            json.WriteStartObject("revision");
            json.WriteNumber("number", explanation.Report.Revision.Number);
            json.WriteNumber("soaSerial", explanation.Report.Revision.SoaSerial);
            json.WriteString("digest", explanation.Report.Revision.Digest);
            json.WriteString("loadedAt", explanation.Report.Revision.LoadedAt);
            json.WriteEndObject();
            WriteState(json, explanation.Past);
            json.WriteStartArray("steps");
            foreach (DecisionStep step in explanation.Report.Steps)
            {
                WriteStep(json, step, "", evidence);
            }
            json.WriteEndArray();
            WriteAnswer(json, explanation);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteQuery(Utf8JsonWriter json, Explanation explanation)
    {
        ExplainedQuery query = explanation.Query;
        json.WriteStartObject("query");
        json.WriteString("name", query.Name.ToString());
        json.WriteString("type", query.Type.ToMnemonic());
        json.WriteString("source", query.Client.Address.ToString());
        json.WriteNumber("port", query.Client.Port);
        json.WriteNumber("id", query.MessageId);
        json.WriteString("time", query.At);
        json.WriteString("clientSubnet", query.Subnet);
        json.WriteString("octets", Convert.ToHexStringLower(query.Message));
        json.WriteEndObject();
    }

    /// <summary>The state of the past that answered; left out for the present one.</summary>
    private static void WriteState(Utf8JsonWriter json, PastState? past)
    {
        if (past is null)
        {
            return;
        }
        json.WriteStartObject("state");
        json.WriteString("since", past.Since);
        if (past.Until is { } until)
        {
            json.WriteString("until", until);
        }
        if (past.UntilAtLatest is { } latest)
        {
            json.WriteString("untilAtLatest", latest);
        }
        json.WriteString("places", past.Places);
        json.WriteStartArray("remarks");
        foreach (string remark in past.Remarks)
        {
            json.WriteStringValue(remark);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter json, DecisionStep step, string pool, IMemberEvidence evidence)
    {
        json.WriteStartObject();
        json.WriteString("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(step.Kind.ToString()));
        json.WriteString("subject", step.Subject);
        json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(step.Outcome));
        json.WriteString("reason", step.Reason);
        if (step.Kind == DecisionStepKind.Member)
        {
            json.WriteStartArray("evidence");
            foreach (string line in evidence.Of(pool, step.Subject))
            {
                json.WriteStringValue(line);
            }
            json.WriteEndArray();
        }
        json.WriteStartArray("children");
        foreach (DecisionStep child in step.Children)
        {
            WriteStep(json, child, step.Kind == DecisionStepKind.Pool ? step.Subject : pool, evidence);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, Explanation explanation)
    {
        json.WriteStartObject("answer");
        json.WriteString("rcode", explanation.Report.Result.Rcode.ToString().ToUpperInvariant());
        json.WriteNumber("length", explanation.Report.Result.Length);
        json.WriteString("octets", Convert.ToHexStringLower(explanation.Octets));
        if (explanation.Scope is { } scope)
        {
            json.WriteNumber("scopePrefixLength", scope);
        }
        json.WriteStartArray("records");
        foreach ((string section, string record) in explanation.Records)
        {
            json.WriteStartObject();
            json.WriteString("section", section);
            json.WriteString("record", record);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
