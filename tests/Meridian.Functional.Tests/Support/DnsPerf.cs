using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Meridian.Functional.Tests.Support;

/// <summary>dnsperf, asking all the time while something else happens: it counts what was not answered.</summary>
internal sealed partial class DnsPerf : IAsyncDisposable
{
    // Longer than any test: each ends it when it has seen enough.
    private const int LimitSeconds = 120;

    private readonly RunningProcess _running;

    private DnsPerf(RunningProcess running) => _running = running;

    /// <summary>Starts asking.</summary>
    /// <param name="server">Whom.</param>
    /// <param name="queryFile">Lines of name and type.</param>
    /// <param name="queriesPerSecond">How often; low enough that two busy cores keep up.</param>
    public static DnsPerf Start(IPEndPoint server, string queryFile, int queriesPerSecond = 500)
    {
        Command.RequireTool("dnsperf");
        return new DnsPerf(RunningProcess.Start(
            "dnsperf",
            "-s", server.Address.ToString(),
            "-p", server.Port.ToString(CultureInfo.InvariantCulture),
            "-d", queryFile,
            "-l", LimitSeconds.ToString(CultureInfo.InvariantCulture),
            "-Q", queriesPerSecond.ToString(CultureInfo.InvariantCulture),
            "-c", "4"));
    }

    /// <summary>Ends the load.</summary>
    public async Task<DnsPerfResult> StopAsync()
    {
        Assert.True(_running.IsRunning, $"dnsperf ended before it should:\n{_running.Text}");
        Signal.Interrupt.SendTo(_running.Process);
        await _running.WaitForExitAsync(Wait.Long);
        string text = _running.Text;
        return new DnsPerfResult(
            Number(text, "Queries sent"),
            Number(text, "Queries completed"),
            Number(text, "Queries lost"),
            // Only printed when there are any: under way when the load was ended.
            text.Contains("Queries interrupted", StringComparison.Ordinal) ? Number(text, "Queries interrupted") : 0,
            Codes().Match(text).Groups[1].Value.Trim(),
            text);
    }

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private static long Number(string text, string label)
    {
        Match match = Regex.Match(text, $@"{label}:\s+(\d+)");
        Assert.True(match.Success, $"dnsperf did not say '{label}':\n{text}");
        return long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("Response codes:(.*)")]
    private static partial Regex Codes();
}

/// <summary>What dnsperf counted.</summary>
/// <param name="Sent">Queries sent.</param>
/// <param name="Completed">Queries answered.</param>
/// <param name="Lost">Queries without an answer.</param>
/// <param name="Interrupted">Queries under way when the load was ended.</param>
/// <param name="Codes">Response codes with their counts and shares.</param>
/// <param name="Text">All it said.</param>
internal sealed record DnsPerfResult(long Sent, long Completed, long Lost, long Interrupted, string Codes, string Text)
{
    /// <summary>Every query was answered, and every answer was one.</summary>
    public void AssertNothingLost()
    {
        Assert.True(Sent > 0 && Lost == 0 && Completed + Interrupted == Sent, Text);
        Assert.Matches(@"^NOERROR \d+ \(100\.00%\)$", Codes);
    }
}
