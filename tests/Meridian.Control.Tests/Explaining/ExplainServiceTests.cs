using System.Net;
using System.Text.Json;
using Meridian.Control.Explaining;
using Meridian.Control.Http;
using Meridian.Control.Tests.Publishing;
using Meridian.Engine.Answering;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;

namespace Meridian.Control.Tests.Explaining;

public sealed class ExplainServiceTests
{
    private const string Configuration =
        """
        geo: {overrides: {"198.51.100.0/24": {country: JP}}}
        pools:
          eu: {members: [{address: 192.0.2.1}]}
          us: {members: [{address: 198.51.100.1}]}
        policies:
          www: {ttl: 30s, geo: {EU: {failover: [eu, us]}, default: us}}
          draw: {ttl: 30s, weighted: {eu: 1, us: 1}}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: www}}
              draw: {A: {steer: draw}}
        """;

    [Fact]
    public async Task Explain_ClientSubnet_TellsPlaceReasonAndAnswer()
    {
        using PublisherHarness harness = new();
        ExplainReply reply = await (await ServeAsync(harness)).ExplainAsync(new ExplainRequest
        {
            Name = "www.example.com",
            Type = "A",
            Client = IPAddress.Parse("193.0.6.0"),
            ClientPrefixLength = 24,
        }, TestContext.Current.CancellationToken);
        Assert.Null(reply.Problem);
        Assert.Contains("client 193.0.6.0/24 is in EU NL", reply.Text, StringComparison.Ordinal);
        Assert.Contains("www.example.com. 30 IN A 192.0.2.1", reply.Text, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(reply.Json);
        Assert.Equal("NOERROR", json.RootElement.GetProperty("answer").GetProperty("rcode").GetString());
        Assert.Equal("193.0.6.0/24", json.RootElement.GetProperty("query").GetProperty("clientSubnet").GetString());
    }

    [Fact]
    public async Task Explain_CorrectedPlace_NamesTheOverride()
    {
        using PublisherHarness harness = new();
        ExplainReply reply = await (await ServeAsync(harness)).ExplainAsync(new ExplainRequest
        {
            Name = "www.example.com",
            Type = "A",
            Client = IPAddress.Parse("198.51.100.0"),
            ClientPrefixLength = 24,
        }, TestContext.Current.CancellationToken);
        Assert.Matches("client 198\\.51\\.100\\.0/24 is in AS JP: .*, corrected by the override 198\\.51\\.100\\.0/24\n", reply.Text);
    }

    [Fact]
    public async Task Explain_CapturedQuery_IsReproducedWhateverTheTimeOfDay()
    {
        using PublisherHarness harness = new();
        ExplainService service = await ServeAsync(harness);
        QueryAnswerer answerer = new(harness.DataPlane, new AnswerLimits());
        byte[] response = new byte[512];
        for (int i = 0; i < 200; i++)
        {
            ushort port = (ushort)(1024 + (i * 7));
            ushort id = (ushort)(i * 331);
            long time = 1_795_000_000 + (i * 37);
            byte[] query = new Meridian.Dns.Messages.QueryBuilder("draw.example.com", Meridian.Dns.Records.RecordType.A) { Id = id, UdpPayloadSize = 1232 }.Build();
            AnswerResult result = answerer.Answer(
                query, new ClientInfo(ClientAddress.FromIPAddress(IPAddress.Parse("198.51.100.77")), port, Transport.Udp, time), response);
            string address = new IPAddress(response.AsSpan(result.Length - 11 - 4, 4)).ToString();

            ExplainReply reply = await service.ExplainAsync(new ExplainRequest
            {
                Name = "draw.example.com",
                Type = "A",
                Client = IPAddress.Parse("198.51.100.77"),
                Port = port,
                MessageId = id,
                Time = DateTimeOffset.FromUnixTimeSeconds(time),
            }, TestContext.Current.CancellationToken);
            Assert.Contains($"draw.example.com. 30 IN A {address}", reply.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Explain_MemberWithEvidence_ShowsItOnceWithTimes()
    {
        using PublisherHarness harness = new();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        MemberHealthReport evidence = new()
        {
            Member = new MemberKey("eu", "192.0.2.1"),
            Monitor = "web",
            Question = "GET http://192.0.2.1:80/",
            SkipsVerification = false,
            Verdict = new MemberVerdict(HealthState.Down, 0),
            Origin = VerdictOrigin.Probes,
            Since = now.AddMinutes(-5),
            Cause = "connection refused by 192.0.2.1:80 after 0.4 ms",
            ResultsAgainst = 1,
            ResultsNeeded = 2,
            Attempts = [new ProbeAttempt(now, new ProbeResult(ProbeOutcome.Success, "status 200", default))],
            IsProbeRunning = false,
            IsConfirming = false,
            IsDegraded = false,
            IsWithheld = false,
            Parts = [],
        };
        ExplainService service = await ServeAsync(harness, member => member.Pool == "eu" ? evidence : null);
        string text = (await service.ExplainAsync(new ExplainRequest { Name = "www.example.com", Type = "A", Client = IPAddress.Parse("193.0.6.1") }, TestContext.Current.CancellationToken)).Text;
        Assert.Contains("connection refused by 192.0.2.1:80 after 0.4 ms", text, StringComparison.Ordinal);
        Assert.Contains("1 of 2 results in a row that would change it", text, StringComparison.Ordinal);
        Assert.Contains("probe at", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("www.example.com", "NOTATYPE", "is not a record type")]
    [InlineData("www..example.com", "A", "two dots follow each other")]
    public async Task Explain_BadRequest_SaysWhatIsWrong(string name, string type, string expected)
    {
        using PublisherHarness harness = new();
        ExplainReply reply = await (await ServeAsync(harness)).ExplainAsync(new ExplainRequest { Name = name, Type = type }, TestContext.Current.CancellationToken);
        Assert.Contains(expected, reply.Problem, StringComparison.Ordinal);
    }

    private static async Task<ExplainService> ServeAsync(PublisherHarness harness, Func<MemberKey, MemberHealthReport?>? evidence = null)
    {
        harness.Write(Configuration);
        Assert.True(await harness.StartAsync(), string.Join('\n', harness.Publisher.Status.Errors));
        return new ExplainService(harness.DataPlane, new AnswerLimits(), evidence ?? (_ => null), TimeProvider.System);
    }
}
