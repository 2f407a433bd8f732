using System.Globalization;
using System.Text;
using Meridian.Dns.Records;
using Meridian.Engine.Explaining;

namespace Meridian.Control.Explaining;

/// <summary>An explanation as a tree for a terminal.</summary>
internal sealed class ExplanationText
{
    private readonly ExplanationEvidence _evidence;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    private ExplanationText(ExplanationEvidence evidence) => _evidence = evidence;

    public static string Write(Explanation explanation, ExplanationEvidence evidence) => new ExplanationText(evidence).Write(explanation);

    private string Write(Explanation explanation)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{explanation.Name} {explanation.Type.ToMnemonic()}\n");
        text.Append(CultureInfo.InvariantCulture, $"asked by {explanation.Client.Address} port {explanation.Client.Port}, message id {explanation.Request.MessageId ?? 0}, at {explanation.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z\n");
        if (explanation.HasSubnet)
        {
            text.Append(CultureInfo.InvariantCulture, $"for client {explanation.Request.Client}/{explanation.Request.ClientPrefixLength} (client subnet option)\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"answered from revision {explanation.Report.Revision.Number}, accepted {explanation.Report.Revision.LoadedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z\n\n");
        for (int i = 0; i < explanation.Report.Steps.Length; i++)
        {
            WriteStep(explanation.Report.Steps[i], "", "", text, isLast: i == explanation.Report.Steps.Length - 1);
        }
        WriteAnswer(explanation, text);
        return text.ToString();
    }

    private void WriteStep(DecisionStep step, string indent, string pool, StringBuilder text, bool isLast)
    {
        text.Append(indent).Append(isLast ? "└─ " : "├─ ").Append(Title(step));
        if (step.Reason.Length > 0)
        {
            text.Append(": ").Append(step.Reason);
        }
        text.Append('\n');
        string below = indent + (isLast ? "   " : "│  ");
        // A pool that is considered more than once has one set of evidence.
        if (step.Kind == DecisionStepKind.Member && _shown.Add($"{pool}/{step.Subject}"))
        {
            foreach (string line in _evidence.Of(pool, step.Subject))
            {
                text.Append(below).Append("   ").Append(line).Append('\n');
            }
        }
        for (int i = 0; i < step.Children.Length; i++)
        {
            string owner = step.Kind == DecisionStepKind.Pool ? step.Subject : pool;
            WriteStep(step.Children[i], below, owner, text, i == step.Children.Length - 1);
        }
    }

    private static string Title(DecisionStep step) => step.Kind switch
    {
        DecisionStepKind.Lookup => $"name {step.Subject} {WordsOf(step.Outcome)}",
        DecisionStepKind.Rotation => $"rotation of {step.Subject}: {step.Outcome}",
        DecisionStepKind.Policy => $"policy {step.Subject}: {WordsOf(step.Outcome)}",
        DecisionStepKind.Place => $"client {step.Subject} is in {step.Outcome}",
        DecisionStepKind.Evaluation => $"considering {step.Subject}",
        DecisionStepKind.Draw => $"draw: {step.Subject}",
        DecisionStepKind.Pool => $"pool {step.Subject}: {step.Outcome}",
        DecisionStepKind.Member => $"member {step.Subject}: {step.Outcome}",
        DecisionStepKind.Answer => $"answers {step.Subject}: {step.Outcome}",
        DecisionStepKind.Ttl => $"TTL {step.Subject}",
        DecisionStepKind.Scope => $"scope {step.Subject}",
        _ => $"{step.Subject}: {step.Outcome}",
    };

    // Outcomes are the engine's enum names; people read words.
    private static string WordsOf(string outcome) => outcome switch
    {
        "Exact" => "exists",
        "Wildcard" => "is answered by a wildcard",
        "Referral" => "is delegated",
        "NxDomain" => "does not exist",
        "LastGood" => "the last good answer",
        "FailOpen" => "failing open",
        "Fallback" => "the fallback pool",
        "NoData" => "no data",
        "ServFail" => "server failure",
        "NotReady" => "not ready",
        _ => outcome.ToLowerInvariant(),
    };

    private static void WriteAnswer(Explanation explanation, StringBuilder text)
    {
        string scope = explanation.Scope is { } length ? string.Create(CultureInfo.InvariantCulture, $", client subnet scope /{length}") : "";
        text.Append(CultureInfo.InvariantCulture, $"\nanswer: {explanation.Report.Result.Rcode.ToString().ToUpperInvariant()}, {explanation.Report.Result.Length} octets{scope}\n");
        foreach ((string section, string record) in explanation.Records)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {section,-10} {record}\n");
        }
    }
}
