using Meridian.Control.Configuration;

namespace Meridian.Control.Tests.Configuration;

/// <summary>Everything that is wrong is reported at once, each at its own place.</summary>
public sealed class TenMistakesTests
{
    private const string Document =
        """
        lisen: {dns: ["127.0.0.1:5300"]}
        sites:
          eu: {near: "aws:eu-wets-1"}
        monitors:
          web:
            type: https
            interval: 10
        pools:
          web-eu:
            site: ue
            monitor: web
            min-healthy: 3
            members:
              - {address: 203.0.113.10}
              - {address: 203.0.113.300}
        policies:
          www:
            ttl: 60s
            failovr: [web-eu]
          loop-a: {failover: [loop-b]}
          loop-b: {failover: [loop-a]}
        zones:
          example.com:
            soa: {primary: ns1, contact: hostmaster@example.com}
            records:
              "@": {NS: [ns1], CNAME: www}
              ns1: {A: 192.0.2.53}
              www: {A: {steer: wwww}}
        """;

    [Fact]
    public void Load_TenMistakes_ReportsAllWithPositions()
    {
        LoadResult result = TestFiles.Load(Document);

        Assert.Null(result.Model);
        Assert.Equal(
            [
                "m.yaml:1:1: error: unknown key 'lisen' in the top level (did you mean 'listen'?)",
                "m.yaml:3:14: error: 'aws:eu-wets-1' is not a known cloud region; write its latitude and longitude instead (did you mean 'aws:eu-west-1'?)",
                "m.yaml:7:15: error: a duration needs a unit (ms, s, m, h, d, w): write 10s if seconds are meant",
                "m.yaml:10:11: error: there is no site 'ue' (did you mean 'eu'?)",
                "m.yaml:12:18: error: min-healthy is 3, but the pool has 2 members: it could never be available",
                "m.yaml:15:19: error: expected an IPv4 or IPv6 address, such as 192.0.2.1; found '203.0.113.300'",
                "m.yaml:19:5: error: unknown key 'failovr' in policies.<name> (did you mean 'failover'?)",
                "m.yaml:21:3: error: policies lead back to themselves: loop-a → loop-b → loop-a",
                "m.yaml:26:24: error: a CNAME cannot stand at the zone's apex, beside its SOA and NS records (RFC 1034 §3.6.2): "
                    + "use ALIAS instead, or {steer: …} on A and AAAA",
                "m.yaml:28:24: error: there is no policy 'wwww' (did you mean 'www'?)",
            ],
            TestFiles.Errors(result));
    }
}
