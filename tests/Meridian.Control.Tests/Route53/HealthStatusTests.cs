using System.Collections.Immutable;
using System.Net;
using System.Xml.Linq;
using Meridian.Engine.Health;
using Meridian.Health.Evidence;
using Meridian.Health.Probes;
using Meridian.Health.Quorum;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>What is told of health checks' observations.</summary>
[Collection("changes")]
public sealed class HealthStatusTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task GetHealthCheckStatus_VantagePointsElsewhere_SaysTheAddressOfEach()
    {
        await using Route53UnderTest api = await StartAsync();
        string id = await CreateAsync(api, "<IPAddress>127.0.0.1</IPAddress>");
        api.Health = _ => Report(Vote("here") with { IsLocal = true }, Vote("us-west-1") with { Address = "198.51.100.7" }, Vote("eu-west-1"));

        (_, XElement reply) = await api.GetAsync($"healthcheck/{id}/status");

        // This server's is that of its packets to the endpoint; where nothing is known nothing is said.
        Assert.Equal([("here", "127.0.0.1"), ("us-west-1", "198.51.100.7"), ("eu-west-1", null)], Observations(reply));
        (_, XElement failures) = await api.GetAsync($"healthcheck/{id}/lastfailurereason");
        Assert.Equal(Observations(reply), Observations(failures));
    }

    [Theory]
    [InlineData("<IPAddress>::1</IPAddress>", "::1")]
    [InlineData("<IPAddress>127.0.0.9</IPAddress>", "127.0.0.1")]
    public async Task GetHealthCheckStatus_ThisServerAlone_SaysItsAddressTowardsTheEndpoint(string endpoint, string expected)
    {
        await using Route53UnderTest api = await StartAsync();
        string id = await CreateAsync(api, endpoint);
        api.Health = _ => Report() with { Attempts = [Attempt()] };
        Assert.Equal([("us-east-1", expected)], Observations((await api.GetAsync($"healthcheck/{id}/status")).Reply));
    }

    private static async Task<string> CreateAsync(Route53UnderTest api, string endpoint)
    {
        (HttpStatusCode status, XElement reply) = await api.SendAsync(
            HttpMethod.Post,
            "healthcheck",
            $"<CreateHealthCheckRequest><CallerReference>hc</CallerReference><HealthCheckConfig>{endpoint}<Port>9</Port><Type>TCP</Type></HealthCheckConfig></CreateHealthCheckRequest>");
        Assert.Equal(HttpStatusCode.Created, status);
        return TextOf(reply, "Id");
    }

    private static IEnumerable<(string Region, string? Address)> Observations(XElement reply) =>
        reply.Descendants().Where(element => element.Name.LocalName == "HealthCheckObservation").Select(observation => (
            observation.Elements().Single(element => element.Name.LocalName == "Region").Value,
            observation.Elements().SingleOrDefault(element => element.Name.LocalName == "IPAddress")?.Value));

    private static VantageVote Vote(string name) => new(name, VantageState.Sighted, HealthState.Down, At, "refused", At, [Attempt()]);

    private static ProbeAttempt Attempt() => new(At, new ProbeResult(ProbeOutcome.Refused, "connection refused", default));

    private static MemberHealthReport Report(params ImmutableArray<VantageVote> votes) => new()
    {
        Member = new MemberKey("pool", "check"),
        Monitor = "check",
        Question = "TCP",
        SkipsVerification = false,
        Verdict = new MemberVerdict(HealthState.Down, 0),
        Origin = VerdictOrigin.Probes,
        ResultsAgainst = 0,
        ResultsNeeded = 3,
        Attempts = [],
        Votes = votes,
        IsProbeRunning = false,
    };
}
