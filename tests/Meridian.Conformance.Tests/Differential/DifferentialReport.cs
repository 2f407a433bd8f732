using System.Collections.Immutable;
using System.Text;
using Meridian.Conformance.Tests.Subjects;
using Meridian.Dns.Names;

namespace Meridian.Conformance.Tests.Differential;

/// <summary>What a run found, by kind of difference.</summary>
internal sealed class DifferentialReport(DifferentialOptions options, IEnumerable<TestZone> zones)
{
    private readonly HashSet<DomainName> _apexes = [.. zones.Select(zone => DomainName.Parse(zone.Apex))];
    private readonly ImmutableArray<ExpectedDifference> _expected = ExpectedDifference.Read();
    private readonly SortedDictionary<string, (int Count, Difference Example)> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _outcomes = [];

    public int Datagrams { get; private set; }

    public int Streams { get; private set; }

    /// <summary>Responses that differ in at least one part.</summary>
    public int Differences { get; private set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>Signatures that no line of the list explains.</summary>
    public IReadOnlyList<string> Unexplained => [.. _kinds.Keys.Where(signature => !_expected.Any(entry => entry.Matches(signature)))];

    /// <summary>Lines of the list that should explain something and did not.</summary>
    public IReadOnlyList<ExpectedDifference> Unseen => [.. _expected.Where(entry => !entry.IsRare && !_kinds.Keys.Any(entry.Matches))];

    public void Add(ReadOnlyMemory<byte> query, IReadOnlyDictionary<SubjectKind, Observation> responses, bool isTcp)
    {
        Datagrams += isTcp ? 0 : 1;
        Streams += isTcp ? 1 : 0;
        string outcome = responses[SubjectKind.Meridian].Outcome;
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        Difference[] found = [.. Difference.Find(query, responses, _apexes)];
        Differences += found.Length > 0 ? 1 : 0;
        foreach (Difference difference in found)
        {
            _kinds[difference.Signature] = _kinds.TryGetValue(difference.Signature, out (int Count, Difference Example) seen)
                ? (seen.Count + 1, seen.Example)
                : (1, difference);
        }
    }

    public string Format()
    {
        StringBuilder text = new($"""
            # Differential run: seed {options.Seed}, {Datagrams + Streams} questions ({Datagrams} over UDP, {Streams} over TCP) to each of four servers

            {Elapsed.TotalSeconds:F0} s. Outcomes: {string.Join(", ", _outcomes.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}.
            {Differences} responses differ from what two references agree on, in {_kinds.Count} kinds, {Unexplained.Count} of them unexplained.


            """);
        foreach (ExpectedDifference entry in _expected)
        {
            (string Signature, int Count)[] seen = [.. _kinds.Where(pair => entry.Matches(pair.Key)).Select(pair => (pair.Key, pair.Value.Count))];
            text.Append($"## Explained: {entry.Pattern}\n\n{entry.Rfc}: {entry.Reason}\n\n");
            text.Append(string.Concat(seen.Select(kind => $"- {kind.Count} × {kind.Signature}\n"))).Append('\n');
        }
        foreach (string signature in Unexplained)
        {
            text.Append($"## UNEXPLAINED: {_kinds[signature].Count} × {signature}\n\n{_kinds[signature].Example.Explain()}\n\n");
        }
        return text.ToString();
    }
}
