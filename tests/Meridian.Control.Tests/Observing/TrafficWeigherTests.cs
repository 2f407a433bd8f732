using Meridian.Control.Observing;
using Meridian.Control.Tests.Configuration;
using Meridian.Engine.Health;
using Meridian.Engine.Snapshot;
using Meridian.Health.Judging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Meridian.Control.Tests.Observing;

/// <summary>What share of the clients each member has, by what was really asked and what is really answered.</summary>
public sealed class TrafficWeigherTests
{
    private const string Yaml =
        """
        breaker: {max-traffic: 60%}
        monitors: {m: {type: http}}
        pools:
          eu: {members: [{address: 192.0.2.1}, {address: 192.0.2.2}]}
          us: {monitor: m, members: [{address: 198.51.100.1}]}
          dark: {monitor: m, members: [{address: 203.0.113.1}]}
        policies:
          split: {ttl: 30s, weighted: {eu: 80, us: 20}}
          other: {ttl: 30s, failover: [us, dark]}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1]}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: split}}
              api: {A: {steer: other}}
        """;

    [Fact]
    public async Task Weigh_TwoSteeredNames_SharesFollowTheQueriesAndTheAnswers()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        Judge(server, HealthState.Up, HealthState.Up);
        Ask(server, "www.example.com.", 300);
        Ask(server, "api.example.com.", 100);
        Ask(server, "ns1.example.com.", 500);

        ObservedTraffic traffic = Weigh(server)!;

        Assert.Equal(400, traffic.Queries);
        Assert.True(traffic.IsOfUse(server.Time.GetUtcNow()));
        Assert.False(traffic.IsOfUse(server.Time.GetUtcNow() + TimeSpan.FromMinutes(6)));
        Assert.InRange(Share(traffic, "eu", "192.0.2.1"), 0.26, 0.34);
        Assert.InRange(Share(traffic, "eu", "192.0.2.2"), 0.26, 0.34);
        Assert.InRange(Share(traffic, "us", "198.51.100.1"), 0.35, 0.45);
        Assert.Equal(0, Share(traffic, "dark", "203.0.113.1"));
        Assert.Equal(1, traffic.Shares.Values.Sum(), 6);
    }

    [Fact]
    public async Task Weigh_AfterAMemberFell_ItsClientsAreWhereTheyAreNow()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);
        Judge(server, HealthState.Up, HealthState.Up);
        Ask(server, "api.example.com.", 300);
        Assert.Equal(1, Share(Weigh(server)!, "us", "198.51.100.1"), 6);
        Judge(server, HealthState.Down, HealthState.Up);

        ObservedTraffic traffic = Weigh(server)!;

        Assert.Equal(0, Share(traffic, "us", "198.51.100.1"));
        Assert.Equal(1, Share(traffic, "dark", "203.0.113.1"), 6);
    }

    [Fact]
    public async Task Weigh_NothingAsked_SaysThatItKnowsNothing()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml);

        ObservedTraffic traffic = Weigh(server)!;

        Assert.False(traffic.IsOfUse(server.Time.GetUtcNow()));
        Assert.Empty(traffic.Shares);
    }

    [Fact]
    public async Task Weigh_RulesCountMembers_IsNotDone()
    {
        using ObservedServer server = await ObservedServer.StartAsync(Yaml.Replace("breaker: {max-traffic: 60%}", "", StringComparison.Ordinal));
        Ask(server, "www.example.com.", 300);

        Assert.Null(Weigh(server));
    }

    [Fact]
    public void Load_MaxTraffic_IsUnderstood()
    {
        Assert.Equal(60, TestFiles.Load(Yaml).Model!.Breaker.MaxTrafficPercent);
        Assert.Null(TestFiles.Load("breaker: {max-members: 60%}").Model!.Breaker.MaxTrafficPercent);
    }

    private static void Judge(ObservedServer server, HealthState us, HealthState dark) => server.Harness.DataPlane.UpdateVerdicts(
        [
            new VerdictChange(new MemberKey("us", "198.51.100.1"), new MemberVerdict(us, 0)),
            new VerdictChange(new MemberKey("dark", "203.0.113.1"), new MemberVerdict(dark, 0)),
        ]);

    private static double Share(ObservedTraffic traffic, string pool, string target) => traffic.Shares.GetValueOrDefault(new MemberKey(pool, target));

    private static ObservedTraffic? Weigh(ObservedServer server)
    {
        server.Observer.Fetch();
        return new TrafficWeigher(server.Observer, server.Harness.DataPlane, _ => { }, server.Time, NullLogger<TrafficWeigher>.Instance).Weigh();
    }

    private static void Ask(ObservedServer server, string name, int times)
    {
        for (ushort i = 0; i < times; i++)
        {
            server.Ask(name, 0x0A00_0001 + (i % 5U), id: i);
        }
    }
}
