using System.Reflection;

namespace Meridian.Conformance.Tests.Cases;

/// <summary>The tables and the list of expected failures fit together.</summary>
public sealed class ConformanceListTests
{
    private const int CasesNeeded = 150;

    [Fact]
    public void ExpectedFailures_All_NameCasesThatExist()
    {
        HashSet<string> cases = [.. AllCases().Select(entry => $"{entry.Rfc} | {entry.Case.Name}")];
        Assert.Empty(ExpectedFailure.All.Where(entry => !cases.Contains(entry.Case)).Select(entry => entry.Case));
    }

    [Fact]
    public void Cases_All_HaveNamesOfTheirOwn()
    {
        (string Rfc, ConformanceCase Case)[] cases = [.. AllCases()];
        Assert.True(cases.Length >= CasesNeeded);
        Assert.Empty(cases.GroupBy(entry => (entry.Rfc, entry.Case.Name)).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    private static IEnumerable<(string Rfc, ConformanceCase Case)> AllCases()
    {
        foreach (Type table in typeof(ICaseTable).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICaseTable))))
        {
            string rfc = (string)Value(table, nameof(ICaseTable.Rfc));
            foreach (ConformanceCase entry in (IEnumerable<ConformanceCase>)Value(table, nameof(ICaseTable.Cases)))
            {
                yield return (rfc, entry);
            }
        }
    }

    private static object Value(Type table, string property) =>
        table.GetProperty(property, BindingFlags.Public | BindingFlags.Static)?.GetValue(null)
        ?? throw new InvalidOperationException($"{table} has no {property}");
}
