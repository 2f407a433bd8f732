using System.Globalization;
using System.Text;
using Meridian.Dns.Records;
using Meridian.Engine.Explaining;
using Meridian.Engine.Snapshot;

namespace Meridian.Control.Explaining;

/// <summary>An explanation as a tree for a terminal.</summary>
internal sealed class ExplanationText
{
    private readonly IMemberEvidence _evidence;
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);

    private ExplanationText(IMemberEvidence evidence) => _evidence = evidence;

    public static string Write(Explanation explanation, IMemberEvidence evidence) => new ExplanationText(evidence).Write(explanation);

    private string Write(Explanation explanation)
    {
        StringBuilder text = new();
        foreach (string line in HeadOf(explanation))
        {
            text.Append(line).Append('\n');
        }
        text.Append('\n');
        for (int i = 0; i < explanation.Report.Steps.Length; i++)
        {
            WriteStep(explanation.Report.Steps[i], "", "", text, isLast: i == explanation.Report.Steps.Length - 1);
        }
        WriteAnswer(explanation, text);
        return text.ToString();
    }

    /// <summary>What was asked, and what answered.</summary>
    public static IEnumerable<string> HeadOf(Explanation explanation)
    {
        ExplainedQuery query = explanation.Query;
        RevisionInfo revision = explanation.Report.Revision;
        yield return $"{query.Name} {query.Type.ToMnemonic()}";
        yield return string.Create(CultureInfo.InvariantCulture, $"asked by {query.Client.Address} port {query.Client.Port}, message id {query.MessageId}, at {query.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        if (query.Subnet is { } subnet)
        {
            yield return $"for client {subnet} (client subnet option)";
        }
        yield return revision.LoadedAt == DateTimeOffset.UnixEpoch
            ? "answered from a configuration that is not served"
            : string.Create(CultureInfo.InvariantCulture, $"answered from revision {revision.Number}, accepted {revision.LoadedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        if (explanation.Past is not { } past)
        {
            yield break;
        }
        string until = past.Until is { } end ? string.Create(CultureInfo.InvariantCulture, $"until {end.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z") : "and still does";
        if (past.UntilAtLatest - past.Until > TimeSpan.FromMilliseconds(1))
        {
            until = string.Create(CultureInfo.InvariantCulture, $"{until}, {past.UntilAtLatest?.UtcDateTime:HH:mm:ss.fff}Z at the latest");
        }
        yield return string.Create(CultureInfo.InvariantCulture, $"from the log: this state answered from {past.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z {until}, with {past.Places}");
        foreach (string remark in past.Remarks)
        {
            yield return $"note: {remark}";
        }
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

    /// <summary>A step in few words, without its reason.</summary>
    public static string Title(DecisionStep step) => step.Kind switch
    {
        DecisionStepKind.Stage => $"answered from {step.Subject}",
        DecisionStepKind.View => $"source {step.Outcome} is in {step.Subject}",
        DecisionStepKind.Lookup => $"name {step.Subject} {WordsOf(step.Outcome)}",
        DecisionStepKind.Rotation => $"rotation of {step.Subject}: {step.Outcome}",
        DecisionStepKind.Alias => $"alias of {step.Subject}: {step.Outcome}",
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

    /// <summary>The answer in one line, without its records.</summary>
    public static string AnswerOf(Explanation explanation)
    {
        string scope = explanation.Scope is { } length ? string.Create(CultureInfo.InvariantCulture, $", client subnet scope /{length}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"answer: {explanation.Report.Result.Rcode.ToString().ToUpperInvariant()}, {explanation.Report.Result.Length} octets{scope}");
    }

    private static void WriteAnswer(Explanation explanation, StringBuilder text)
    {
        text.Append('\n').Append(AnswerOf(explanation)).Append('\n');
        foreach ((string section, string record) in explanation.Records)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {section,-10} {record}\n");
        }
    }
}
