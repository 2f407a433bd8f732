using System.Globalization;
using Meridian.Dns.Messages;
using Meridian.Dns.Records;
using Meridian.Functional.Tests.Support;

namespace Meridian.Functional.Tests;

/// <summary>What real clients get from the quickstart's zone while everything is up.</summary>
public sealed class SteeredAnswerTests(SteeredAnswerTests.Fixture fixture) : IClassFixture<SteeredAnswerTests.Fixture>
{
    private static readonly string[] EuAddresses = ["127.0.1.1", "127.0.1.2"];
    private static readonly string[] UsAddresses = ["127.0.2.1", "127.0.2.2"];

    private ServerProcess Server => fixture.Server;

    [Theory]
    [InlineData("dig")]
    [InlineData("kdig")]
    public async Task Query_WithoutSubnet_IsSteeredByItsSource(string tool)
    {
        Dig answer = await Dig.AskWithAsync(tool, Server.Dns, "www.example.test", "A");

        Assert.Equal("NOERROR", answer.Status);
        Assert.StartsWith("qr aa", answer.Flags, StringComparison.Ordinal);
        // Loopback is nowhere: the default of the example.
        Assert.Equal(UsAddresses, answer.Data);
        Assert.All(answer.Answer, record => Assert.StartsWith("www.example.test. 20 IN A 127.0.2.", record, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("193.0.6.0/24", true)]
    [InlineData("8.8.8.0/24", false)]
    [InlineData("200.160.0.0/24", false)]
    public async Task Query_WithSubnet_LandsWhereTheExampleSaysWithItsScope(string subnet, bool isEu)
    {
        Dig answer = await Dig.AskAsync(Server.Dns, "www.example.test", "A", $"+subnet={subnet}");

        Assert.Equal(isEu ? EuAddresses : UsAddresses, answer.Data);
        Assert.InRange(ScopeOf(answer, subnet), 1, 24);
    }

    [Fact]
    public async Task Query_WithJapaneseSubnet_IsHalfAndHalfWithItsScope()
    {
        HashSet<string> sites = [];
        // A fair draw that shows one side forty times in a row is one in 2^39.
        for (int i = 0; i < 40 && sites.Count < 2; i++)
        {
            Dig answer = await Dig.AskAsync(Server.Dns, "www.example.test", "A", "+subnet=2001:200::/48");
            Assert.Equal(32, ScopeOf(answer, "2001:200::/48"));
            Assert.True(answer.Data.SequenceEqual(EuAddresses) || answer.Data.SequenceEqual(UsAddresses), answer.Text);
            sites.Add(answer.Data[0]);
        }
        Assert.Equal(2, sites.Count);
    }

    [Fact]
    public async Task Query_ThroughKdig_ReturnsTheSameScopeAsThroughDig()
    {
        Dig fromDig = await Dig.AskAsync(Server.Dns, "www.example.test", "A", "+subnet=193.0.6.0/24");
        Dig fromKdig = await Dig.AskWithAsync("kdig", Server.Dns, "www.example.test", "A", "+subnet=193.0.6.0/24");

        Assert.Equal(fromDig.Data, fromKdig.Data);
        // kdig prints "CLIENT-SUBNET: 193.0.6.0/24/19" as well.
        Assert.Equal(fromDig.Subnet, fromKdig.Subnet);
    }

    [Fact]
    public async Task WeightedName_TwoThousandQueries_FallWithinThreeSigma()
    {
        const int Count = 2000;
        const double Share = 0.7;
        double sigma = Math.Sqrt(Count * Share * (1 - Share));

        int inEu = await CountEuAsync(Count);
        if (Math.Abs(inEu - Count * Share) > 3 * sigma)
        {
            // A fair draw leaves 3 sigma once in 370 samples. A second sample tells chance from bias.
            inEu = await CountEuAsync(Count);
        }

        Assert.InRange(inEu, Count * Share - 3 * sigma, Count * Share + 3 * sigma);
    }

    [Fact]
    public async Task RotatedName_SuccessiveQueries_TurnTheRecords()
    {
        // One client's socket, so that one thread of the server answers: rotation is per thread.
        HashSet<string> first = [];
        using DnsProbe probe = new(Server.Dns);
        for (ushort id = 0; id < 3; id++)
        {
            Message answer = await probe.AskAsync("api.example.test", RecordType.A, id);
            string[] lines = DnsProbe.Lines(answer.Answer);
            Assert.Equal(3, lines.Length);
            first.Add(lines[0]);
        }
        Assert.Equal(3, first.Count);
    }

    [Fact]
    public async Task MultivalueName_Query_BringsMembersOfBothSites()
    {
        Dig answer = await Dig.AskAsync(Server.Dns, "multi.example.test", "A");

        Assert.Equal(3, answer.Data.Distinct().Count());
        Assert.NotEmpty(answer.Data.Intersect(EuAddresses));
        Assert.NotEmpty(answer.Data.Intersect(UsAddresses));
    }

    [Fact]
    public async Task HttpsRecord_Query_HintsTheSameAddresses()
    {
        Dig answer = await Dig.AskWithAsync("kdig", Server.Dns, "www.example.test", "HTTPS", "+subnet=193.0.6.0/24");

        string record = Assert.Single(answer.Answer);
        Assert.Contains("alpn=h2,h3", record.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Matches("ipv4hint=\"?127\\.0\\.1\\.[12],127\\.0\\.1\\.[12]", record);
    }

    [Fact]
    public async Task StaticNames_Queries_FollowTheZone()
    {
        Dig alias = await Dig.AskAsync(Server.Dns, "shop.example.test", "A", "+subnet=193.0.6.0/24");
        Assert.Equal("shop.example.test. 300 IN CNAME www.example.test.", alias.Answer[0]);
        Assert.Equal(3, alias.Answer.Length);

        Dig wildcard = await Dig.AskAsync(Server.Dns, "anything.apps.example.test", "A", "+subnet=193.0.6.0/24");
        Assert.Equal(EuAddresses, wildcard.Data);

        Dig missing = await Dig.AskAsync(Server.Dns, "nothing.example.test", "A");
        Assert.Equal("NXDOMAIN", missing.Status);
        Assert.StartsWith("example.test. 60 IN SOA", Assert.Single(missing.Authority), StringComparison.Ordinal);

        Dig noData = await Dig.AskAsync(Server.Dns, "ns1.example.test", "AAAA");
        Assert.Equal("NOERROR", noData.Status);
        Assert.Empty(noData.Answer);
        Assert.StartsWith("example.test. 60 IN SOA", Assert.Single(noData.Authority), StringComparison.Ordinal);

        Dig elsewhere = await Dig.AskAsync(Server.Dns, "example.org", "A");
        Assert.Equal("REFUSED", elsewhere.Status);
    }

    [Fact]
    public async Task Name_InMixedCase_ComesBackAsItWasWritten()
    {
        Dig answer = await Dig.AskAsync(Server.Dns, "WwW.eXaMpLe.TeSt", "A");

        Assert.Contains(";WwW.eXaMpLe.TeSt.", answer.Text, StringComparison.Ordinal);
        Assert.Equal(UsAddresses, answer.Data);
    }

    [Fact]
    public async Task LargeAnswer_OverUdp_IsTruncatedAndWholeOverTcp()
    {
        Dig truncated = await Dig.AskAsync(Server.Dns, "large.example.test", "TXT", "+ignore");
        Assert.Contains(" tc", truncated.Flags, StringComparison.Ordinal);
        Assert.True(truncated.Answer.Length < Fixture.LargeCount, truncated.Text);

        Dig repeated = await Dig.AskAsync(Server.Dns, "large.example.test", "TXT");
        Assert.Contains("Truncated, retrying in TCP mode", repeated.Text, StringComparison.Ordinal);
        Assert.Equal(Fixture.LargeCount, repeated.Answer.Length);

        Dig overTcp = await Dig.AskAsync(Server.Dns, "large.example.test", "TXT", "+tcp");
        Assert.DoesNotContain(" tc", overTcp.Flags, StringComparison.Ordinal);
        Assert.Equal(Fixture.LargeCount, overTcp.Answer.Length);
    }

    [Fact]
    public async Task SteeredName_OverTcp_IsAnsweredAsOverUdp()
    {
        Dig answer = await Dig.AskAsync(Server.Dns, "www.example.test", "A", "+tcp", "+subnet=193.0.6.0/24");

        Assert.Equal(EuAddresses, answer.Data);
        Assert.InRange(ScopeOf(answer, "193.0.6.0/24"), 1, 24);
    }

    [Fact]
    public async Task Status_OfTheRunningServer_ListsMembersAndCounters()
    {
        CommandResult table = await Command.MeridianAsync("status", "--url", Server.Http.ToString());
        Assert.Equal(0, table.ExitCode);
        Assert.All(EuAddresses.Concat(UsAddresses), address => Assert.Contains(address, table.Output, StringComparison.Ordinal));

        CommandResult json = await Command.MeridianAsync("status", "--json", "--url", Server.Http.ToString());
        using var document = System.Text.Json.JsonDocument.Parse(json.Output);
        Assert.Equal(4, document.RootElement.GetProperty("members").GetArrayLength());
        Assert.All(
            document.RootElement.GetProperty("members").EnumerateArray(), member => Assert.Equal("up", member.GetProperty("health").GetString()));

        CommandResult unreachable = await Command.MeridianAsync("status", "--url", "http://127.0.0.1:1");
        Assert.Equal(3, unreachable.ExitCode);
    }

    // One dig process asks all of them, each from a socket of its own and with a random id.
    private async Task<int> CountEuAsync(int count)
    {
        string batch = fixture.Scene.WriteFile("batch", string.Concat(Enumerable.Repeat("canary.example.test A\n", count)));
        CommandResult result = await Command.ToolAsync(
            "dig", $"@{Server.Dns.Address}", "-p", Server.Dns.Port.ToString(CultureInfo.InvariantCulture), "+noall", "+answer", "-f", batch);
        // Both members of the drawn site come in each answer.
        int inEu = result.OutputLines.Count(line => line.EndsWith("127.0.1.1", StringComparison.Ordinal));
        int inUs = result.OutputLines.Count(line => line.EndsWith("127.0.2.1", StringComparison.Ordinal));
        Assert.Equal(count, inEu + inUs);
        return inEu;
    }

    private static int ScopeOf(Dig answer, string subnet)
    {
        Assert.NotNull(answer.Subnet);
        Assert.StartsWith(subnet + "/", answer.Subnet, StringComparison.Ordinal);
        return int.Parse(answer.Subnet[(subnet.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>One server for all tests that only ask.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal const int LargeCount = 30;

        private static readonly string LargeText =
            "      large: {TXT: [" + string.Join(", ", Enumerable.Range(0, LargeCount).Select(i => $"\"{i:D3} {new string('x', 100)}\"")) + "]}\n";

        internal QuickstartScene Scene { get; } = new(LargeText);

        internal ServerProcess Server { get; private set; } = null!; // Set by InitializeAsync, before any test.

        public async ValueTask InitializeAsync() => Server = await ServerProcess.StartReadyAsync(Scene.Path);

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            Scene.Dispose();
        }
    }
}
