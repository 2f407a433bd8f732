using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Meridian.Functional.Tests.Support;

/// <summary>What <c>dig</c> printed of a response.</summary>
/// <param name="Status">The response code, as NOERROR.</param>
/// <param name="Flags">The header's flags, as <c>qr aa rd</c>.</param>
/// <param name="Answer">Records of the answer section, in single spaces.</param>
/// <param name="Authority">Records of the authority section.</param>
/// <param name="Subnet">The client subnet option, as 193.0.6.0/24/19; null without one.</param>
/// <param name="Text">All of it.</param>
internal sealed partial record Dig(string Status, string Flags, string[] Answer, string[] Authority, string? Subnet, string Text)
{
    /// <summary>The last field of each answer record: addresses, of address records.</summary>
    public string[] Data => [.. Answer.Select(record => record.Split(' ')[^1]).Order(StringComparer.Ordinal)];

    /// <summary>Asks with bind's client.</summary>
    public static Task<Dig> AskAsync(IPEndPoint server, params string[] query) => AskWithAsync("dig", server, query);

    /// <summary>Asks with a client that prints as dig does: <c>dig</c> or <c>kdig</c>.</summary>
    public static async Task<Dig> AskWithAsync(string tool, IPEndPoint server, params string[] query)
    {
        CommandResult result = await Command.ToolAsync(
            tool, [$"@{server.Address}", "-p", server.Port.ToString(CultureInfo.InvariantCulture), .. query]);
        Assert.True(result.ExitCode == 0, $"{tool} {string.Join(' ', query)} ended with {result.ExitCode}:\n{result.Output}{result.Error}");
        return Parse(result.Output);
    }

    private static Dig Parse(string text)
    {
        Dictionary<string, List<string>> sections = new(StringComparer.Ordinal) { ["ANSWER"] = [], ["AUTHORITY"] = [] };
        List<string>? current = null;
        foreach (string line in text.Split('\n'))
        {
            if (SectionTitle().Match(line) is { Success: true } title)
            {
                current = sections.GetValueOrDefault(title.Groups[1].Value);
            }
            else if (line.Length > 0 && line[0] != ';')
            {
                current?.Add(Blanks().Replace(line, " "));
            }
        }
        Match subnet = SubnetOption().Match(text);
        return new Dig(
            ResponseCode().Match(text).Groups[1].Value,
            HeaderFlags().Match(text).Groups[1].Value,
            [.. sections["ANSWER"]],
            [.. sections["AUTHORITY"]],
            subnet.Success ? subnet.Groups[1].Value : null,
            text);
    }

    [GeneratedRegex("^;; ([A-Z]+) SECTION:")]
    private static partial Regex SectionTitle();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();

    [GeneratedRegex("status: ([A-Z]+)")]
    private static partial Regex ResponseCode();

    [GeneratedRegex(@"[Ff]lags: ([a-z ]+);")]
    private static partial Regex HeaderFlags();

    [GeneratedRegex("CLIENT-SUBNET: (\\S+)")]
    private static partial Regex SubnetOption();
}
