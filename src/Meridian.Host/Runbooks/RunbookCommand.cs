using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Meridian.Host.Runbooks;

/// <summary>A command of a runbook with its blanks filled in.</summary>
/// <param name="Arguments">What is run.</param>
/// <param name="Blanks">Blanks that nobody filled in; it cannot be run with any.</param>
internal sealed partial record RunbookCommand(ImmutableArray<string> Arguments, ImmutableArray<string> Blanks)
{
    // What is written in capitals and is no blank.
    private static readonly FrozenSet<string> Words = FrozenSet.Create(StringComparer.Ordinal, "A", "AAAA", "CNAME", "HTTPS", "TXT", "MX", "NS", "TCP", "UDP");

    // What only looks. Everything else is done by a person, who knows whether it is meant.
    private static readonly FrozenSet<string> Looking = FrozenSet.Create(
        StringComparer.Ordinal,
        "status", "population", "propagation", "what-if", "explain", "history", "show", "overrides", "pending", "staged", "check", "lint", "diff",
        "simulate", "ttl advise", "drill show", "drill days", "change list", "export", "version");

    /// <summary>Whether it changes nothing.</summary>
    public bool OnlyLooks => Arguments is [var first, ..]
        && (Looking.Contains(first) || (Arguments is [_, var second, ..] && Looking.Contains($"{first} {second}")));

    /// <summary>Fills in the blanks of a command: words in capitals.</summary>
    /// <param name="text">As it stands in the runbook.</param>
    /// <param name="values">What to put in, by blank.</param>
    public static RunbookCommand Fill(string text, IReadOnlyDictionary<string, string> values)
    {
        SortedSet<string> blanks = new(StringComparer.Ordinal);
        string FillIn(Match blank)
        {
            if (values.TryGetValue(blank.Value, out string? value))
            {
                return value;
            }
            if (!Words.Contains(blank.Value))
            {
                blanks.Add(blank.Value);
            }
            return blank.Value;
        }
        // Word by word: what is put in may have spaces in it, and is one argument all the same.
        ImmutableArray<string> arguments = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Blank().Replace(word, FillIn))];
        return new RunbookCommand(arguments, [.. blanks]);
    }

    public override string ToString() => $"meridian {string.Join(' ', Arguments)}";

    // SITE, POLICY/CHILD=N, site:SITE, SITE-A; and the dots of "and so on".
    [GeneratedRegex("(?<=^|[/=:])(?:[A-Z]+(?:-[A-Z]+)*|…)(?=$|[/=:])")]
    private static partial Regex Blank();
}
