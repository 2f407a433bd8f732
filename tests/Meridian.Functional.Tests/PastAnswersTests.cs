using System.Text;
using System.Text.Json;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Tests.Geo;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>
/// "Why did Lyon get Tokyo at 02:14?" has an answer: what was captured during health changes is given back octet for octet,
/// with its reasons, after a restart, three more revisions and another location database.
/// </summary>
public sealed class PastAnswersTests
{
    private const int QueriesPerPhase = 48;

    /// <summary>How long after its stamp a state may answer for the first time, on a machine that is busy with other tests.</summary>
    private static readonly TimeSpan SwapTime = TimeSpan.FromMilliseconds(250);

    private static readonly string[] Names = ["www.example.test", "canary.example.test", "multi.example.test", "residency.example.test", "busy.example.test", "office.example.test"];
    private static readonly string?[] Subnets = [null, "10.1.0.0/24", "10.2.3.0/24", "10.77.0.0/16"];

    [Fact]
    public async Task ExplainAt_AfterRestartRevisionsAndDatabaseSwap_GivesEveryCapturedAnswerOctetForOctet()
    {
        using QuickstartScene scene = new();
        string text = Compose(scene);
        scene.Rewrite(text);
        WritePlaces(scene, french: true);
        scene.WriteFile("load.txt", "web-eu load 10\n");
        List<CapturedAnswer> captured = [];
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            await CaptureAsync(server, "all up", captured);
            scene.Eu[0].Stop();
            await server.WaitForLogAsync("is down (was up)");
            await CaptureAsync(server, "one member down", captured);
            scene.Eu[1].Mood = BackendMood.Failing;
            await server.WaitForLogAsync("is down (was up)", 2);
            using (DnsProbe probe = new(server.Dns))
            {
                // The log tells of a verdict a moment before it is answered by.
                await Wait.UntilAsync(
                    async () => (await probe.AddressesAsync("www.example.test", "10.1.0.0/24"))[0].StartsWith("127.0.2.", StringComparison.Ordinal),
                    Wait.Long, "the site is left out", () => server.Log);
            }
            await CaptureAsync(server, "a site down", captured);
            scene.Eu[0].Start();
            await server.WaitForLogAsync("is up (was down)");
            scene.WriteFile("load.txt", "web-eu load 80\n");
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            await CaptureAsync(server, "half back, under load", captured);
            Assert.Equal(0, await server.StopAsync());
        }
        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        for (int revision = 2; revision <= 4; revision++)
        {
            text = QuickstartScene.Replace(text, $"web-eu: {70 - ((revision - 2) * 10)}, web-us", $"web-eu: {60 - ((revision - 2) * 10)}, web-us");
            scene.Rewrite(text);
            restarted.Send(Signal.HangUp);
            await restarted.WaitForLogAsync($"Revision {revision} is served");
            await CaptureAsync(restarted, $"revision {revision}", captured);
        }
        WritePlaces(scene, french: false);
        await restarted.WaitForLogAsync("was replaced: ");
        await restarted.WaitForLogAsync("another location database)");
        await CaptureAsync(restarted, "another location database", captured);

        await CompareAsync(restarted, captured);
        await ReasonsAsync(restarted, captured);
    }

    [Fact]
    public async Task PlaceDatabase_MovesMoreThanItMay_WaitsForAPersonAlsoOverARestart()
    {
        using QuickstartScene scene = new();
        scene.Rewrite(Compose(scene).Replace("max-move: 100%", "max-move: 5%", StringComparison.Ordinal));
        scene.WriteFile("load.txt", "");
        WritePlaces(scene, french: true);
        await using (ServerProcess server = await ServerProcess.StartReadyAsync(scene.Path, scene.State))
        {
            using DnsProbe probe = new(server.Dns);
            Assert.All(await probe.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
            WritePlaces(scene, french: false);
            await server.WaitForLogAsync("waits for a person");
            Assert.All(await probe.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
            await server.StopAsync();
        }
        await using ServerProcess restarted = await ServerProcess.StartReadyAsync(scene.Path, scene.State);
        using DnsProbe again = new(restarted.Dns);
        Assert.All(await again.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.1.", address, StringComparison.Ordinal));
        CommandResult shown = await Command.MeridianAsync("geo", "--url", restarted.Http.ToString());
        Assert.Matches("waits: .*it would move [0-9.]+% of the IPv4 addresses", shown.Output);

        Assert.Equal(0, (await Command.MeridianAsync("geo", "accept", "--url", restarted.Http.ToString())).ExitCode);

        await Wait.UntilAsync(
            async () => (await again.AddressesAsync("www.example.test", "10.1.0.0/24"))[0].StartsWith("127.0.2.", StringComparison.Ordinal),
            Wait.Long, "the newer database is used", () => restarted.Log);
        Assert.All(await again.AddressesAsync("www.example.test", "10.1.0.0/24"), address => Assert.StartsWith("127.0.2.", address, StringComparison.Ordinal));
        Assert.Equal("waits: nothing", (await Command.MeridianAsync("geo", "--url", restarted.Http.ToString())).OutputLines[1]);
    }

    private static async Task CaptureAsync(ServerProcess server, string phase, List<CapturedAnswer> captured)
    {
        using DnsProbe probe = new(server.Dns);
        for (int i = 0; i < QueriesPerPhase; i++)
        {
            string? subnet = Subnets[i % Subnets.Length];
            byte[] query = new QueryBuilder(Names[i / Subnets.Length % Names.Length], i % 7 == 6 ? RecordType.AAAA : RecordType.A)
            {
                Id = (ushort)((i + captured.Count) * 40503),
                ClientSubnet = subnet is null ? null : DnsProbe.Subnet(subnet),
                // Every other one asks for the id of its decision.
                Options = i % 2 == 0 ? [new EdnsOption(EdnsOptionCode.ExtendedError, default)] : [],
                UdpPayloadSize = i % 3 == 0 ? (ushort)512 : (ushort)1232,
                IsDnssecOk = i % 5 == 0,
            }.Build();
            captured.Add(await CapturedAnswer.CaptureAsync(phase, probe, query));
        }
    }

    private static async Task CompareAsync(ServerProcess server, List<CapturedAnswer> captured)
    {
        int byId = 0;
        int ambiguous = 0;
        HashSet<string> distinct = [];
        foreach (CapturedAnswer capture in captured)
        {
            string expected = Convert.ToHexStringLower(capture.Answer);
            (string explained, int candidates) = await ExplainAsync(server, capture, expected);
            ambiguous += candidates > 1 ? 1 : 0;
            Assert.True(expected == explained, $"{capture.Phase}, sent at {capture.SentAt:O}:\ncaptured  {expected}\nexplained {explained}");
            distinct.Add(expected[4..]);
            if (IdOf(capture) is { } id)
            {
                Assert.Equal(expected, await OctetsAsync(server, $"api/v1/explain?id={id}&format=json"));
                byId++;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{captured.Count} captured answers in {captured.Select(capture => capture.Phase).Distinct().Count()} phases, {distinct.Count} of them different, "
            + $"explained octet for octet by --at; {byId} of them by --id too; {ambiguous} fell together with a change");
        Assert.True(distinct.Count > captured.Count / 4, "what was captured is too much alike to prove anything");
        Assert.True(byId >= captured.Count / 3);
    }

    /// <summary>
    /// Nearly always one state answered from before the query was sent until after its answer came. Where a change falls in
    /// between, or its swap was slow on a busy machine, each of the few states around is one that may have answered.
    /// </summary>
    private static async Task<(string Octets, int Candidates)> ExplainAsync(ServerProcess server, CapturedAnswer capture, string expected)
    {
        DateTimeOffset? at = capture.SentAt;
        DateTimeOffset? first = null;
        string explained = "";
        int candidates = 0;
        while (at <= capture.ReceivedAt && explained != expected)
        {
            candidates++;
            JsonElement document = await server.GetJsonAsync(capture.ExplainTarget(at.Value, "json"));
            explained = document.GetProperty("answer").GetProperty("octets").GetString() ?? "";
            JsonElement? state = document.TryGetProperty("state", out JsonElement past) ? past : null;
            first ??= state?.GetProperty("since").GetDateTimeOffset();
            at = state?.TryGetProperty("until", out JsonElement until) == true ? until.GetDateTimeOffset() : null;
        }
        if (explained != expected && first is { } since && capture.SentAt - since < SwapTime)
        {
            candidates++;
            explained = await OctetsAsync(server, capture.ExplainTarget(since - TimeSpan.FromMilliseconds(1), "json"));
        }
        return (explained, candidates);
    }

    /// <summary>The reasons are those of then, though nothing of it is true any more.</summary>
    private static async Task ReasonsAsync(ServerProcess server, List<CapturedAnswer> captured)
    {
        CapturedAnswer lyon = captured.Last(capture => capture.Phase == "a site down" && IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        string text = await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "text"));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Contains("answered from revision 1,", text, StringComparison.Ordinal);
        Assert.Contains("from the log: this state answered from ", text, StringComparison.Ordinal);
        Assert.Contains("is in EU FR", text, StringComparison.Ordinal);
        Assert.Contains("pool web-eu: unavailable: 0 of 2 members available, minimum 1", text, StringComparison.Ordinal);
        Assert.Matches(@"(?s)member 127\.0\.1\.1: down.*connection refused.*member 127\.0\.1\.2: down.*status 503", text);
        Assert.Contains("pool web-us: found", text, StringComparison.Ordinal);

        CapturedAnswer swapped = captured.Last(capture => IsAbout(capture, "www.example.test", "10.1.0.0/24"));
        Assert.Contains("www/geo matches SA", await server.GetTextAsync(swapped.ExplainTarget(swapped.SentAt, "text")), StringComparison.Ordinal);
        Assert.StartsWith("<svg ", await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "svg")), StringComparison.Ordinal);
        string page = await server.GetTextAsync(lyon.ExplainTarget(lyon.SentAt, "html"));
        Assert.Contains("connection refused", page, StringComparison.Ordinal);
        using HttpClient client = new() { BaseAddress = server.Http };
        using HttpResponseMessage early = await client.GetAsync("api/v1/explain?name=www.example.test&at=2020-01-01T00:00:00Z", TestContext.Current.CancellationToken);
        Assert.Contains("the log of past states begins at", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static bool IsAbout(CapturedAnswer capture, string name, string subnet)
    {
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(capture.Query, out Message? query));
        return query!.Edns?.ClientSubnet?.ToString() == $"{subnet}/0" && query.Questions[0].Type == RecordType.A
            && MessageText.Format(query).Contains(name, StringComparison.Ordinal);
    }

    private static async Task<string> OctetsAsync(ServerProcess server, string target) =>
        (await server.GetJsonAsync(target)).GetProperty("answer").GetProperty("octets").GetString() ?? "";

    private static string? IdOf(CapturedAnswer capture)
    {
        Assert.Equal(MessageParseStatus.Ok, Message.TryParse(capture.Answer, out Message? answer));
        EdnsOption? told = answer!.Edns?.Options.FirstOrDefault(option => option.Code == EdnsOptionCode.ExtendedError);
        const string Prefix = "explain --id ";
        string text = told is null ? "" : Encoding.UTF8.GetString(told.Data.Span[Math.Min(2, told.Data.Length)..]);
        return text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : null;
    }

    private static string Compose(QuickstartScene scene)
    {
        string text = QuickstartScene.Replace(scene.Text, "geo: {database: builtin}", "geo: {database: places.mmdb, max-move: 100%}\nload: {file: load.txt, max-age: 1h}");
        text = QuickstartScene.Replace(text, "zones:\n", """
              busy:
                ttl: 20s
                ttl-jitter: 30%
                shed: {of: web-eu, to: web-us, low: 50, high: 110}
              office:
                ttl: 20s
                schedule: {time-zone: Europe/Paris, windows: [{hours: 06:00-22:00, pool: web-eu}], default: web-us}

            zones:

            """);
        return QuickstartScene.Replace(text, "      multi:     {A: {steer: multi}}\n",
            "      multi:     {A: {steer: multi}}\n      busy:      {A: {steer: busy}}\n      office:    {A: {steer: office}}\n");
    }

    private static void WritePlaces(QuickstartScene scene, bool french)
    {
        MmdbWriter writer = new();
        writer.AddIPv4(0x0A01_0000, 16, Country(french ? "EU" : "SA", french ? "FR" : "BR"));
        writer.AddIPv4(0x0A02_0000, 16, Country("NA", "US"));
        scene.WriteFile("places.mmdb", writer.ToFile());
    }

    private static Dictionary<string, object> Country(string continent, string country) => new()
    {
        ["continent"] = new Dictionary<string, object> { ["code"] = continent },
        ["country"] = new Dictionary<string, object> { ["iso_code"] = country },
    };
}
