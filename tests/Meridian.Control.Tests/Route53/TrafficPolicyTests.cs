using System.Collections.Immutable;
using System.Net;
using System.Xml.Linq;
using Meridian.Control.Access;
using Meridian.Control.ChangeLog;
using Meridian.Control.Changes;
using static Meridian.Control.Tests.Route53.Route53UnderTest;

namespace Meridian.Control.Tests.Route53;

/// <summary>Traffic policies from their making to what is answered, asked by TestDNSAnswer: the seam that answers on the wire.</summary>
[Collection("changes")]
public sealed class TrafficPolicyTests
{
    private const string First =
        """
        {"AWSPolicyFormatVersion":"2015-10-01","RecordType":"A","StartRule":"top",
         "Endpoints":{"a":{"Type":"value","Value":"192.0.2.1"},"b":{"Type":"value","Value":"192.0.2.2"},"c":{"Type":"value","Value":"192.0.2.3"}},
         "Rules":{"top":{"RuleType":"failover","Primary":{"RuleReference":"share","EvaluateTargetHealth":true},"Secondary":{"EndpointReference":"c"}},
                  "share":{"RuleType":"weighted","Items":[{"Weight":1,"EndpointReference":"a"},{"Weight":1,"EndpointReference":"b"}]}}}
        """;

    private const string Second = """{"AWSPolicyFormatVersion":"2023-05-09","RecordType":"A","StartEndpoint":"z","Endpoints":{"z":{"Type":"value","Value":"192.0.2.9"}}}""";

    [Fact]
    public async Task Instance_MovedBetweenVersions_IsServedAndListed()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        string policy = TextOf(await CreatePolicyAsync(api, "site", First), "Id");
        (HttpStatusCode status, XElement version) = await VersionAsync(api, policy, Second);
        Assert.Equal((HttpStatusCode.Created, "2"), (status, TextOf(version, "Version")));

        (status, XElement made) = await InstanceAsync(api, zone, "www.example.com", policy, 1);
        Assert.Equal((HttpStatusCode.Created, "Creating"), (status, TextOf(made, "State")));
        string id = TextOf(made, "Id");
        await ServedAsync(api);
        (_, XElement known) = await api.GetAsync($"trafficpolicyinstance/{id}");
        Assert.Equal(("Applied", "", "www.example.com."), (TextOf(known, "State"), TextOf(known, "Message"), TextOf(known, "Name")));
        HashSet<string> seen = [];
        for (int i = 0; i < 40; i++)
        {
            seen.UnionWith(await AnswerAsync(api, zone));
        }
        Assert.Equal(["192.0.2.1", "192.0.2.2"], seen.Order());
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=www.example.com");
        Assert.Equal([id], TextsOf(list, "TrafficPolicyInstanceId"));
        Assert.DoesNotContain("192.0.2.1", list.ToString(), StringComparison.Ordinal);

        (_, XElement moved) = await UpdateAsync(api, id, policy, 2);
        Assert.Equal("2", TextOf(moved, "TrafficPolicyVersion"));
        await ServedAsync(api);
        Assert.Equal(["192.0.2.9"], await AnswerAsync(api, zone));

        (_, XElement inUse) = await api.SendAsync(HttpMethod.Delete, $"trafficpolicy/{policy}/2", null);
        Assert.Equal("TrafficPolicyInUse", TextOf(inUse, "Code"));
        (_, XElement batch) = await api.ChangeAsync(zone, ("UPSERT", Set("www.example.com", "A", 60, "192.0.2.7")));
        Assert.Contains($"belongs to the traffic policy instance {id}", TextOf(batch, "Message"), StringComparison.Ordinal);
        (status, _) = await api.SendAsync(HttpMethod.Delete, $"trafficpolicyinstance/{id}", null);
        Assert.Equal(HttpStatusCode.OK, status);
        await ServedAsync(api);
        Assert.Empty(await AnswerAsync(api, zone));
        (status, _) = await api.SendAsync(HttpMethod.Delete, $"trafficpolicy/{policy}/2", null);
        Assert.Equal(HttpStatusCode.OK, status);
        (status, _) = await api.SendAsync(HttpMethod.Delete, $"trafficpolicy/{policy}/1", null);
        Assert.Equal(HttpStatusCode.OK, status);
        (_, XElement gone) = await api.GetAsync($"trafficpolicy/{policy}/1");
        Assert.Equal("NoSuchTrafficPolicy", TextOf(gone, "Code"));
    }

    [Fact]
    public async Task Instance_WhatCannotBe_IsSaid()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        string policy = TextOf(await CreatePolicyAsync(api, "site", First), "Id");
        Assert.Equal("TrafficPolicyAlreadyExists", TextOf(await CreatePolicyAsync(api, "site", Second), "Code"));
        Assert.Equal("InvalidTrafficPolicyDocument", TextOf(await CreatePolicyAsync(api, "other", "{}"), "Code"));
        string names = TextOf(await CreatePolicyAsync(
            api, "names", """{"AWSPolicyFormatVersion":"2015-10-01","RecordType":"CNAME","StartEndpoint":"z","Endpoints":{"z":{"Type":"value","Value":"a.example.net"}}}"""), "Id");
        await api.ChangeAsync(zone, ("CREATE", Set("www.example.com", "A", 60, "192.0.2.7")));

        Assert.Equal("TrafficPolicyInstanceAlreadyExists", TextOf((await InstanceAsync(api, zone, "www.example.com", policy, 1)).Reply, "Code"));
        Assert.Equal("NoSuchTrafficPolicy", TextOf((await InstanceAsync(api, zone, "a.example.com", policy, 7)).Reply, "Code"));
        Assert.Equal("NoSuchHostedZone", TextOf((await InstanceAsync(api, "Z0", "a.example.com", policy, 1)).Reply, "Code"));
        // Beside an address there can be no CNAME: that comes out when the zone is worked out.
        (HttpStatusCode status, XElement made) = await InstanceAsync(api, zone, "www.example.com", names, 1);
        Assert.True(status == HttpStatusCode.Created, made.ToString());
        (_, XElement failed) = await api.GetAsync($"trafficpolicyinstance/{TextOf(made, "Id")}");
        Assert.Equal("Failed", TextOf(failed, "State"));
        Assert.Contains("CNAME", TextOf(failed, "Message"), StringComparison.Ordinal);
        (_, XElement good) = await InstanceAsync(api, zone, "b.example.com", policy, 1);
        Assert.Equal("ConflictingTypes", TextOf((await UpdateAsync(api, TextOf(good, "Id"), names, 1)).Reply, "Code"));
    }

    [Fact]
    public async Task Update_WhereSomebodyPutOtherRecords_LeavesThemAlone()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        string policy = TextOf(await CreatePolicyAsync(api, "site", First), "Id");
        string instance = TextOf((await InstanceAsync(api, zone, "www.example.com", policy, 1)).Reply, "Id");
        // By another door the instance's records go, and others come.
        DocumentChange other = DocumentChange.Put(
            new DocumentKey(DocumentKinds.Records, "example.com/www"), DocumentBody.FromText("""{"A": {"data": "192.0.2.99", "ttl": "60s"}}"""));
        Assert.IsType<ChangeOutcome.Accepted>(await api.Harness.Service.ApplyAsync(
            new ProposedChange { Changes = [other], Author = "ann", Origin = ChangeOrigin.Api, Message = "mine", Reason = "a test" },
            TestContext.Current.CancellationToken));

        (HttpStatusCode status, XElement refused) = await UpdateAsync(api, instance, policy, 1);

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidInput"), (status, TextOf(refused, "Code")));
        Assert.Contains("does not belong to the traffic policy instance", TextOf(refused, "Message"), StringComparison.Ordinal);
        (_, XElement failed) = await api.GetAsync($"trafficpolicyinstance/{instance}");
        Assert.Equal("Failed", TextOf(failed, "State"));
        Assert.Contains("Another record set", TextOf(failed, "Message"), StringComparison.Ordinal);
        (_, XElement list) = await api.GetAsync($"hostedzone/{zone}/rrset?name=www.example.com&type=A");
        Assert.Contains("192.0.2.99", TextsOf(list, "Value"));
        // Once they are gone the instance can be written again.
        await api.ChangeAsync(zone, ("DELETE", Set("www.example.com", "A", 60, "192.0.2.99")));
        Assert.Equal(HttpStatusCode.OK, (await UpdateAsync(api, instance, policy, 1)).Status);
        (_, XElement applied) = await api.GetAsync($"trafficpolicyinstance/{instance}");
        Assert.NotEqual("Failed", TextOf(applied, "State"));
    }

    [Fact]
    public async Task Export_PoliciesAndInstances_AppliedAgainIsNoChangeAndARollbackTakesThemBack()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        long before = api.Harness.Service.Head?.Number ?? 0;
        string policy = TextOf(await CreatePolicyAsync(api, "site", First), "Id");
        await VersionAsync(api, policy, Second);
        string instance = TextOf((await InstanceAsync(api, zone, "www.example.com", policy, 1)).Reply, "Id");

        string export = await api.Harness.Service.ExportAsync(null, TestContext.Current.CancellationToken) ?? "";
        ChangeOutcome again = await api.Harness.ApplyYamlAsync(export, reason: "the same");
        ImmutableArray<DocumentChange>? back = await api.Harness.Service.ReturnToAsync(before, TestContext.Current.CancellationToken);
        Assert.IsType<ChangeOutcome.Accepted>(await api.Harness.Service.ApplyAsync(
            new ProposedChange { Changes = back ?? [], Author = "ann", Origin = ChangeOrigin.Rollback, Message = "back", Reason = "a test" },
            TestContext.Current.CancellationToken));

        Assert.Contains("traffic-policies:", export, StringComparison.Ordinal);
        Assert.Contains("traffic-policy-instances:", export, StringComparison.Ordinal);
        Assert.IsType<ChangeOutcome.Unchanged>(again);
        (_, XElement gone) = await api.GetAsync($"trafficpolicyinstance/{instance}");
        Assert.Equal("NoSuchTrafficPolicyInstance", TextOf(gone, "Code"));
        (_, XElement noPolicy) = await api.GetAsync($"trafficpolicy/{policy}/1");
        Assert.Equal("NoSuchTrafficPolicy", TextOf(noPolicy, "Code"));
        // And what was exported brings them back, records and all.
        Assert.IsType<ChangeOutcome.Accepted>(await api.Harness.ApplyYamlAsync(export, reason: "again"));
        (_, XElement found) = await api.GetAsync($"trafficpolicyinstance/{instance}");
        Assert.NotEqual("Failed", TextOf(found, "State"));
    }

    [Theory]
    [InlineData("""{"name": "x", "versions": {"1": {"document": "{}"}}}""", "AWSPolicyFormatVersion is missing")]
    [InlineData("""{"name": "x", "versions": {}}""", "at least one version")]
    [InlineData("""{"name": "x", "versions": {"0": {"document": "{}"}}}""", "is not a version")]
    [InlineData("""{"versions": {"1": {"document": "{}"}}}""", "'name' is missing")]
    public async Task Put_PolicyThatMeansNothing_IsRefused(string body, string reason)
    {
        await using Route53UnderTest api = await StartAsync();

        ChangeOutcome.Invalid invalid = Assert.IsType<ChangeOutcome.Invalid>(
            await api.Harness.PutAsync(DocumentKinds.TrafficPolicy, "8d3c1f0a-0000-4000-8000-000000000001", body));

        Assert.Contains(invalid.Errors, error => error.ToString().Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lists_PageByPage_ShowEveryInstanceOnce()
    {
        await using Route53UnderTest api = await StartAsync();
        string[] zones = [await api.CreateZoneAsync("one.test"), await api.CreateZoneAsync("two.test")];
        string policy = TextOf(await CreatePolicyAsync(api, "site", Second), "Id");
        foreach ((string zone, string name) in ((string, string)[])[(zones[0], "a.one.test"), (zones[0], "b.one.test"), (zones[1], "c.two.test")])
        {
            await InstanceAsync(api, zone, name, policy, 1);
        }

        List<string> found = [];
        string markers = "";
        do
        {
            (_, XElement page) = await api.GetAsync($"trafficpolicyinstances?maxitems=1{markers}");
            found.AddRange(TextsOf(page, "Name"));
            markers = TextOf(page, "IsTruncated") == "false" ? "" : $"&hostedzoneid={TextOf(page, "HostedZoneIdMarker")}"
                + $"&trafficpolicyinstancename={TextOf(page, "TrafficPolicyInstanceNameMarker")}&trafficpolicyinstancetype={TextOf(page, "TrafficPolicyInstanceTypeMarker")}";
        }
        while (markers.Length > 0 && found.Count < 9);
        (_, XElement byZone) = await api.GetAsync($"trafficpolicyinstances/hostedzone?id={zones[1]}");
        (_, XElement byPolicy) = await api.GetAsync($"trafficpolicyinstances/trafficpolicy?id={policy}&version=1");
        (_, XElement count) = await api.GetAsync("trafficpolicyinstancecount");
        (_, XElement policies) = await api.GetAsync("trafficpolicies");
        (_, XElement versions) = await api.GetAsync($"trafficpolicies/{policy}/versions");

        Assert.Equal(["a.one.test.", "b.one.test.", "c.two.test."], found.Order());
        Assert.Equal(["c.two.test."], TextsOf(byZone, "Name"));
        Assert.Equal(3, TextsOf(byPolicy, "Name").Length);
        Assert.Equal("3", TextOf(count, "TrafficPolicyInstanceCount"));
        Assert.Equal(("site", "1", "1"), (TextOf(policies, "Name"), TextOf(policies, "LatestVersion"), TextOf(policies, "TrafficPolicyCount")));
        Assert.Equal([Second], TextsOf(versions, "Document"));
    }

    [Fact]
    public async Task GeoLocations_PageByPage_AreThoseOfTheTable()
    {
        await using Route53UnderTest api = await StartAsync();

        (_, XElement first) = await api.GetAsync("geolocations?maxitems=8");
        (_, XElement states) = await api.GetAsync("geolocations?startcountrycode=US&startsubdivisioncode=CA&maxitems=1");
        (_, XElement one) = await api.GetAsync("geolocation?countrycode=US&subdivisioncode=CA");
        (_, XElement none) = await api.GetAsync("geolocation?countrycode=XX");

        Assert.Equal(["AF", "AN", "AS", "EU", "NA", "OC", "SA"], TextsOf(first, "ContinentCode"));
        Assert.Equal(("*", "AD"), (TextOf(first, "CountryCode"), TextOf(first, "NextCountryCode")));
        Assert.Equal(("California", "CO"), (TextOf(states, "SubdivisionName"), TextOf(states, "NextSubdivisionCode")));
        Assert.Equal("United States", TextOf(one, "CountryName")[.."United States".Length]);
        Assert.Equal("NoSuchGeoLocation", TextOf(none, "Code"));
    }

    private static async Task<XElement> CreatePolicyAsync(Route53UnderTest api, string name, string document) =>
        (await api.SendAsync(
            HttpMethod.Post, "trafficpolicy", $"<CreateTrafficPolicyRequest><Name>{name}</Name><Document>{new XText(document)}</Document></CreateTrafficPolicyRequest>")).Reply;

    private static Task<(HttpStatusCode Status, XElement Reply)> VersionAsync(Route53UnderTest api, string policy, string document) => api.SendAsync(
        HttpMethod.Post, $"trafficpolicy/{policy}", $"<CreateTrafficPolicyVersionRequest><Document>{new XText(document)}</Document></CreateTrafficPolicyVersionRequest>");

    private static Task<(HttpStatusCode Status, XElement Reply)> InstanceAsync(Route53UnderTest api, string zone, string name, string policy, int version) => api.SendAsync(
        HttpMethod.Post,
        "trafficpolicyinstance",
        $"<CreateTrafficPolicyInstanceRequest><HostedZoneId>{zone}</HostedZoneId><Name>{name}</Name><TTL>60</TTL><TrafficPolicyId>{policy}</TrafficPolicyId><TrafficPolicyVersion>{version}</TrafficPolicyVersion></CreateTrafficPolicyInstanceRequest>");

    private static Task<(HttpStatusCode Status, XElement Reply)> UpdateAsync(Route53UnderTest api, string id, string policy, int version) => api.SendAsync(
        HttpMethod.Post,
        $"trafficpolicyinstance/{id}",
        $"<UpdateTrafficPolicyInstanceRequest><TTL>60</TTL><TrafficPolicyId>{policy}</TrafficPolicyId><TrafficPolicyVersion>{version}</TrafficPolicyVersion></UpdateTrafficPolicyInstanceRequest>");

    [Fact]
    public async Task Instance_ZoneIsGone_IsForKeysOfAllZones()
    {
        await using Route53UnderTest api = await StartAsync();
        string zone = await api.CreateZoneAsync("example.com");
        string policy = TextOf(await CreatePolicyAsync(api, "site", First), "Id");
        string id = TextOf((await InstanceAsync(api, zone, "www.example.com", policy, 1)).Reply, "Id");
        Assert.IsType<ChangeOutcome.Accepted>(await api.Harness.Service.ApplyAsync(
            new ProposedChange
            {
                Changes = [.. new[] { "@", "www" }.Select(owner => DocumentChange.Delete(new DocumentKey(DocumentKinds.Records, $"example.com/{owner}"))), DocumentChange.Delete(new DocumentKey(DocumentKinds.Zone, "example.com"))],
                Author = "ann",
                Origin = ChangeOrigin.Api,
                Message = "the zone goes",
                Reason = "the test says so",
            },
            TestContext.Current.CancellationToken));
        AccessKey all = api.Key;
        api.Key = api.AddKey("scoped", Role.Editor, "native.test");

        Assert.Equal("AccessDenied", TextOf((await api.GetAsync($"trafficpolicyinstance/{id}")).Reply, "Code"));
        Assert.Equal("AccessDenied", TextOf((await api.SendAsync(HttpMethod.Delete, $"trafficpolicyinstance/{id}", null)).Reply, "Code"));
        api.Key = all;
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"trafficpolicyinstance/{id}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Delete, $"trafficpolicyinstance/{id}", null)).Status);
    }

    private static Task ServedAsync(Route53UnderTest api) => api.Harness.ServedAsync(api.Harness.Service.Head?.Number ?? 0);

    private static async Task<string[]> AnswerAsync(Route53UnderTest api, string zone)
    {
        (HttpStatusCode status, XElement reply) = await api.GetAsync($"testdnsanswer?hostedzoneid={zone}&recordname=www.example.com&recordtype=A");
        Assert.True(status == HttpStatusCode.OK, reply.ToString());
        return TextsOf(reply, "RecordDataEntry");
    }
}
