using System.Text;
using System.Text.Json;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Engine.Tests.Geo;

namespace Meridian.Functional.Tests.Support;

/// <summary>What is asked, captured and compared where answers of the past are given back.</summary>
internal static class PastScene
{
    private const int QueriesPerPhase = 48;

    private static readonly string[] Names = ["www.example.test", "canary.example.test", "multi.example.test", "residency.example.test", "busy.example.test", "office.example.test"];
    private static readonly string?[] Subnets = [null, "10.1.0.0/24", "10.2.3.0/24", "10.77.0.0/16"];

    /// <summary>Asks all names from some networks, with and without a client subnet, and keeps what came.</summary>
    public static Task CaptureAsync(ServerProcess server, string phase, List<CapturedAnswer> captured) => CaptureAsync(server, phase, captured, Subnets);

    /// <summary>The log tells of a verdict a moment before it is answered by.</summary>
    public static async Task WaitUntilNotAnsweredAsync(ServerProcess server, string address)
    {
        using DnsProbe probe = new(server.Dns);
        await Wait.UntilAsync(
            async () => !(await probe.AddressesAsync("www.example.test", "10.1.0.0/24")).Contains(address),
            Wait.Long, $"{address} is not answered any more", () => server.Log);
    }

    /// <summary>The same from networks of the caller's choice.</summary>
    public static async Task CaptureAsync(ServerProcess server, string phase, List<CapturedAnswer> captured, string?[] subnets)
    {
        using DnsProbe probe = new(server.Dns);
        for (int i = 0; i < QueriesPerPhase; i++)
        {
            string? subnet = subnets[i % subnets.Length];
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

    /// <summary>Every captured answer is given back octet for octet, by its time and by the id that it told.</summary>
    public static async Task CompareAsync(ServerProcess server, List<CapturedAnswer> captured)
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
    /// between, each state that was there for a part of that time may have answered: the log says of each from when and until when, at
    /// the earliest and the latest.
    /// </summary>
    private static async Task<(string Octets, int Candidates)> ExplainAsync(ServerProcess server, CapturedAnswer capture, string expected)
    {
        DateTimeOffset? at = capture.SentAt;
        string explained = "";
        int candidates = 0;
        while (at is { } moment && explained != expected)
        {
            candidates++;
            JsonElement document = await server.GetJsonAsync(capture.ExplainTarget(moment, "json"));
            explained = document.GetProperty("answer").GetProperty("octets").GetString() ?? "";
            JsonElement state = document.GetProperty("state");
            at = state.TryGetProperty("until", out JsonElement until) && until.GetDateTimeOffset() <= capture.ReceivedAt
                ? state.GetProperty("untilAtLatest").GetDateTimeOffset()
                : null;
        }
        return (explained, candidates);
    }

    /// <summary>Whether a capture is of an A query for a name from a network.</summary>
    public static bool IsAbout(CapturedAnswer capture, string name, string subnet)
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

    /// <summary>The quickstart's configuration with what else decides: load, time, a location database of its own.</summary>
    public static string Compose(QuickstartScene scene)
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

    /// <summary>Writes the location database: 10.1/16 is in France, or in Brazil.</summary>
    public static void WritePlaces(QuickstartScene scene, bool french)
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
