using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Meridian.Conformance.Tests.Sessions;

/// <summary>docs/rfc-sessions.md shows what clients really see: the script that made it is run again and its output compared.</summary>
public sealed partial class SessionPageTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly string Here = Path.Combine(AppContext.BaseDirectory, "Sessions");

    [Fact]
    public async Task Page_MadeAgain_IsTheSame()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Here, "docs", "rfc-sessions.md"), TestContext.Current.CancellationToken);
        string again = await RunAsync();
        string[] expected = Words(page);
        string[] actual = Words(again);
        string? difference = expected.Zip(actual).Where(pair => pair.First != pair.Second)
            .Select(pair => $"the page says '{pair.First}', it is '{pair.Second}'").FirstOrDefault();
        Assert.True(
            difference is null && expected.Length == actual.Length,
            $"docs/rfc-sessions.md is out of date ({difference ?? $"{expected.Length} lines, now {actual.Length}"}); make it again: scripts/rfc-sessions.sh >docs/rfc-sessions.md");
    }

    // Blanks are a matter of the clients' versions.
    private static string[] Words(string text) =>
        [.. text.Split('\n').Select(line => Blanks().Replace(line, " ").Trim()).Where(line => line.Length > 0)];

    private static async Task<string> RunAsync()
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        ProcessStartInfo start = new("bash", [Path.Combine(Here, "scripts", "rfc-sessions.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MERIDIAN"] = $"dotnet {Path.Combine(AppContext.BaseDirectory, "meridian.dll")}";
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("bash cannot be started");
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();
}
