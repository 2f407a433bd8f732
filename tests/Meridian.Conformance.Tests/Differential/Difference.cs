using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Messages;
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
    public static IEnumerable<Difference> Find(ReadOnlyMemory<byte> query, IReadOnlyDictionary<SubjectKind, Observation> responses)
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
                yield return new Difference(Describe(query, part, own, agreed, oracle), query, responses);
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

    private static string Describe(ReadOnlyMemory<byte> query, ObservedPart part, string own, string? agreed, Observation oracle)
    {
        QueryView.TryParse(query.Span, out QueryView view);
        string what = part < ObservedPart.Answer ? $"{agreed ?? "(no two agree)"} -> {own}" : Compare(own, agreed ?? "");
        return $"{part.ToString().ToLowerInvariant()} of {oracle.Outcome} to {view.QType.ToMnemonic()}: {what}{(agreed is null ? " (no two agree)" : "")}";
    }

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
