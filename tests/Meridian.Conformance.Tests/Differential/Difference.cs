using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>A part of Meridian's response that is not what the references agree on.</summary>
/// <param name="Signature">What kind of difference it is: those of one cause have the same.</param>
/// <param name="Query">The question.</param>
/// <param name="Responses">By subject.</param>
internal sealed record Difference(string Signature, ReadOnlyMemory<byte> Query, IReadOnlyDictionary<SubjectKind, Observation> Responses)
{
    private static readonly SubjectKind[] References = [SubjectKind.Nsd, SubjectKind.Knot, SubjectKind.Bind];

    /// <summary>
    /// What differs. Per part, two references that agree are the oracle. Where all three differ from each other, Meridian has to be
    /// like one of them. Truncated responses are compared without their sections: how much of them is sent is free (RFC 2181 §9).
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="responses">By subject.</param>
    /// <param name="apexes">Of all zones, to tell a chain that leads from one into another.</param>
    public static IEnumerable<Difference> Find(
        ReadOnlyMemory<byte> query, IReadOnlyDictionary<SubjectKind, Observation> responses, IReadOnlySet<DomainName> apexes)
    {
        Observation ours = responses[SubjectKind.Meridian];
        foreach (ObservedPart part in Enum.GetValues<ObservedPart>())
        {
            if (part >= ObservedPart.Answer && responses.Values.Any(response => response.IsTruncated))
            {
                yield break;
            }
            string own = ours.Part(part);
            string[] theirs = [.. References.Select(kind => responses[kind].Part(part))];
            string? agreed = theirs.GroupBy(text => text).FirstOrDefault(group => group.Count() > 1)?.Key;
            if (own != agreed && (agreed is not null || !theirs.Contains(own)))
            {
                Observation oracle = responses[References[Math.Max(0, Array.IndexOf(theirs, agreed))]];
                string outcome = ours.DescribeChain(apexes) ?? oracle.Outcome;
                string allies = string.Join(" and ", References.Where((_, index) => theirs[index] == own));
                string signature = Describe(query, part, own, agreed, outcome) + (allies.Length > 0 ? $", as {allies}" : "");
                yield return new Difference(signature, query, responses);
            }
        }
    }

    /// <summary>The question and the responses in full, for a report.</summary>
    public string Explain()
    {
        List<string> lines = [$"query {Convert.ToHexString(Query.Span)}"];
        foreach ((SubjectKind kind, Observation response) in Responses)
        {
            lines.Add($"--- {kind}");
            lines.Add(response.Octets is { } octets && Message.TryParse(octets, out Message? message) == MessageParseStatus.Ok
                ? MessageText.Format(message!) // Ok comes with a message.
                : response.Broken ?? "");
        }
        return string.Join('\n', lines);
    }

    private static string Describe(ReadOnlyMemory<byte> query, ObservedPart part, string own, string? agreed, string outcome)
    {
        QueryView.TryParse(query.Span, out QueryView view);
        string what = part < ObservedPart.Answer ? $"{agreed ?? "(no two agree)"} -> {own}"
            : agreed is null ? "no two agree"
            : Compare(own, agreed);
        return $"{part.ToString().ToLowerInvariant()} of {outcome} to {Kind(view.QType, part, outcome)}: {what}";
    }

    // Types that are answered by rules of their own; all others are alike, but for the addresses that go along with an answer.
    private static string Kind(RecordType type, ObservedPart part, string outcome) =>
        type is RecordType.ANY or RecordType.RRSIG or RecordType.NSEC or RecordType.DS
            || (part == ObservedPart.Additional && outcome is "answer" or "chain")
            ? type.ToMnemonic()
            : "a type";

    private static string Compare(string own, string agreed)
    {
        string[] ours = own.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] theirs = agreed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> missing = theirs.Except(ours).Select(line => "-" + TypeOf(line));
        IEnumerable<string> added = ours.Except(theirs).Select(line => "+" + TypeOf(line));
        return string.Join(' ', missing.Concat(added).Distinct().Order(StringComparer.Ordinal));
    }

    // "owner ttl TYPE rdata"; a broken response is words.
    private static string TypeOf(string line) => line.Split(' ') is [_, _, { } type, ..] ? type : line;
}
