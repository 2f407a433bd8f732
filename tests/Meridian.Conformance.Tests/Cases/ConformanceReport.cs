using System.Text;
using Meridian.Conformance.Tests.Subjects;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>Collects what passed and prints the table at the end of the run: cases per RFC, passes per subject.</summary>
public sealed class ConformanceReport : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, HashSet<string>> _cases = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Rfc, SubjectKind Subject), (int Passed, int Asked)> _passes = [];

    public void Add(string rfc, string name, SubjectKind subject, bool hasPassed)
    {
        lock (_lock)
        {
            if (!_cases.TryGetValue(rfc, out HashSet<string>? names))
            {
                _cases.Add(rfc, names = new HashSet<string>(StringComparer.Ordinal));
            }
            names.Add(name);
            (int passed, int asked) = _passes.GetValueOrDefault((rfc, subject));
            _passes[(rfc, subject)] = (passed + (hasPassed ? 1 : 0), asked + 1);
        }
    }

    public void Dispose()
    {
        if (_cases.Count > 0)
        {
            Console.Out.WriteLine(Format());
        }
    }

    public string Format()
    {
        SubjectKind[] subjects = [.. Enum.GetValues<SubjectKind>().Where(kind => _passes.Keys.Any(key => key.Subject == kind))];
        StringBuilder text = new($"\n{"Conformance",-12}{"cases",7}");
        foreach (SubjectKind subject in subjects)
        {
            text.Append($"{subject,12}");
        }
        foreach ((string rfc, HashSet<string> names) in _cases)
        {
            AppendRow(text, rfc, names.Count, subjects.Select(subject => _passes.GetValueOrDefault((rfc, subject))));
        }
        AppendRow(text, "all", _cases.Values.Sum(names => names.Count), subjects.Select(SumOf));
        return text.Append('\n').ToString();
    }

    private (int Passed, int Asked) SumOf(SubjectKind subject)
    {
        (int Passed, int Asked)[] rows = [.. _passes.Where(pair => pair.Key.Subject == subject).Select(pair => pair.Value)];
        return (rows.Sum(row => row.Passed), rows.Sum(row => row.Asked));
    }

    private static void AppendRow(StringBuilder text, string title, int cases, IEnumerable<(int Passed, int Asked)> results)
    {
        text.Append($"\n{title,-12}{cases,7}");
        foreach ((int passed, int asked) in results)
        {
            text.Append(asked == 0 ? $"{"-",12}" : $"{$"{passed}/{asked}",12}");
        }
    }
}
