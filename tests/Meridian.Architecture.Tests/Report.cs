namespace Meridian.Architecture.Tests;

/// <summary>Turns violations into one readable failure that names them all.</summary>
internal static class Report
{
    public static void AssertNone(IEnumerable<Violation> violations)
    {
        Violation[] found = [.. violations];
        Assert.True(found.Length == 0, $"{found.Length} broken rule(s):{Environment.NewLine}{string.Join(Environment.NewLine, found.AsEnumerable())}");
    }
}
