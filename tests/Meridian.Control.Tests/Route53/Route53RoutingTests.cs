using System.Net;
using System.Xml.Linq;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>Record sets with routing, and health checks: what goes in comes out, and is the native form in between.</summary>
[Collection("changes")]
public sealed class Route53RoutingTests
{
    private const string Check =
        """
        <CreateHealthCheckRequest><CallerReference>hc</CallerReference><HealthCheckConfig><IPAddress>192.0.2.1</IPAddress><Port>8080</Port>
        <Type>HTTP_STR_MATCH</Type><ResourcePath>/health</ResourcePath><FullyQualifiedDomainName>www.example.com</FullyQualifiedDomainName>
        <SearchString>ok</SearchString><RequestInterval>10</RequestInterval><FailureThreshold>2</FailureThreshold></HealthCheckConfig></CreateHealthCheckRequest>
        """;

    [Theory]
    [InlineData("<Weight>50</Weight>", "<Weight>0</Weight>", "weight: 50")]
    [InlineData("<Region>eu-west-1</Region>", "<Region>us-east-1</Region>", "region: eu-west-1")]
    [InlineData("<Failover>PRIMARY</Failover>", "<Failover>SECONDARY</Failover>", "failover: primary")]
    [InlineData("<GeoLocation><ContinentCode>NA</ContinentCode></GeoLocation>", "<GeoLocation><CountryCode>*</CountryCode></GeoLocation>", "place: NA")]
    [InlineData("<GeoLocation><CountryCode>NA</CountryCode></GeoLocation>", "<GeoLocation><CountryCode>DE</CountryCode></GeoLocation>", "country:NA")]
    [InlineData("<GeoProximityLocation><AWSRegion>eu-west-1</AWSRegion><Bias>10</Bias></GeoProximityLocation>", "<GeoProximityLocation><Coordinates><Latitude>40.70</Latitude><Longitude>-74.00</Longitude></Coordinates><Bias>0</Bias></GeoProximityLocation>", "near: aws:eu-west-1")]
    [InlineData("<MultiValueAnswer>true</MultiValueAnswer>", "<MultiValueAnswer>true</MultiValueAnswer>", "multivalue: true")]
    public async Task Sets_OfEachRouting_ComeBackAsTheyWere(string first, string second, string native)
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");

        (HttpStatusCode status, XElement reply) = await api.ChangeAsync(
            zone, ("CREATE", Routed("one", first, "192.0.2.1")), ("CREATE", Routed("\"two\"", second, "192.0.2.2")));
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=www.example.com");

        Assert.True(status == HttpStatusCode.OK, reply.ToString());
        Assert.Equal(["\"two\"", "one"], TextsOf(list, "SetIdentifier"));
        Assert.Contains(Plain(first), Plain(list.ToString()), StringComparison.Ordinal);
        Assert.Contains(Plain(second), Plain(list.ToString()), StringComparison.Ordinal);
        string? export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains(native, export, StringComparison.Ordinal);
        (HttpStatusCode deleted, XElement why) = await api.ChangeAsync(zone, ("DELETE", Routed("one", first, "192.0.2.1")));
        Assert.True(deleted == HttpStatusCode.OK, why.ToString());
    }

    [Fact]
    public async Task Alias_InAndOutsideOurZones_EchoesItsZone()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));

        (HttpStatusCode inside, XElement why) = await api.ChangeAsync(zone, ("CREATE", Alias("example.com", $"/hostedzone/{zone}", "WWW.example.com")));
        (HttpStatusCode outside, XElement reason) = await api.ChangeAsync(zone, ("CREATE", Alias("cdn.example.com", "Z2FDTNDATAQYW2", "d1.cloudfront.test.")));
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset");

        Assert.True(inside == HttpStatusCode.OK, why.ToString());
        Assert.True(outside == HttpStatusCode.OK, reason.ToString());
        Assert.Equal([zone, "Z2FDTNDATAQYW2"], TextsOf(list, "HostedZoneId"));
        Assert.Equal(["www.example.com.", "d1.cloudfront.test."], TextsOf(list, "DNSName"));
    }

    [Fact]
    public async Task Sets_OfOneGroup_MustGoTogether()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        await api.ChangeAsync(zone, ("CREATE", Routed("one", "<Weight>1</Weight>", "192.0.2.1")));

        (_, XElement simple) = await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.1")));
        (_, XElement other) = await api.ChangeAsync(zone, ("CREATE", Routed("s", "<Region>eu-west-1</Region>", "192.0.2.1")));
        (_, XElement ttl) = await api.ChangeAsync(zone, ("CREATE", Routed("s", "<Weight>1</Weight>", "192.0.2.1", ttl: 61)));

        Assert.Equal("[RRSet with DNS name www.example.com., type A cannot be created as other RRSets exist with the same name and type.]", TextOf(simple, "Message"));
        Assert.Equal(
            "[RRSet with DNS name www.example.com., type A, SetIdentifier s cannot be created as a non-latency set exists with the same name and type.]", TextOf(other, "Message"));
        Assert.Equal(
            "[RRSet with DNS name www.example.com. and type A, SetIdentifier s cannot be created as weighted sets must contain the same TTL.]", TextOf(ttl, "Message"));
    }

    [Fact]
    public async Task HealthCheck_MadeTwiceChangedAndDeleted_FollowsItsReferenceAndVersion()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        (HttpStatusCode status, XElement made) = await api.SendAsync(HttpMethod.Post, "healthcheck", Check);
        Assert.True(status == HttpStatusCode.Created, made.ToString());
        string id = TextOf(made, "Id");
        (_, XElement again) = await api.SendAsync(HttpMethod.Post, "healthcheck", Check);
        (HttpStatusCode other, _) = await api.SendAsync(HttpMethod.Post, "healthcheck", Check.Replace("8080", "8081", StringComparison.Ordinal));
        (HttpStatusCode used, XElement why) = await api.ChangeAsync(
            zone, ("CREATE", Routed("one", "<Weight>1</Weight>", "192.0.2.1", more: $"<HealthCheckId>{id}</HealthCheckId>")));
        (HttpStatusCode stale, _) = await api.SendAsync(
            HttpMethod.Post, $"healthcheck/{id}", "<UpdateHealthCheckRequest><HealthCheckVersion>2</HealthCheckVersion></UpdateHealthCheckRequest>");
        (_, XElement updated) = await api.SendAsync(
            HttpMethod.Post,
            $"healthcheck/{id}",
            "<UpdateHealthCheckRequest><HealthCheckVersion>1</HealthCheckVersion><FailureThreshold>5</FailureThreshold><Inverted>true</Inverted></UpdateHealthCheckRequest>");
        (HttpStatusCode deleted, XElement left) = await api.SendAsync(HttpMethod.Delete, $"healthcheck/{id}", null);
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=www.example.com");
        (HttpStatusCode reused, _) = await api.SendAsync(HttpMethod.Post, "healthcheck", Check);

        Assert.Equal(id, TextOf(again, "Id"));
        Assert.Equal(HttpStatusCode.Conflict, other);
        Assert.True(used == HttpStatusCode.OK, why.ToString());
        Assert.Equal(HttpStatusCode.Conflict, stale);
        Assert.Equal(("2", "5", "true", "/health", "ok"), (TextOf(updated, "HealthCheckVersion"), TextOf(updated, "FailureThreshold"), TextOf(updated, "Inverted"), TextOf(updated, "ResourcePath"), TextOf(updated, "SearchString")));
        Assert.True(deleted == HttpStatusCode.OK, left.ToString());
        Assert.Empty(TextsOf(list, "HealthCheckId"));
        Assert.Equal(HttpStatusCode.Conflict, reused);
    }

    [Fact]
    public async Task HealthCheck_OfAName_IsTheMonitorThatTheServiceDescribes()
    {
        await using Route53UnderTest api = await StartAsync();
        (_, XElement made) = await api.SendAsync(HttpMethod.Post, "healthcheck", """
            <CreateHealthCheckRequest><CallerReference>name</CallerReference><HealthCheckConfig><Type>HTTPS_STR_MATCH</Type>
            <FullyQualifiedDomainName>www.example.com</FullyQualifiedDomainName><SearchString>ok</SearchString><EnableSNI>false</EnableSNI></HealthCheckConfig></CreateHealthCheckRequest>
            """);

        string? export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal("false", TextOf(made, "EnableSNI"));
        Assert.Contains("within: 5120", export, StringComparison.Ordinal);
        Assert.Contains("ipv4-only: true", export, StringComparison.Ordinal);
        Assert.Contains("sni: false", export, StringComparison.Ordinal);
        Engine.Model.MonitorModel monitor = api.Harness.Service.Model!.Monitors[TextOf(made, "Id")]; // Started with one.
        Assert.Equal((5120, false, true), (monitor.ExpectedBodyWithin, monitor.SendsServerName, monitor.IsIPv4Only));
    }

    [Fact]
    public async Task DelegationSet_OfAZone_GivesOthersItsNameServers()
    {
        await using Route53UnderTest api = await StartAsync("route53: {name-servers: [ns1.example.net., ns2.example.net.]}");
        (_, XElement made) = await api.SendAsync(
            HttpMethod.Post, "delegationset", "<CreateReusableDelegationSetRequest><CallerReference>d</CallerReference></CreateReusableDelegationSetRequest>");
        string id = TextOf(made, "Id").Split('/')[^1];
        (_, XElement zone) = await api.SendAsync(
            HttpMethod.Post,
            "hostedzone",
            $"<CreateHostedZoneRequest><Name>set.test</Name><CallerReference>z</CallerReference><DelegationSetId>{id}</DelegationSetId></CreateHostedZoneRequest>");
        (HttpStatusCode inUse, _) = await api.SendAsync(HttpMethod.Delete, $"delegationset/{id}", null);

        Assert.Equal(["ns1.example.net", "ns2.example.net"], TextsOf(zone, "NameServer"));
        Assert.Contains($"/delegationset/{id}", TextsOf(zone, "Id"));
        Assert.Equal(HttpStatusCode.BadRequest, inUse);
    }

    private static string Routed(string identifier, string routing, string value, int ttl = 60, string more = "") =>
        Set("www.example.com", "A", ttl, value).Replace("<TTL>", $"<SetIdentifier>{identifier}</SetIdentifier>{routing}<TTL>", StringComparison.Ordinal) + more;

    private static string Alias(string name, string zone, string target) =>
        $"<Name>{name}</Name><Type>A</Type><AliasTarget><HostedZoneId>{zone}</HostedZoneId><DNSName>{target}</DNSName><EvaluateTargetHealth>true</EvaluateTargetHealth></AliasTarget>";

    /// <summary>Without layout and namespaces.</summary>
    private static string Plain(string xml) => string.Concat(xml.Replace(" xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"", "", StringComparison.Ordinal).Where(character => !char.IsWhiteSpace(character)));
}
