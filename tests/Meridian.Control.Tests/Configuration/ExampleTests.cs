using System.Net;
using Meridian.Control.Configuration;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.Tests.Configuration;

/// <summary>The example of the design, without what this version does not do yet.</summary>
public sealed class ExampleTests
{
    private const string Document =
        """
        listen: {dns: ["127.0.0.1:5300", "[::1]:5300"], http: "127.0.0.1:8053"}
        geo: {database: builtin}
        sites:
          eu: {near: "aws:eu-west-1", capacity: 60000}
          us: {near: "aws:us-east-1", capacity: 90000, cost: 0.8}
          ap: {latitude: 35.68, longitude: 139.77, country: JP}
        monitors:
          web:
            type: https
            path: /healthz
            host: www.example.com
            expect: {status: [200-299, 304], body: '"ready":true'}
            interval: 10s
            timeout: 3s
            rise: 2
            fall: 3
        pools:
          web-eu:
            site: eu
            monitor: web
            min-healthy: 1
            answer: {pick: 2, by: weight}
            failback: auto
            members:
              - {address: 203.0.113.10, weight: 3}
              - {address: 203.0.113.11}
              - {address: 203.0.113.12, state: draining, until: 2026-12-01T00:00Z, reason: "disk swap"}
          web-us: {site: us, monitor: web, members: [{address: 198.51.100.20}, {address: "2001:db8::20"}]}
          web-ap: {site: ap, monitor: web, members: [{address: 192.0.2.7, port: 8443}]}
          cdn-a:  {members: [{hostname: a.cdn.example.}]}
          cdn-b:  {members: [{hostname: b.cdn.example.}]}
          sorry:  {members: [{address: 192.0.2.99}]}
        policies:
          www:
            ttl: 60s
            when-all-down: {pool: sorry}
            ttl-jitter: 10%
            geo:
              EU:    {failover: [web-eu, web-us]}
              US-CA: web-us
              JP:    web-ap
              default: {failover: [web-eu, web-us, web-ap]}
          residency:
            geo: {EU: web-eu, default: web-us}
            strict: true
          canary:
            weighted: {web-eu: 95, web-us: 5}
            sticky: client
          cdn: {weighted: {cdn-a: 1, cdn-b: 1}}
          many: {multivalue: {of: [web-eu, web-us, web-ap], max: 4, spread: sites}}
          nested:
            weighted:
              - {weight: 9, failover: [canary, web-ap]}
              - {weight: 1, geo: {NO: web-eu, default: {multivalue: [web-us, web-ap]}}}
        zones:
          example.com:
            soa: {primary: ns1.example.com., contact: host.master@example.com, negative-ttl: 60s}
            ttl: 300s
            records:
              "@":   {NS: [ns1, ns2], MX: ["10 mail"], A: {steer: www}, AAAA: {steer: www}}
              ns1:   {A: 192.0.2.53}
              ns2:   {A: 192.0.2.54}
              mail:  {A: 192.0.2.25}
              www:   {A: {steer: www}, AAAA: {steer: www}, HTTPS: {steer: www, priority: 1, alpn: [h2, h3]}}
              api:   {A: [203.0.113.1, 203.0.113.2, 203.0.113.3], ttl: 60s, rotate: true}
              beta:  {A: {steer: canary, ttl: 30s}}
              static: {CNAME: {steer: cdn}}
              old:   {CNAME: www}
        """;

    private readonly LoadResult _result = TestFiles.Load(Document);

    [Fact]
    public void Load_Example_HasNoFindings()
    {
        Assert.Empty(TestFiles.Errors(_result));
        Assert.Empty(_result.Warnings);
        Assert.Equal(64, _result.Digest.Length);
        Assert.Equal(["m.yaml"], _result.Files);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero), _result.NextExpiry);
    }

    [Fact]
    public void Load_Example_ReadsListenSitesAndMonitors()
    {
        MeridianModel model = Model();
        Assert.Equal([IPEndPoint.Parse("127.0.0.1:5300"), IPEndPoint.Parse("[::1]:5300")], model.Listen.Dns);
        Assert.Equal(new Coordinates(53.35, -6.26), model.Sites["eu"].Location);
        Assert.Equal(new Coordinates(35.68, 139.77), model.Sites["ap"].Location);
        Assert.Equal(0.8, model.Sites["us"].Cost);
        MonitorModel monitor = model.Monitors["web"];
        Assert.Equal(443, monitor.Port);
        Assert.Equal([new StatusRange(200, 299), new StatusRange(304, 304)], monitor.ExpectedStatus);
        Assert.Equal("\"ready\":true", monitor.ExpectedBody);
        Assert.Equal(TimeSpan.FromSeconds(3), monitor.Timeout);
    }

    [Fact]
    public void Load_Example_ReadsPoolsAndMembers()
    {
        PoolModel pool = Model().Pools["web-eu"];
        Assert.Equal(("eu", "web", 2), (pool.Site, pool.Monitor, pool.Pick));
        Assert.Equal([3, 1, 1], pool.Members.Select(member => member.Weight));
        Assert.Equal(AdminState.Draining, pool.Members[2].State);
        Assert.Equal("disk swap", pool.Members[2].Reason);
        Assert.Equal(8443, Model().Pools["web-ap"].Members[0].Port);
        Assert.Equal("a.cdn.example.", Model().Pools["cdn-a"].Members[0].Target);
    }

    [Fact]
    public void Load_Example_ReadsPolicyTrees()
    {
        PolicyModel www = Model().Policies["www"];
        Assert.Equal((60u, WhenAllDown.Pool, "sorry", 0.1), (www.TtlSeconds, www.WhenAllDown, www.FallbackPool, www.TtlJitter));
        GeoNode geo = Assert.IsType<GeoNode>(www.Root);
        Assert.Equal(["EU", "US-CA", "JP"], geo.Places.Select(branch => branch.Place.ToString()));
        Assert.Equal(new PoolNode("web-us"), geo.Places[1].Node);
        Assert.IsType<FailoverNode>(geo.Default);
        Assert.True(Model().Policies["residency"].Strict);
        Assert.True(Assert.IsType<GeoNode>(Model().Policies["residency"].Root).Strict);
        WeightedNode canary = Assert.IsType<WeightedNode>(Model().Policies["canary"].Root);
        Assert.True(canary.Sticky);
        Assert.Equal([95, 5], canary.Of.Select(child => child.Weight));
        MultivalueNode many = Assert.IsType<MultivalueNode>(Model().Policies["many"].Root);
        Assert.Equal((4, true, 3), (many.Max, many.SpreadSites, many.Of.Length));
        WeightedNode nested = Assert.IsType<WeightedNode>(Model().Policies["nested"].Root);
        Assert.Equal(new PolicyNode("canary"), Assert.IsType<FailoverNode>(nested.Of[0].Node).Of[0]);
        // 'NO' is Norway and never a boolean.
        Assert.Equal("NO", Assert.IsType<GeoNode>(nested.Of[1].Node).Places[0].Place.Code);
    }

    [Fact]
    public void Load_Example_ReadsZone()
    {
        ZoneModel zone = Model().Zones[DomainName.Parse("example.com.")];
        Assert.Equal("host\\.master.example.com.", zone.Soa.Contact.ToString());
        Assert.Equal((60u, 300u), (zone.Soa.NegativeTtlSeconds, zone.DefaultTtlSeconds));
        RRsetModel api = Find(zone, "api", RecordType.A);
        Assert.Equal((3, 60u, true), (api.Rdata.Length, api.TtlSeconds, api.Rotate));
        Assert.Equal([203, 0, 113, 1], api.Rdata[0].ToArray());
        RRsetModel https = Find(zone, "www", RecordType.HTTPS);
        Assert.Equal("www", https.Steering?.Policy);
        Assert.Equal(["h2", "h3"], https.Steering?.Alpn);
        Assert.Equal(30u, Find(zone, "beta", RecordType.A).TtlSeconds);
        Assert.Equal("10 mail.example.com.", RdataText.Format(RecordType.MX, Find(zone, "@", RecordType.MX).Rdata[0].Span));
    }

    [Fact]
    public void Positions_OfModelPaths_LeadToLines()
    {
        Assert.True(_result.Positions.TryFind("pools/web-eu/members/1/address", out SourcePosition? address));
        Assert.Equal(new SourcePosition("m.yaml", 26, 19), address);
        Assert.True(_result.Positions.TryFind("zones/example.com./records/old/CNAME", out SourcePosition? cname));
        Assert.Equal(new SourcePosition("m.yaml", 68, 15), cname);
        Assert.True(_result.Positions.TryFind("zones/example.com./records/old/CNAME/not/there", out SourcePosition? above));
        Assert.Equal(cname, above);
        Assert.False(_result.Positions.TryFind("nothing/like/it", out _));
    }

    private MeridianModel Model() => _result.Model ?? throw new InvalidOperationException(string.Join('\n', TestFiles.Errors(_result)));

    private static RRsetModel Find(ZoneModel zone, string owner, RecordType type) =>
        zone.RRsets.Single(rrset => rrset.Owner == DomainName.Parse(owner, zone.Apex) && rrset.Type == type);
}
