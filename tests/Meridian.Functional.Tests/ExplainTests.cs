using System.Globalization;
using System.Net;
using System.Text.Json;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary><c>explain</c> tells the truth: the same records as the client got, and the reason why.</summary>
public sealed class ExplainTests
{
    [Theory]
    [InlineData("193.0.6.0/24", "is in EU NL", "matches EU", "pool web-eu: found", "127.0.1.")]
    [InlineData("8.8.8.0/24", "is in NA US", "matches NA", "pool web-us: found", "127.0.2.")]
    [InlineData("200.160.0.0/24", "is in SA BR", "matches SA", "pool web-us: found", "127.0.2.")]
    [InlineData("2001:200::/48", "is in AS JP", "matches JP", "draw: web-", "127.0.")]
    public async Task Explain_OfAPlace_NamesMatchAndPool(string client, string place, string match, string pool, string addresses)
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);

        string text = await ExplainAsync(server, "www.example.test", "--client", client);

        Assert.Contains(place, text, StringComparison.Ordinal);
        Assert.Contains(match, text, StringComparison.Ordinal);
        Assert.Contains(pool, text, StringComparison.Ordinal);
        Assert.Contains("built 20", text, StringComparison.Ordinal);
        Assert.Contains($"www.example.test. 20 IN A {addresses}", text, StringComparison.Ordinal);
        Dig answer = await Dig.AskAsync(server.Dns, "www.example.test", "A", $"+subnet={client}");
        Assert.Contains($"client subnet scope /{answer.Subnet![(client.Length + 1)..]}\n", text, StringComparison.Ordinal); // Sent one, got one.
    }

    [Fact]
    public async Task Explain_WithAMemberDown_NamesTheTrueReason()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        scene.Eu[0].Stop();
        scene.Eu[1].Mood = BackendMood.Failing;
        await server.WaitForLogAsync("is down (was up)", 2);

        string text = await ExplainAsync(server, "www.example.test", "--client", "193.0.6.0/24");

        Assert.Contains("pool web-eu: unavailable: 0 of 2 members available, minimum 1", text, StringComparison.Ordinal);
        Assert.Contains("member 127.0.1.1: down", text, StringComparison.Ordinal);
        Assert.Matches(@"(?s)member 127\.0\.1\.1: down.*connection refused.*member 127\.0\.1\.2", text);
        Assert.Matches(@"(?s)member 127\.0\.1\.2: down.*status 503", text);
        Assert.Contains("pool web-us: found", text, StringComparison.Ordinal);
        Assert.Contains("www.example.test. 20 IN A 127.0.2.1", text, StringComparison.Ordinal);

        CommandResult status = await Command.MeridianAsync("status", "--url", server.Http.ToString());
        Assert.Matches(@"127\.0\.1\.1.*down.*connection refused", status.Output);
    }

    [Fact]
    public async Task Explain_OfAForcedMember_NamesTheOperatorsReason()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string member = $"{{address: 127.0.1.1, port: {scene.Eu[0].Address.Port}}}";
        scene.Rewrite(QuickstartScene.Replace(
            scene.Text, member, member.Replace("}", ", state: draining, reason: \"disk swap\"}", StringComparison.Ordinal)));
        server.Send(Signal.HangUp);
        await server.WaitForLogAsync("Revision 2 is served");

        string text = await ExplainAsync(server, "www.example.test", "--client", "193.0.6.0/24");

        Assert.Matches("(?i)member 127\\.0\\.1\\.1: .*draining.*disk swap", text);
        Assert.DoesNotContain("IN A 127.0.1.1\n", text + "\n", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfCapturedQueries_GivesTheSameRecordsInTheSameOrder()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        string[] names = ["canary.example.test", "multi.example.test", "www.example.test"];
        string?[] subnets = [null, "193.0.6.0/24", "2001:200::/48"];
        HashSet<string> distinct = [];
        for (int client = 1; client <= 10; client++)
        {
            // Each with a source address and a port of its own.
            using DnsProbe probe = new(server.Dns, IPAddress.Parse($"127.9.{client}.{client * 20}"));
            for (int i = 0; i < 12; i++)
            {
                var id = (ushort)(client * 6553 + i * 4099);
                string name = names[i % names.Length];
                string? subnet = subnets[client % subnets.Length];
                (string[] captured, long at) = await CaptureAsync(probe, name, id, subnet);
                string[] explained = await ExplainCapturedAsync(server, probe.Source, name, id, at, subnet);

                Assert.True(captured.SequenceEqual(explained), $"{name} id {id} from {probe.Source} at {at} for {subnet}:\n"
                    + $"captured {string.Join("; ", captured)}\nexplained {string.Join("; ", explained)}");
                distinct.Add(string.Join(' ', captured));
            }
        }
        // Draws differed, or there was nothing to reproduce.
        Assert.True(distinct.Count > 6, string.Join('\n', distinct));
    }

    [Fact]
    public async Task ExplainCommand_OfACapturedQuery_GivesTheSameRecordsInTheSameOrder()
    {
        using QuickstartScene scene = new();
        await using ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path);
        using DnsProbe probe = new(server.Dns, IPAddress.Parse("127.9.9.9"));
        foreach (ushort id in new ushort[] { 1, 16_412, 49_234, 65_535 })
        {
            (string[] captured, long at) = await CaptureAsync(probe, "canary.example.test", id, null);

            string text = await ExplainAsync(
                server, "canary.example.test", "--client", probe.Source.Address.ToString(), "--port", Text(probe.Source.Port),
                "--id", Text(id), "--time", Text(at));

            string[] explained = [.. text.Split('\n').Where(line => line.StartsWith("  answer ", StringComparison.Ordinal)).Select(line => line[9..].Trim())];
            Assert.Equal(captured, explained);
            Assert.Matches("drew [0-9]+ of 0–99 among weights web-eu 70, web-us 30", text);
        }
    }

    [Fact]
    public async Task Explain_WithoutAServer_AnswersFromTheConfiguration()
    {
        using QuickstartScene scene = new();

        CommandResult result = await Command.MeridianAsync("explain", "www.example.test", "A", "--client", "193.0.6.0/24", "--config", scene.Path);

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("www.example.test. 20 IN A 127.0.1.1", result.Output, StringComparison.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> ExplainAsync(ServerProcess server, string name, params string[] more)
    {
        CommandResult result = await Command.MeridianAsync(["explain", name, "A", "--url", server.Http.ToString(), .. more]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }

    /// <summary>A query and its answer, with a time that is in the same minute before and after: draws are by the minute.</summary>
    private static async Task<(string[] Records, long UnixSeconds)> CaptureAsync(DnsProbe probe, string name, ushort id, string? subnet)
    {
        while (true)
        {
            long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            Message answer = await probe.AskAsync(name, RecordType.A, id, subnet is null ? null : DnsProbe.Subnet(subnet));
            if (before / 60 == DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 60)
            {
                Assert.NotEmpty(answer.Answer);
                return (DnsProbe.Lines(answer.Answer), before);
            }
        }
    }

    private static async Task<string[]> ExplainCapturedAsync(
        ServerProcess server, IPEndPoint source, string name, ushort id, long at, string? subnet)
    {
        string client = subnet is null
            ? $"client={source.Address}"
            : $"client={Uri.EscapeDataString(subnet)}&resolver={source.Address}";
        JsonElement document = await server.GetJsonAsync($"api/v1/explain?name={name}&type=A&{client}&port={source.Port}&id={id}&time={at}&format=json");
        return
        [
            .. document.GetProperty("answer").GetProperty("records").EnumerateArray()
                .Where(record => record.GetProperty("section").GetString() == "answer")
                .Select(record => record.GetProperty("record").GetString() ?? ""),
        ];
    }
}
